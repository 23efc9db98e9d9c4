"""Languages of the interface: choosing one, and showing texts, dates and numbers in it."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.support import NullTranslations, Translations

from deliberation.values import LANGUAGES
from web.resources import folder

NAMES = {"en": "English", "ja": "日本語", "ko": "한국어", "th": "ไทย", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
REGIONS_WITH_TRADITIONAL_SCRIPT = {"tw", "hk", "mo"}
UTC = ZoneInfo("UTC")
_zone: ContextVar[ZoneInfo] = ContextVar("time_zone", default=UTC)


def folder_name(language: str) -> str:
    """The catalogue's folder: Babel writes zh_Hans where the web writes zh-Hans."""
    return language.replace("-", "_")


@cache
def babel_locale(language: str) -> Locale:
    return Locale.parse(folder_name(language))


@cache
def own_name(language: str) -> str:
    """What speakers of a language call it; the tag itself where that is not known."""
    if language in NAMES:
        return NAMES[language]
    try:
        return Locale.parse(language, sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return language


@cache
def catalogue(language: str) -> NullTranslations:
    return Translations.load(str(folder("locales")), [folder_name(language)])


def translate(language: str, message: str) -> str:
    translated: str = catalogue(language).gettext(message)
    return translated


def choose(asked: Iterable[str | None], accepted: str, fallback: str) -> str:
    """The first of `asked` that the interface speaks, else the best of an Accept-Language header, else `fallback`."""
    for language in asked:
        if language in LANGUAGES:
            return language
    return next((found for tag in _by_preference(accepted) if (found := _match(tag))), fallback)


def _by_preference(header: str) -> list[str]:
    weighted = []
    for position, item in enumerate(header.split(",")[:20]):
        tag, _, quality = item.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), position, tag.strip().lower()))
        except ValueError:
            continue
    return [tag for weight, _, tag in sorted(weighted) if weight < 0]


def _match(tag: str) -> str | None:
    parts = tag.split("-")
    if parts[0] == "zh":
        traditional = "hant" in parts or ("hans" not in parts and REGIONS_WITH_TRADITIONAL_SCRIPT & set(parts))
        return "zh-Hant" if traditional else "zh-Hans"
    return parts[0] if parts[0] in LANGUAGES else None


def use_time_zone(name: str) -> None:
    """From here on, in this request, moments are shown as the clocks of this zone show them."""
    _zone.set(ZoneInfo(name))


def time_zone() -> ZoneInfo:
    return _zone.get()


def day(value: date | datetime, language: str) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(_zone.get()).date()
    return dates.format_date(value, "long", locale=babel_locale(language))


def moment(value: datetime, language: str) -> str:
    """Date, time and zone."""
    locale, zone = babel_locale(language), _zone.get()
    local = value.astimezone(zone)
    pattern = str(dates.get_datetime_format("medium", locale=locale)).replace("'", "")
    written = pattern.format(
        dates.format_time(local, "short", tzinfo=zone, locale=locale), dates.format_date(local, "medium", locale)
    )
    return f"{written} {dates.get_timezone_name(local, 'short', locale=locale)}"


def last_day(end: date | datetime, language: str) -> str:
    """The last day before something ends: what ends at midnight has lasted until the day before."""
    return day(end - timedelta(microseconds=1) if isinstance(end, datetime) else end, language)


def until(end: datetime, language: str) -> str:
    """When something ends: the last day where that is midnight, else day and time."""
    return last_day(end, language) if end.astimezone(_zone.get()).time() == time.min else moment(end, language)


def hour(value: datetime, language: str) -> str:
    """The time of day."""
    return dates.format_time(value.astimezone(_zone.get()), "short", tzinfo=_zone.get(), locale=babel_locale(language))


def moment_field(value: datetime | None) -> str:
    """What a browser's field for date and time holds."""
    return value.astimezone(_zone.get()).strftime("%Y-%m-%dT%H:%M") if value else ""


def number(value: float, language: str) -> str:
    if isinstance(value, int) and 0 <= value < 1000:  # written alike in all our languages, and on the way of every vote
        return str(value)
    return numbers.format_decimal(value, locale=babel_locale(language))


@lru_cache(8192)  # a report has hundreds, and the next reader sees the same ones
def percent(value: float, language: str) -> str:
    """A share in 0..1 as whole percent."""
    return numbers.format_percent(value, locale=babel_locale(language))
