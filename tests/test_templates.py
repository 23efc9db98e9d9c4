"""What must hold for every template."""

import re
from pathlib import Path

import pytest

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
