"""Sheets of paper: PDF from a template in `templates/sheets` and data. Texts are handed over as data and cannot become markup."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from deliberation.errors import N_, Unavailable
from web.i18n import NAMES
from web.resources import folder

if TYPE_CHECKING:
    import typst

PACKAGES = "fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
FACES: Mapping[str, tuple[str, ...]] = {
    "en": ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic"),
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"),
    "th": ("Noto Sans Thai", "Thonburi", "Leelawadee UI"),
    "zh-Hans": ("Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei"),
    "zh-Hant": ("Noto Sans CJK TC", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei"),
}
"""What a language is set in; the first that the system has."""


class FontMissing(Unavailable):
    """Rather no sheet than one with empty boxes."""

    code = "font_missing"
    message = N_(
        "This sheet cannot be made yet: the server has no font for a text on it (%(text)s). "
        "Whoever runs the server installs one (on Debian: apt-get install %(packages)s) and starts Hiroba again."
    )


async def pdf(template: str, language: str, data: Mapping[str, Any]) -> bytes:
    """The sheet `templates/sheets/{template}.typ` as PDF/UA. The same data give the same bytes. Raises FontMissing.

    The template finds `data` with two entries more: `language`, and `faces`, a mapping of languages to families of fonts.
    """
    text = json.dumps(data, sort_keys=True)
    return await asyncio.get_running_loop().run_in_executor(_press(), make, template, language, text)


@lru_cache(64)
def make(template: str, language: str, data: str) -> bytes:
    """As `pdf`, at once, with the data as JSON."""
    import typst  # 34 MB that only those pay for who make a sheet

    present = {code: [name for name in names if name in families()] for code, names in FACES.items()}
    if not present[language]:
        raise FontMissing(text=NAMES[language], packages=PACKAGES)
    given = json.loads(data) | {"language": language, "faces": _in_order(present, language)}
    place = folder("templates") / "sheets"
    try:
        return typst.compile(
            place / f"{template}.typ",
            root=place,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(given)},
            pdf_standards="ua-1",
            timestamp=0,
        )
    except typst.TypstError as error:
        text = _undrawn(error.message)
        if text is None:
            raise
        raise FontMissing(text=text, packages=PACKAGES) from error


@cache
def _press() -> ThreadPoolExecutor:
    """One sheet after the other, in a thread of its own: whoever wants a page does not wait for those who want paper."""
    return ThreadPoolExecutor(1, "sheets")


@cache
def families() -> frozenset[str]:
    """What the system can write with."""
    return frozenset(_fonts().families())


@cache
def _fonts() -> "typst.Fonts":
    import typst  # as above; looking through the system's fonts takes half a second

    return typst.Fonts()


def _in_order(present: Mapping[str, list[str]], language: str) -> dict[str, list[str]]:
    """For each language its own family, then Latin letters, then the sheet's language and all others."""
    everything = [name for code in ("en", language, *FACES) for name in present[code][:1]]
    return {code: list(dict.fromkeys(names[:1] + everything)) for code, names in present.items()}


def _undrawn(message: str) -> str | None:
    """The text that no font could draw, out of what the compiler says; None when it says something else."""
    _, found, rest = message.partition("the text `")
    return rest.partition("`")[0].strip('"') if found else None
