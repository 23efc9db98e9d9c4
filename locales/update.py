"""Brings the catalogues up to date with the texts in code and templates: `make catalogues`.

New texts come in without a translation, texts that are gone leave; nothing is guessed. English is the texts themselves.
"""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).resolve().parent
CHECKOUT = LOCALES.parent
FOLDERS = ("en", "ja", "ko", "th", "zh_Hans", "zh_Hant")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}


def extracted() -> Catalog:
    """Every text that the interface has."""
    with (LOCALES / "babel.cfg").open() as configuration:
        methods, options = parse_mapping_cfg(configuration)
    catalog = Catalog(project="Hiroba", charset="utf-8")
    for source in ("deliberation", "web", "templates"):
        mapping = [
            (pattern.removeprefix(f"{source}/"), method) for pattern, method in methods if pattern.startswith(f"{source}/")
        ]
        settings = {pattern.removeprefix(f"{source}/"): option for pattern, option in options.items()}
        for _file, _line, text, comments, context in extract_from_dir(
            CHECKOUT / source, mapping, settings, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            catalog.add(text, auto_comments=comments, context=context)
    return catalog


def path_of(folder: str) -> Path:
    return LOCALES / folder / "LC_MESSAGES" / "messages.po"


def read(folder: str) -> Catalog:
    with path_of(folder).open("rb") as file:
        return read_po(file, locale=folder)


def updated(folder: str, texts: Catalog) -> Catalog:
    """The catalogue of a language with exactly these texts, keeping what has been translated."""
    known = read(folder) if path_of(folder).exists() else Catalog(locale=folder)
    catalog = Catalog(locale=folder, project="Hiroba", charset="utf-8")
    for message in texts:
        if not message.id:
            continue
        kept = known.get(message.id, message.context)
        translation = _english(message) if folder == "en" else kept.string if kept else _nothing(message, catalog)
        catalog.add(message.id, translation, auto_comments=message.auto_comments, context=message.context)
    return catalog


def _english(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _nothing(message: Message, catalog: Catalog) -> str | tuple[str, ...]:
    return ("",) * catalog.num_plurals if message.pluralizable else ""


def write(catalog: Catalog, path: Path) -> None:
    """In the order of the texts and without dates, so that a difference is a change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = '# Hiroba: texts of the interface.\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    if catalog.locale:
        header += f'"Language: {catalog.locale_identifier}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    with path.open("wb") as file:
        file.write(header.encode() + b"\n")
        write_po(file, catalog, omit_header=True, sort_output=True, no_location=True, width=120)


def main() -> None:
    texts = extracted()
    write(texts, LOCALES / "messages.pot")
    for folder in FOLDERS:
        catalog = updated(folder, texts)
        write(catalog, path_of(folder))
        missing = sum(not _is_translated(message) for message in catalog if message.id)
        print(f"{folder:8} {len(catalog)} texts, {missing} to translate")


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


if __name__ == "__main__":
    main()
