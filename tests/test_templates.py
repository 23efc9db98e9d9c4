"""What must hold for every template."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from deliberation.values import LANGUAGES
from web.rendering import environments
from web.resources import folder

TEMPLATES = sorted(path.relative_to(folder("templates")).as_posix() for path in folder("templates").rglob("*.html"))
ENVIRONMENTS = environments()


def source(name: str) -> str:
    return Path(folder("templates"), name).read_text()


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles_in_every_language(name: str) -> None:
    for language in LANGUAGES:
        ENVIRONMENTS[language].get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if '{% extends "base.html" %}' in source(name)])
def test_a_page_has_a_title_and_one_main_heading(name: str) -> None:
    assert "{% block title %}" in source(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_has_no_inline_script_or_style_and_no_third_party(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:|js:", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_marked_safe(name: str) -> None:
    assert "|safe" not in source(name).replace(" ", "")
    assert "autoescape false" not in source(name)


SPOKEN = {"aria-label", "aria-description", "alt", "placeholder", "title", "content"}
MACHINE_READ = {"code", "pre", "script", "style", "meta"}
LOOKED_UP = {"_", "gettext", "ngettext", "pgettext"}
SENTENCE = re.compile(r"[A-Z][a-z’]* [A-Za-z]+")
ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')
SAME_EVERYWHERE = {"Hiroba", "SHA-256", "JSON", "CSV", "PDF", "Atom"}


class Words(HTMLParser):
    """Collects the words that stand in a template outside of every expression."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        if tag not in MACHINE_READ:
            self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[len(self._inside) - self._inside[::-1].index(tag) - 1 :]

    def handle_data(self, data: str) -> None:
        if not MACHINE_READ & set(self._inside):
            self.found.append(data)


def untranslated(node: nodes.Node) -> Iterator[nodes.TemplateData | nodes.Const]:
    """What is written in the template and not handed to the catalogue, in the order of the template."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in LOOKED_UP:
            continue
        if isinstance(child, (nodes.TemplateData, nodes.Const)):
            yield child
        yield from untranslated(child)


def words_for_one_language(name: str) -> list[str]:
    """Letters outside of expressions, and sentences inside of them."""
    written = list(untranslated(ENVIRONMENTS["en"].parse(source(name))))
    words = Words()
    words.feed("".join(part.data for part in written if isinstance(part, nodes.TemplateData)))
    sentences = [str(part.value) for part in written if isinstance(part, nodes.Const) and SENTENCE.match(str(part.value))]
    plain = [ATTRIBUTE.sub("", text).strip() for text in words.found]
    return [text for text in plain if re.search(r"[A-Za-z]{2}", text)] + sentences


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_is_looked_up_in_the_catalogue(name: str) -> None:
    assert [text for text in words_for_one_language(name) if text.strip("()") not in SAME_EVERYWHERE] == []
