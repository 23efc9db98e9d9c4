"""Where an imported conversation came from: kept to give its files back and to recognise a second import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deliberation.interchange.polis import PolisExport

FORMAT = "polis"
DESCRIPTION = "conversation-description"
UNKNOWN_LANGUAGE = "und"
"""BCP 47 for a language that nobody told."""
LONGEST_TOPIC = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """What the files do not tell: the language of the statements, and whom to thank under which licence."""

    language: str = UNKNOWN_LANGUAGE
    licence: str | None = None
    attribution: str | None = None


def source_of(export: "PolisExport", origin: Origin) -> dict[str, Any]:
    """The content of `Conversation.source`."""
    return {
        "format": FORMAT,
        "url": export.summary.get("url"),
        "views": export.summary.get("views"),
        "summary": export.summary,
        "timestamps": "seconds" if export.seconds else "milliseconds",
        "language": origin.language,
        "licence": origin.licence,
        "attribution": origin.attribution,
        "sha256": export.sha256,
    }


def topic_of(summary: Mapping[str, str], slug: str) -> str:
    """The topic in one line that a heading can hold; without one, the slug."""
    topic = " ".join(summary["topic"].split()) or slug
    return topic if len(topic) <= LONGEST_TOPIC else topic[: LONGEST_TOPIC - 1] + "…"
