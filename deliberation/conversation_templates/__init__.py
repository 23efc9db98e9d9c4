"""Conversations that an administrator begins from: texts in all languages of the interface, dates, rules, what belongs to them.

Each is a file beside this one, `<name>.toml`. A template only fills the form; everything in it can be changed, and a conversation
remembers which one it was begun from.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from deliberation.errors import NotFound
from deliberation.values import ArtefactKind, Interest, Joining, ModerationMode, Stage

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Recommended:
    """A document that belongs to conversations of this kind."""

    stage: Stage
    kind: ArtefactKind
    title: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template in one language. `days`: how long each stage is planned for, None for an open end."""

    name: str
    language: str
    title: str
    summary: str
    topic: str
    background: str
    seeds: tuple[str, ...]
    moderation: ModerationMode
    joining: Joining
    statement_limit: int
    interests: tuple[Interest, ...]
    days: Mapping[Stage, int | None]
    checklist: tuple[Recommended, ...]


def all_in(language: str) -> list[Template]:
    """Every template, in a fixed order."""
    return [_template(name, language) for name in _tables()]


def get(name: str, language: str) -> Template:
    """Raises NotFound."""
    if name not in _tables():
        raise NotFound()
    return _template(name, language)


def is_known(name: str) -> bool:
    return name in _tables()


def recommended(name: str, language: str) -> tuple[Recommended, ...]:
    """What the template of this name recommends; nothing for a conversation that was begun from none."""
    return get(name, language).checklist if is_known(name) else ()


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    found = sorted(
        (file for file in files(__name__).iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    tables = {file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8")) for file in found}
    return dict(sorted(tables.items(), key=lambda item: item[1]["place"]))


def _template(name: str, language: str) -> Template:
    table = _tables()[name]
    language = language if language in table["title"] else FALLBACK
    return Template(
        name=name,
        language=language,
        title=table["title"][language],
        summary=table["summary"][language],
        topic=table["topic"][language],
        background=table["background"][language].strip(),
        seeds=tuple(table["seeds"][language]),
        moderation=ModerationMode(table["moderation"]),
        joining=Joining(table["joining"]),
        statement_limit=table["statement_limit"],
        interests=tuple(Interest(each) for each in table["interests"]),
        days={stage: table["days"].get(stage.value) for stage in Stage},
        checklist=tuple(
            Recommended(Stage(each["stage"]), ArtefactKind(each["kind"]), each["title"][language]) for each in table["checklist"]
        ),
    )
