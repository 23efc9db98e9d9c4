"""Every language says everything."""

import re
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

from deliberation.values import LANGUAGES
from tests.support.checkout import CHECKOUT
from tests.support.make import NOON
from web.i18n import babel_locale, day, folder_name, moment, number, percent

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
FOREIGN = {
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7a3]",
    "th": r"[\u0e00-\u0e7f]",
    "zh-Hans": r"[\u4e00-\u9fff]",
    "zh-Hant": r"[\u4e00-\u9fff]",
}
WRITTEN_ALIKE = {"Hiroba", "Polis", "JSON", "SHA-256", "Markdown", "Dashboard"}


def catalogues() -> ModuleType:
    spec = util.spec_from_file_location("catalogues", CHECKOUT / "locales" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UPDATE = catalogues()
TEXTS: Catalog = UPDATE.extracted()


def translated(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_the_template_holds_the_texts_of_the_code() -> None:
    written = Path(CHECKOUT, "locales", "messages.pot").read_text(encoding="utf-8")
    for message in TEXTS:
        for text in originals(message):
            assert text.split("\n")[0].replace("\\", "\\\\").replace('"', '\\"')[:40] in written.replace('"\n"', "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete_and_nothing_in_it_is_guessed(language: str) -> None:
    catalog: Catalog = UPDATE.read(folder_name(language))
    missing = [
        originals(message)[0]
        for message in TEXTS
        if message.id and not ((known := catalog.get(message.id, message.context)) and all(translated(known)))
    ]
    assert missing == []
    assert [originals(message)[0] for message in catalog if message.id and message.fuzzy] == []
    assert [m.id for m in catalog if m.id and TEXTS.get(m.id, m.context) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_original(language: str) -> None:
    for message in UPDATE.read(folder_name(language)):
        if not message.id:
            continue
        allowed = {name for text in originals(message) for name in PLACEHOLDER.findall(text)}
        needed = set(PLACEHOLDER.findall(originals(message)[-1]))
        for text in translated(message)[-1:]:
            assert needed <= set(PLACEHOLDER.findall(text)) <= allowed, message.id
        for text in translated(message):
            assert text.replace("%%", "").count("%") == len(PLACEHOLDER.findall(text)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_as_many_plural_forms_as_the_language_has(language: str) -> None:
    catalog: Catalog = UPDATE.read(folder_name(language))
    for message in catalog:
        if message.pluralizable:
            assert len(message.string) == catalog.num_plurals


@pytest.mark.parametrize("language", sorted(FOREIGN))
def test_a_translation_is_in_its_own_script(language: str) -> None:
    for message in UPDATE.read(folder_name(language)):
        for text in translated(message):
            words = PLACEHOLDER.sub("", text)
            if message.id and re.search(r"[A-Za-z]{2}", words) and text.strip() not in WRITTEN_ALIKE:
                assert re.search(FOREIGN[language], words), (message.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_numbers_are_written_as_the_language_writes_them(language: str) -> None:
    assert str(babel_locale(language).language) == language.split("-")[0]
    assert "2026" in day(NOON, language) or "2569" in day(NOON, language)
    assert moment(NOON, language).endswith("UTC")
    assert number(1234567, language) == "1,234,567"
    assert number(7, language) == "7"
    assert percent(0.375, language) in {"38%", "38 %"}
