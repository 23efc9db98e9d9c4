"""A file of votes and a file of statements, as analysts have them, and the files that say what the engine made of them."""

import csv
import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering import Analysis, ContradictoryVotesError, VoteMatrix
from clustering.tables import DECIMALS, Table, participant_table, statement_table
from deliberation.errors.files import UnwritableFolder
from deliberation.interchange.csv_tables import quoted, records, refuse, rows
from deliberation.interchange.number_columns import read_numbers

PARTICIPANT, STATEMENT, VOTE, TIME = ("participant", "voter-id"), ("statement", "comment-id"), ("vote",), ("timestamp",)
MODERATED, META = ("moderated",), ("is-meta", "is_meta")
BESIDE = ("comments.csv", "statements.csv")
TRUTHS = {"": False, "0": False, "f": False, "false": False, "1": True, "t": True, "true": True}
FIRST_MILLISECONDS = 1e11
"""A smaller time is in seconds (it would be before 1973 in milliseconds)."""

RESULTS = ("participants.csv", "statements.csv", "analysis.json", "predictions.csv", "embedding.csv")
PARTICIPANTS_FILE, STATEMENTS_FILE, ANALYSIS_FILE, PREDICTIONS_FILE, EMBEDDING_FILE = RESULTS


@dataclass(frozen=True)
class Moderation:
    """What a file says about statements: all it lists, those that were rejected, those about the conversation itself."""

    path: Path
    listed: frozenset[str]
    rejected: frozenset[str]
    meta: frozenset[str]


def moderation_beside(votes: Path) -> Path | None:
    """The file of statements that lies beside a file of votes; one that says nothing about moderation is not meant."""
    for name in BESIDE:
        path = votes.parent / name
        if path.exists() and set(_header(path)[1]) & {*MODERATED, *META}:
            return path
    return None


def read_moderation(path: Path) -> Moderation:
    """Raises UnreadableFile or UnreadableRow."""
    row, header = _header(path)
    statement = _column(path, row, header, STATEMENT)
    if not set(header) & {*MODERATED, *META}:
        refuse(path, row, "there is no column “moderated”")
    meta = next((name for name in META if name in header), META[0])
    listed: dict[str, int] = {}
    rejected, about = set(), set()
    for row, (identifier, moderated, is_meta) in rows(path, (statement,), (*MODERATED, meta)):
        name = _identifier(path, row, statement, identifier)
        if name in listed:
            refuse(path, row, f"the statement {quoted(name)} is already in row {listed[name]}")
        listed[name] = row
        if moderated.strip() and _choice(path, row, "moderated", moderated) == -1:
            rejected.add(name)
        if _truth(path, row, meta, is_meta):
            about.add(name)
    return Moderation(path, frozenset(listed), frozenset(rejected), frozenset(about))


def read_votes(path: Path, moderation: Moderation | None = None) -> VoteMatrix:
    """The last votes in the file. Raises UnreadableFile or UnreadableRow for the first thing that is wrong.

    With `moderation`, every statement must be one that it lists.
    """
    row, header = _header(path)
    participant, statement, vote = (_column(path, row, header, names) for names in (PARTICIPANT, STATEMENT, VOTE))
    columns = (participant, statement, vote, *(name for name in TIME if name in header))
    votes = _read_quickly(path, row, header, columns) or _read_closely(path, columns)
    try:
        matrix = VoteMatrix.from_votes(
            *votes, rejected=moderation.rejected if moderation else (), meta=moderation.meta if moderation else ()
        )
    except ContradictoryVotesError as error:
        first, second = (_row_of_vote(path, columns, position) for position in (error.first, error.second))
        refuse(path, second, f"contradicts row {first}, and without a column “timestamp” nothing says which vote came last")
    if moderation:
        _refuse_unlisted(path, statement, matrix, moderation)
    return matrix


def read_pairs(path: Path) -> tuple[list[str], list[str]]:
    """Participants' and statements' ids, side by side. Raises UnreadableFile or UnreadableRow."""
    row, header = _header(path)
    participant, statement = (_column(path, row, header, names) for names in (PARTICIPANT, STATEMENT))
    pairs = [
        (_identifier(path, row, participant, person), _identifier(path, row, statement, name))
        for row, (person, name) in rows(path, (participant, statement))
    ]
    return [person for person, _ in pairs], [name for _, name in pairs]


def prepare_folder(folder: Path, inputs: Collection[Path]) -> None:
    """Make the folder for the results; refuses one where they would replace a file that is read."""
    for name in RESULTS:
        if any(_same_file(folder / name, path) for path in inputs):
            raise UnwritableFolder(folder=folder, problem=f"the results would overwrite {name}, which is read")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFolder(folder=folder, problem=f"cannot be made ({error.strerror})") from None


@contextmanager
def placed_together(folder: Path) -> Iterator[Path]:
    """A folder to write results into; in the end they go to `folder`, or none does. Raises UnwritableFolder."""
    try:
        # Inside, because only on the same file system does a file move in one step.
        with TemporaryDirectory(dir=folder, prefix=".results-") as made:
            yield Path(made)
            _place(sorted(Path(made).iterdir()), folder)
    except OSError as error:
        raise UnwritableFolder(folder=folder, problem=f"cannot be written ({error.strerror})") from None


