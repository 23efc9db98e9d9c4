"""How a report's input is made: the votes that count now under fresh random ids, as files, and what the engine finds in them.

The ids exist nowhere but in the files. While the report is made they are known beside the participants they stand for, so that
its groups get the letters that the same people's groups have on the map; that is forgotten with the end of this process' work.
"""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from clustering import DEFAULT_METHOD, ENGINE_VERSION, Analysis, Previous, VoteMatrix, shown
from clustering.identity import continued
from deliberation import analysis_memory, analysis_result, map_cells, people_arrays, turnout
from deliberation.archives import table
from deliberation.frozen_files import ANALYSIS, INPUT_STATEMENTS, INPUT_VOTES, RESULT_PARTICIPANTS, RESULT_STATEMENTS
from deliberation.interchange import groups_run, vote_files
from deliberation.storage import tables
from deliberation.vote_rows import VoteRows

SEED = 0
SMALLEST_ID, LARGEST_ID = 10**9, 10**10
"""Ten digits: nobody takes two files' ids for the same people, and every program holds them exactly."""
COMPUTED_WITH = ("numpy", "scipy", "scikit-learn")


@dataclass(frozen=True, eq=False)
class Derived:
    """`outputs` by name; `people` as in a snapshot: with row ids, for the moment and never stored with the files."""

    inputs: dict[str, bytes]
    outputs: dict[str, bytes]
    method: str
    parameters: dict[str, Any]
    engine_version: str
    input_sha256: str
    letters: dict[str, str]
    result: dict[str, Any]
    people: bytes


def derive(
    rows: VoteRows, statements: Mapping[int, int], last: tables.Analysis, publication_minimum: int, vote_events: int
) -> Derived:
    """`statements`: every statement that can have votes, with what was decided on it (1, 0, −1)."""
    counted = VoteMatrix.from_votes(
        rows.participants, rows.statements, rows.choices, rows.times, rejected=rows.rejected, meta=rows.meta
    )
    ids = np.array(SystemRandom().sample(range(SMALLEST_ID, LARGEST_ID), len(counted.participants)), dtype=np.int64)
    inputs = {INPUT_VOTES: _votes_file(counted, ids), INPUT_STATEMENTS: _statements_file(statements, rows.meta)}
    found, outputs = _run(inputs)
    earlier = analysis_memory.previous(last)
    live = continued(_under(earlier, counted.participants, ids), found)
    owners = counted.participants[np.argsort(ids)]
    result, people = _as_snapshot(live, owners, rows, last, publication_minimum, vote_events)
    result |= turnout.beside(counted, rows)
    return Derived(
        inputs=inputs,
        outputs=outputs,
        method=DEFAULT_METHOD,
        parameters=found.parameters.to_json(),
        engine_version=ENGINE_VERSION,
        input_sha256=found.input_sha256,
        letters=_letters(found, live),
        result=result,
        people=people,
    )


def environment() -> dict[str, str]:
    """With what the figures were computed: they are the same byte by byte only with the same."""
    versions = {name: version(name) for name in COMPUTED_WITH}
    return {"Python": platform.python_version(), **versions, "machine": platform.machine()}


def _votes_file(votes: VoteMatrix, ids: "np.ndarray[Any, Any]") -> bytes:
    """In the order of the random ids, which is none; without times."""
    people = np.repeat(ids, votes.votes_per_participant)
    numbers = votes.statements[votes.columns]
    order = np.lexsort((numbers, people))
    columns = (people[order].tolist(), numbers[order].tolist(), votes.values[order].tolist())
    return table(("participant", "statement", "vote"), zip(*columns, strict=True))


def _statements_file(statements: Mapping[int, int], meta: frozenset[int]) -> bytes:
    """Without texts: a text that is withdrawn later must not change what the fingerprint is taken over."""
    rows = ((number, decided, str(number in meta).lower()) for number, decided in sorted(statements.items()))
    return table(("statement", "moderated", "is-meta"), rows)


def _run(inputs: Mapping[str, bytes]) -> tuple[Analysis, dict[str, bytes]]:
    """From the files alone, with the code of `hiroba cluster`."""
    with TemporaryDirectory(prefix="hiroba-report-") as made:
        folder = Path(made)
        for name, content in inputs.items():
            (folder / name).write_bytes(content)
        moderation = vote_files.read_moderation(folder / INPUT_STATEMENTS)
        found = groups_run.run(vote_files.read_votes(folder / INPUT_VOTES, moderation), DEFAULT_METHOD, SEED)
        results = folder / "results"
        results.mkdir()
        vote_files.write_tables(results, found)
        outputs = {
            RESULT_PARTICIPANTS: (results / vote_files.PARTICIPANTS_FILE).read_bytes(),
            RESULT_STATEMENTS: (results / vote_files.STATEMENTS_FILE).read_bytes(),
            ANALYSIS: vote_files.summary_text(found).encode(),
        }
    return found, outputs


def _under(previous: Previous, participants: "np.ndarray[Any, Any]", ids: "np.ndarray[Any, Any]") -> Previous:
    """The last snapshot with its people under these ids; those who are in the file no more get numbers that nobody has."""
    place = np.minimum(np.searchsorted(participants, previous.participants), len(participants) - 1)
    nobody = -1 - np.arange(len(previous.participants))
    return replace(previous, participants=np.where(participants[place] == previous.participants, ids[place], nobody))


def _letters(found: Analysis, live: Analysis) -> dict[str, str]:
    """The letter on the map by the letter in the files."""
    letters = {}
    for place, group in enumerate(found.groups):
        member = int(np.flatnonzero(found.people.groups == place)[0])
        letters[group.label] = live.groups[int(live.people.groups[member])].label
    return letters


def _as_snapshot(
    live: Analysis,
    owners: "np.ndarray[Any, Any]",
    rows: VoteRows,
    last: tables.Analysis,
    publication_minimum: int,
    vote_events: int,
) -> tuple[dict[str, Any], bytes]:
    """Result and people as `analyses` stores them.

    What only times show (people who voted alike within minutes) cannot be found in the files: the last snapshot says it.
    """
    smallest_cell = map_cells.SMALLEST_CELL
    result = analysis_result.of_analysis(live, rows.rejected, max(publication_minimum, smallest_cell), smallest_cell)
    from_times = {name: last.result.get(name) for name in ("lookalikes", "without_lookalikes")}
    memory = shown(live)
    result |= from_times | analysis_memory.found_now(vote_events) | analysis_memory.letters(memory)
    positions = None if live.projection is None else live.projection.positions
    spreads = None if live.projection is None else live.projection.spreads
    order = np.argsort(owners)
    people = people_arrays.pack(
        owners[order],
        None if positions is None else positions[order],
        live.people.groups[order],
        live.people.votes[order],
        None if live.people.confidence is None else live.people.confidence[order],
        [],
        None if spreads is None else spreads[order],
    )
    return result, people
