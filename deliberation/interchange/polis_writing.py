"""A Polis export written as the four files."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from deliberation.errors.files import UnwritableFolder
from deliberation.interchange.polis import COMMENTS, PARTICIPANTS, SUMMARY, VOTES, PolisExport, moment

NEEDS_QUOTES = re.compile(r'[",\r\n]')


def write(export: PolisExport, folder: Path) -> None:
    """Write the files into a folder that is new or empty. Raises UnwritableFolder.

    Texts are written as they are. A spreadsheet may take one that begins with =, +, − or @ for a formula: changing it would
    change what was said, so whoever opens the files in a spreadsheet should import these columns as text.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UnwritableFolder(folder=folder, problem="is not empty")
        _write(folder / SUMMARY, export.summary.items())
        _write(folder / COMMENTS, _comments(export))
        _write(folder / VOTES, _votes(export))
        _write(folder / PARTICIPANTS, _participants(export))
    except OSError as error:
        raise UnwritableFolder(folder=folder, problem=f"cannot be written ({error.strerror})") from None


def _write(path: Path, lines: Iterable[Sequence[object]]) -> None:
    """Lines end as in Polis's files. `csv.writer` would then leave a carriage return inside a text bare, which ends a row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(",".join(map(_cell, line)) + "\n" for line in lines)


def _cell(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


def _comments(export: PolisExport) -> Iterator[Sequence[object]]:
    agrees, disagrees = export.tally(1), export.tally(-1)
    yield (
        "timestamp",
        "datetime",
        "comment-id",
        "author-id",
        "agrees",
        "disagrees",
        "moderated",
        "is-meta",
        "is-seed",
        "comment-body",
    )
    for s in export.statements:
        yield (
            *_time(s.created, export.seconds),
            s.number,
            "" if s.author is None else s.author,
            agrees.get(s.number, 0),
            disagrees.get(s.number, 0),
            s.moderated,
            _truth(s.is_meta),
            _truth(s.is_seed),
            s.text,
        )


def _votes(export: PolisExport) -> Iterator[Sequence[object]]:
    votes = export.votes
    yield "timestamp", "datetime", "comment-id", "voter-id", "vote"
    columns = (votes.times.tolist(), votes.statements.tolist(), votes.participants.tolist(), votes.choices.tolist())
    for time, statement, participant, choice in zip(*columns, strict=True):
        yield *_time(time, export.seconds), statement, participant, choice


def _participants(export: PolisExport) -> Iterator[Sequence[object]]:
    """A row for everybody but those who only wrote statements, a column for every statement with votes."""
    columns = np.unique(export.votes.statements).tolist()
    places = {statement: place for place, statement in enumerate(columns)}
    authored = _authored(export)
    standing = _standing(export)
    yield "participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *columns
    for p in export.participants:
        votes = standing.get(p.number, {})
        if not votes and p.group is None and p.number in authored:
            continue
        choices = list(votes.values())
        cells: list[object] = [""] * len(columns)
        for statement, choice in votes.items():
            cells[places[statement]] = choice
        group = "" if p.group is None else p.group
        yield p.number, group, authored.get(p.number, 0), len(choices), choices.count(1), choices.count(-1), *cells


def _authored(export: PolisExport) -> dict[int, int]:
    counts: dict[int, int] = {}
    for s in export.statements:
        if s.author is not None:
            counts[s.author] = counts.get(s.author, 0) + 1
    return counts


def _standing(export: PolisExport) -> dict[int, dict[int, int]]:
    """The votes that count: choice by statement by participant."""
    votes, counts = export.votes, export.votes.standing
    standing: dict[int, dict[int, int]] = {}
    columns = (votes.participants[counts].tolist(), votes.statements[counts].tolist(), votes.choices[counts].tolist())
    for participant, statement, choice in zip(*columns, strict=True):
        standing.setdefault(participant, {})[statement] = choice
    return standing


def _time(milliseconds: int, seconds: bool) -> tuple[int, str]:
    """The timestamp in the unit of the files, and the same for the eye."""
    return milliseconds // 1000 if seconds else milliseconds, moment(milliseconds).strftime("%a %b %d %H:%M:%S UTC %Y")


def _truth(value: bool) -> str:
    return "true" if value else "false"
