"""The demo deliberation as `fixtures/demo` tells it: texts in six languages, days counted from the day of loading."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Files:
    """One table per file; `fixtures/README.md` lists what stands in each. `folder` holds them, and what they name by its file."""

    folder: Path
    municipality: Table
    conversation: Table
    places: Table
    proposals: Table
    statements: Table
    moderation: Table
    residents: Table
    groups: Table
    report: Table
    meetings: Table
    recommendations: Table
    drafts: Table

    @property
    def slug(self) -> str:
        """The conversation's."""
        return str(self.conversation["slug"])

    @property
    def language(self) -> str:
        """In which the city writes."""
        return str(self.conversation["original_language"])

    def office(self, key: str) -> str:
        """The name of an office, in the city's language."""
        return next(str(office["name"][self.language]) for office in self.municipality["offices"] if office["key"] == key)


@dataclass(frozen=True)
class Calendar:
    """Turns the files' days into days and moments. `loaded_on` is day 0; voting opens at midnight, local time."""

    loaded_on: date
    zone: ZoneInfo
    opens: int

    def day(self, offset: int) -> date:
        return self.loaded_on + timedelta(days=offset)

    def at(self, offset: int, hour: int = 0, minute: int = 0) -> datetime:
        """A moment of that day in UTC, given by the local clock."""
        return datetime.combine(self.day(offset), time(hour, minute), self.zone).astimezone(UTC)

    def after_opening(self, days: float) -> datetime:
        return self.at(self.opens) + timedelta(days=days)


def read(folder: Path) -> Files:
    tables = [field.name for field in fields(Files) if field.name != "folder"]
    return Files(folder, **{name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in tables})


def calendar(files: Files, now: datetime) -> Calendar:
    zone = ZoneInfo(files.municipality["time_zone"])
    return Calendar(now.astimezone(zone).date(), zone, files.conversation["opens"])
