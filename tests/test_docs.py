"""What the documentation says can be done can be done."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tests.support.checkout import CHECKOUT, project_files
from web.cli import main

DOCUMENTS = project_files("*.md")
DECISIONS = project_files("docs/decisions/*.md")
CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(document: Path) -> str:
    return document.relative_to(CHECKOUT).as_posix()


def commands(document: Path, program: str) -> list[list[str]]:
    """The words after `program` wherever the document's code calls it."""
    code = ["".join(found) for found in CODE.findall(document.read_text(encoding="utf-8"))]
    lines = [line.strip().removeprefix("$ ") for block in code for line in block.splitlines()]
    called = re.compile(rf"(?:\.venv/bin/)?{program} +(?P<rest>[^#|]+)")
    return [shlex.split(call["rest"]) for line in lines if (call := called.match(line))]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def unknown_part(words: list[str]) -> str | None:
    """The first word that should be a command of ours and is none."""
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            return None
        if word not in command.commands:
            return word
        command = command.commands[word]
    return None


def test_the_readme_opens_with_demo_and_test() -> None:
    assert [words[0] for words in commands(CHECKOUT / "README.md", "make")[:2]] == ["demo", "test"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_make_command_exists(document: Path) -> None:
    asked_for = {words[0] for words in commands(document, "make") if re.fullmatch("[a-z]+", words[0])}
    assert asked_for <= make_targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_hiroba_command_exists(document: Path) -> None:
    assert not [f"hiroba {' '.join(words)}" for words in commands(document, "hiroba") if unknown_part(words)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in target]
    assert not [target for target in targets if target and not (document.parent / target).exists()]


def test_make_help_lists_every_public_target() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    described = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert {"demo", "test", "lint", "bench", "help"} <= described


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("document", DECISIONS, ids=name_of)
def test_a_decision_says_what_and_why_on_one_page(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert 5 <= len(text.splitlines()) <= 60
