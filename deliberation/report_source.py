"""The files that the figures of a report can be derived from again."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """`outputs`: what comes out, by name; all by their SHA-256. `letters`: the group in the report by that in the files.

    `environment`: versions of what computed it, and the kind of machine; with the same, the bytes are the same.
    """

    seed: int
    votes_sha256: str
    statements_sha256: str
    outputs: dict[str, str]
    letters: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
