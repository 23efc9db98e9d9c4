"""A language that nobody speaks: every text of the interface in brackets, accented and longer, so that what was forgotten shows.

`⟦Ŝţåţéméñţ %(number)s ~~~~~⟧`. Placeholders, entities, tags and plural forms stay as they are.
"""

import re
import shutil
from importlib import util
from pathlib import Path
from types import ModuleType

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.support.checkout import CHECKOUT

OPENING, CLOSING = "⟦", "⟧"
LANGUAGE = "ja"
"""The language whose place it takes: one with a single plural form, chosen by the usual means."""
LONGER_BY = 0.4
WORD = 6
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|&\w+;|&#\d+;|<[^>]+>|\n)")
ACCENTED = str.maketrans(
    "ABCDEGHIJKLMNOPRSTUWYZabcdeghijklmnoprstuwyz",
    "ÅƁÇÐÉĜĤÎĴĶĻṀÑÖÞŔŜŢÛŴÝŽåƀçđéĝĥîĵķļɱñöþŕšţûŵýž",
)


def pseudo(text: str) -> str:
    """The text as it is said in this language."""
    parts = KEPT.split(text)
    said = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTED) for part in parts)
    more = round(LONGER_BY * sum(len(part) for part in parts if not KEPT.fullmatch(part)))
    tail = " ".join("~" * min(WORD, more - start) for start in range(0, more, WORD))
    return f"{OPENING}{said} {tail}{CLOSING}"


def catalogue() -> Catalog:
    """Every text that the code and the templates hold today, in this language."""
    catalog = Catalog(locale=LANGUAGE)
    for message in _update().extracted():
        if message.id:
            plain = message.id if isinstance(message.id, str) else message.id[-1]
            translation = pseudo(plain) if isinstance(message.id, str) else (pseudo(plain),) * catalog.num_plurals
            catalog.add(message.id, translation, context=message.context)
    return catalog


def _update() -> ModuleType:
    spec = util.spec_from_file_location("catalogues", CHECKOUT / "locales" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install(home: Path) -> Path:
    """The application laid out in `home` as a wheel lays it out, speaking this language in the place of `LANGUAGE`."""
    shutil.copytree(CHECKOUT / "web", home / "web", ignore=shutil.ignore_patterns("__pycache__"))
    for other in ("deliberation", "clustering", "templates", "fixtures"):
        (home / other).symlink_to(CHECKOUT / other)
    place = home / "web" / "locales" / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue())
    return home
