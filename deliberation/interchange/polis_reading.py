"""A folder with a Polis export, read and checked."""

from array import array
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np

from deliberation.errors.files import UnreadableFile
from deliberation.interchange.csv_tables import quoted, records, refuse, rows, whole
from deliberation.interchange.polis import (
    COMMENTS,
    PARTICIPANTS,
    PARTICIPANTS_NEWER,
    SUMMARY,
    VOTES,
    PolisExport,
    PolisParticipant,
    PolisStatement,
    PolisVotes,
)

CHOICES = {"-1": -1, "0": 0, "1": 1}
TRUTHS = {"": False, "0": False, "f": False, "false": False, "1": True, "t": True, "true": True}
FIRST_MILLISECONDS = 100_000_000_000
"""A smaller time is in seconds (it would be before 1973 in milliseconds)."""
LAST_MILLISECONDS = 100_000_000_000_000

Counts = dict[int, tuple[int, int]]


class Clock:
    """Reads times in either unit and knows whether it met milliseconds."""

    def __init__(self) -> None:
        self.seconds = True

    def read(self, path: Path, row: int, text: str) -> int:
        """Milliseconds since 1970."""
        time = whole(path, row, "timestamp", text, most=LAST_MILLISECONDS - 1)
        if time < FIRST_MILLISECONDS:
            return time * 1000
        self.seconds = False
        return time


def read(folder: Path) -> PolisExport:
    """The export in this folder. Raises UnreadableFile or UnreadableRow for the first thing that is wrong."""
    if not folder.is_dir():
        raise UnreadableFile(file=str(folder), problem="is not a folder")
    clock = Clock()
    summary = _read_summary(folder / SUMMARY)
    statements, counts = _read_statements(folder / COMMENTS, clock)
    listed, external_ids = _read_participants(_participants_file(folder))
    votes = _read_votes(folder / VOTES, clock, statements.keys(), listed.keys())
    silent_authors = {s.author for s in statements.values() if s.author is not None} - listed.keys()
    participants = listed | {number: PolisParticipant(number) for number in silent_authors}
    export = PolisExport(
        summary=summary,
        statements=tuple(statements[number] for number in sorted(statements)),
        participants=tuple(participants[number] for number in sorted(participants)),
        votes=votes,
        seconds=clock.seconds,
        external_ids=external_ids,
    )
    return replace(export, differing_counts=_differing(export, counts))


def _read_summary(path: Path) -> dict[str, str]:
    summary: dict[str, str] = {}
    for row, record in records(path):
        if len(record) != 2:
            refuse(path, row, f"has {len(record)} fields instead of a name and a value")
        name = record[0].strip()
        if name in summary:
            refuse(path, row, f"{quoted(name)} appears a second time")
        summary[name] = _storable(path, row, record[1])
    if "topic" not in summary:
        raise UnreadableFile(file=path.name, problem="there is no “topic”")
    return summary


def _read_statements(path: Path, clock: Clock) -> tuple[dict[int, PolisStatement], Counts]:
    """The statements, and how often the file says that they were agreed and disagreed with."""
    needed = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
    statements: dict[int, PolisStatement] = {}
    counts: Counts = {}
    for row, cells in rows(path, needed, ("is-meta", "is-seed", "agrees", "disagrees")):
        time, number_text, author, moderated, text, is_meta, is_seed, agrees, disagrees = cells
        number = whole(path, row, "comment-id", number_text)
        if number in statements:
            refuse(path, row, f"the comment-id {number} appears a second time")
        if moderated not in CHOICES:
            refuse(path, row, f"moderated is {quoted(moderated)} and not −1, 0 or 1")
        statements[number] = PolisStatement(
            number=number,
            author=whole(path, row, "author-id", author) if author else None,
            created=clock.read(path, row, time),
            moderated=CHOICES[moderated],
            is_meta=_truth(path, row, "is-meta", is_meta),
            is_seed=_truth(path, row, "is-seed", is_seed),
            text=_storable(path, row, text),
        )
        if agrees and disagrees:
            counts[number] = (whole(path, row, "agrees", agrees), whole(path, row, "disagrees", disagrees))
    return statements, counts


def _read_participants(path: Path) -> tuple[dict[int, PolisParticipant], int]:
    """Who is listed, and how many of them carry an id of another system. The votes that the file repeats are not read."""
    participants: dict[int, PolisParticipant] = {}
    external_ids = 0
    for row, (number_text, group, external) in rows(path, ("participant", "group-id"), ("xid",)):
        number = whole(path, row, "participant", number_text)
        if number in participants:
            refuse(path, row, f"the participant {number} appears a second time")
        participants[number] = PolisParticipant(number, whole(path, row, "group-id", group) if group else None)
        external_ids += bool(external)
    return participants, external_ids


def _read_votes(path: Path, clock: Clock, statements: Collection[int], participants: Collection[int]) -> PolisVotes:
    columns = [array("q") for _ in range(4)]
    put_statement, put_participant, put_time, put_choice = (column.append for column in columns)
    for row, (time, statement_text, participant_text, choice) in rows(path, ("timestamp", "comment-id", "voter-id", "vote")):
        statement = whole(path, row, "comment-id", statement_text)
        if statement not in statements:
            refuse(path, row, f"the comment-id {statement} is not in {COMMENTS}")
        participant = whole(path, row, "voter-id", participant_text)
        if participant not in participants:
            refuse(path, row, f"the voter-id {participant} is not in {PARTICIPANTS}")
        if choice not in CHOICES:
            refuse(path, row, f"the vote {quoted(choice)} is not −1, 0 or 1")
        put_statement(statement)
        put_participant(participant)
        put_time(clock.read(path, row, time))
        put_choice(CHOICES[choice])
    return PolisVotes.sorted(*(np.array(column, dtype=np.int64) for column in columns))


def _participants_file(folder: Path) -> Path:
    newer = folder / PARTICIPANTS_NEWER
    return newer if newer.exists() else folder / PARTICIPANTS


def _truth(path: Path, row: int, name: str, text: str) -> bool:
    if text.lower() not in TRUTHS:
        refuse(path, row, f"{name} is {quoted(text)} and neither true nor false")
    return TRUTHS[text.lower()]


def _storable(path: Path, row: int, text: str) -> str:
    if "\0" in text:
        refuse(path, row, "holds a zero byte")
    return text


def _differing(export: PolisExport, counts: Counts) -> int:
    agrees, disagrees = export.tally(1), export.tally(-1)
    return sum(told != (agrees.get(number, 0), disagrees.get(number, 0)) for number, told in counts.items())