def write_tables(folder: Path, analysis: Analysis) -> None:
    write_table(folder / PARTICIPANTS_FILE, participant_table(analysis))
    write_table(folder / STATEMENTS_FILE, statement_table(analysis))


def write_table(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.header)
        writer.writerows(table.rows)


def summary_text(analysis: Analysis, seconds: dict[str, float] | None = None) -> str:
    """The content of `analysis.json`; without `seconds`, which differ every time, it is the same for the same votes."""
    told = _rounded(analysis.summary())
    return json.dumps(told if seconds is None else told | {"seconds": _rounded(seconds)}, ensure_ascii=False, indent=2) + "\n"


def write_summary(folder: Path, text: str) -> None:
    (folder / ANALYSIS_FILE).write_text(text, encoding="utf-8")


def _same_file(one: Path, other: Path) -> bool:
    """Whether both are there and are one file, by whatever names or links."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _place(files: Collection[Path], folder: Path) -> None:
    for file in files:
        if (folder / file.name).is_dir():
            raise UnwritableFolder(folder=folder, problem=f"{file.name} cannot be written (a folder has this name)")
    for file in files:
        file.replace(folder / file.name)


def _read_quickly(path: Path, row: int, header: list[str], columns: Sequence[str]) -> tuple[NDArray[Any], ...] | None:
    participant, statement, vote, *time = columns
    if row != 1 or len(set(header)) < len(header):
        return None
    found = read_numbers(path, header, {participant: "i8", statement: "i8", vote: "f8", **dict.fromkeys(time, "f8")})
    if found is None or not np.isin(found[vote], (-1, 0, 1)).all():
        return None
    times = [_seconds(found[name]) for name in time]
    return found[participant], found[statement], found[vote].astype(np.int8), *times


def _read_closely(path: Path, columns: Sequence[str]) -> tuple[Any, ...]:
    people: list[str] = []
    names: list[str] = []
    choices: list[int] = []
    times: list[float] = []
    for row, (person, name, choice, *time) in rows(path, columns):
        people.append(_identifier(path, row, columns[0], person))
        names.append(_identifier(path, row, columns[1], name))
        choices.append(_choice(path, row, columns[2], choice))
        times += [_time(path, row, text) for text in time]
    return (people, names, choices, _seconds(np.array(times))) if times else (people, names, choices)


def _header(path: Path) -> tuple[int, list[str]]:
    row, header = next(records(path))
    return row, [name.strip() for name in header]


def _column(path: Path, row: int, header: Collection[str], names: Sequence[str]) -> str:
    """The one of the names by which a column may go that the header has."""
    found = [name for name in names if name in header]
    if not found:
        refuse(path, row, f"there is no column {' or '.join(quoted(name) for name in names)}")
    if len(found) > 1:
        refuse(path, row, f"the columns {' and '.join(quoted(name) for name in found)} mean the same; leave one of them")
    return found[0]


def _identifier(path: Path, row: int, name: str, text: str) -> str:
    identifier = text.strip()
    if not identifier or "\0" in identifier:
        refuse(path, row, f"the {name} is empty" if not identifier else f"the {name} holds a zero byte")
    return identifier


def _choice(path: Path, row: int, name: str, text: str) -> int:
    number = _number(text)
    if number not in {-1, 0, 1}:
        refuse(path, row, f"the {name} is {quoted(text)} and not −1, 0 or 1")
    return int(number)


def _time(path: Path, row: int, text: str) -> float:
    number = _number(text)
    if not math.isfinite(number):
        refuse(path, row, f"the timestamp is {quoted(text)} and not a number")
    return number


def _truth(path: Path, row: int, name: str, text: str) -> bool:
    if (word := text.strip().lower()) not in TRUTHS:
        refuse(path, row, f"{name} is {quoted(text)} and neither true nor false")
    return TRUTHS[word]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _seconds(times: NDArray[Any]) -> NDArray[Any]:
    return np.where(times < FIRST_MILLISECONDS, times, times / 1000)


def _row_of_vote(path: Path, columns: Sequence[str], position: int) -> int:
    return next(islice(rows(path, columns), position, None))[0]


def _refuse_unlisted(path: Path, statement: str, votes: VoteMatrix, moderation: Moderation) -> None:
    unlisted = {str(name) for name in votes.statements.tolist()} - moderation.listed
    if unlisted:
        row, (name,) = next(found for found in rows(path, (statement,)) if found[1][0].strip() in unlisted)
        refuse(path, row, f"the {statement} {quoted(name)} is not in {moderation.path.name}")


def _rounded(value: Any) -> Any:
    """Figures with six decimals, negative zeros without their sign."""
    match value:
        case float():
            return round(value, DECIMALS) + 0.0
        case dict():
            return {name: _rounded(part) for name, part in value.items()}
        case list():
            return [_rounded(part) for part in value]
        case _:
            return value
