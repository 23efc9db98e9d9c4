"""A meeting as an entry for calendars (RFC 5545)."""

from datetime import UTC, datetime

from deliberation.meetings import Held

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""In octets; longer lines go on in the next after a space."""


def of_meeting(meeting: Held, *, uid: str, url: str, changed_at: datetime, moved: int, details: str) -> bytes:
    """One event. `uid` names it for ever, so that a calendar that is given it again changes its entry.

    `moved`: how often it was given another time or place; without a higher sequence calendars keep the old one.
    """
    ends = [("DTEND", _moment(meeting.ends_at))] if meeting.ends_at else []
    cancelled = meeting.cancelled_at is not None
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Hiroba//Meetings//EN"),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("UID", uid),
        ("DTSTAMP", _moment(changed_at)),
        ("SEQUENCE", str(moved + cancelled)),
        ("STATUS", "CANCELLED" if cancelled else "CONFIRMED"),
        ("DTSTART", _moment(meeting.starts_at)),
        *ends,
        ("SUMMARY", _text(meeting.title.text)),
        ("DESCRIPTION", _text(details)),
        *([("LOCATION", _text(meeting.place))] if meeting.place else []),
        ("URL", url),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return b"".join(_folded(f"{name}:{value}") for name, value in lines)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> bytes:
    """Never within a character, which some calendars would not put together again."""
    pieces, piece = [], b""
    for sign in line:
        encoded = sign.encode()
        if len(piece) + len(encoded) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
