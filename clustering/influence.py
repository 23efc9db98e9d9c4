"""Which part of the votes moves the findings most, and what is found without the cohorts of lookalikes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from clustering.arrays import Flags, Floats, Integers
from clustering.consensus import consensus
from clustering.lookalikes import Lookalikes
from clustering.parameters import Parameters
from clustering.rates import answers
from clustering.representative import has_a_say, representative
from clustering.result import NOT_GROUPED, Json
from clustering.votes import VoteMatrix

TENTHS = 10


@dataclass(frozen=True, eq=False)
class Findings:
    """The top findings of some votes: `shared` (columns), those on which the groups agree most surely, the surest first.

    `standing_out`: group, column and direction of what groups stand out by. `rates` and `lower` (statements,): agreement in the
    group where it is smallest, and its lower end; `votes` (statements,) behind them.
    """

    shared: tuple[int, ...]
    standing_out: frozenset[tuple[int, int, str]]
    rates: Floats
    lower: Floats
    votes: Integers


@dataclass(frozen=True)
class Influence:
    """What changes when a part of the votes is left out: `part` “time”, “most_active” or “cohort”, `number` from 1.

    `shared` and `standing_out`: how many findings were looked at. `shared_leaving`: of the shared ones, which share is none any
    more; `standing_out_leaving`: the same for what groups stand out by. `largest_change`: of the rate of a shared finding.
    `first` and `last`: seconds, of a tenth by time.
    """

    part: str
    number: int
    votes: int
    people: int
    shared: int
    standing_out: int
    shared_leaving: float
    standing_out_leaving: float
    largest_change: float
    first: float | None = None
    last: float | None = None

    def to_json(self) -> Json:
        return dict(vars(self))


def measure(
    votes: VoteMatrix, labels: Integers, groups: int, lookalikes: Lookalikes, parameters: Parameters
) -> tuple[Influence, ...]:
    """Each tenth of the votes by time, those of the most active tenth of people, each cohort; what moves the findings most first.

    `labels` (participants,): 0 … `groups` − 1, −1 for none; they are kept, only the votes are counted anew.
    """
    whole = findings(votes, labels, groups, parameters)
    measured = [
        _influence(part, number, votes, left_out, whole, findings(votes.subset(~left_out), labels, groups, parameters))
        for part, number, left_out in _parts(votes, lookalikes)
    ]
    return tuple(sorted(measured, key=_most_first))


def findings(votes: VoteMatrix, labels: Integers, groups: int, parameters: Parameters) -> Findings:
    """By the same rules as the statements' figures: the smallest group's lower end, and what is representative."""
    live = ~votes.moderated_out & (votes.tally.votes > 0)
    by_group = votes.tally_by_group(labels, groups)
    of_groups = answers(by_group, live, parameters.interval)
    figures = consensus(answers(votes.tally, live, parameters.interval), of_groups)
    sizes = np.bincount(labels[labels != NOT_GROUPED], minlength=groups)[:groups]
    say = has_a_say(by_group.votes, sizes, parameters)
    listed = representative(by_group, of_groups, say & live, parameters).lists
    heard = np.flatnonzero(live & say.all(axis=0) & (votes.tally.votes >= parameters.fewest_votes_for_a_kind))
    lower = figures["consensus_lower"]
    top = heard[np.argsort(-lower[heard], kind="stable")][: parameters.consensus_statements]
    return Findings(
        shared=tuple(top.tolist()),
        standing_out=frozenset(
            (group, found.statement, found.direction) for group, found_ in enumerate(listed) for found in found_
        ),
        rates=figures["consensus"],
        lower=lower,
        votes=votes.tally.votes,
    )


def side_by_side(
    votes: VoteMatrix, labels: Integers, letters: Sequence[str], lookalikes: Lookalikes, parameters: Parameters
) -> Json:
    """The top findings with and without the votes of the flagged, as plain data; statements by their ids, groups by `letters`."""
    groups = len(letters)
    whole = findings(votes, labels, groups, parameters)
    rest = findings(votes.without(lookalikes.flagged), labels, groups, parameters)
    return {
        "votes": [int(whole.votes.sum()), int(rest.votes.sum())],
        "shared": {"with": _shared(votes, whole, whole.shared), "without": _shared(votes, rest, rest.shared)},
        "representative": {"with": _standing_out(votes, whole, letters), "without": _standing_out(votes, rest, letters)},
        "changed": {
            "shared": _ids(votes, set(whole.shared) ^ set(rest.shared)),
            "representative": _ids(votes, {statement for _, statement, _ in whole.standing_out ^ rest.standing_out}),
        },
    }


def _parts(votes: VoteMatrix, lookalikes: Lookalikes) -> Iterator[tuple[str, int, Flags]]:
    """Which votes (votes,) belong to each part."""
    total = len(votes.values)
    if votes.times is not None and total >= TENTHS:
        place = np.empty(total, dtype=np.int64)
        place[np.argsort(votes.times, kind="stable")] = np.arange(total)
        for tenth in range(TENTHS):
            yield "time", tenth + 1, place * TENTHS // total == tenth
    counts = votes.votes_per_participant
    active = np.argsort(-counts, kind="stable")[: len(counts) // TENTHS]
    yield "most_active", 1, np.repeat(np.isin(np.arange(len(counts)), active), counts)
    for cohort in range(len(lookalikes.cohorts)):
        yield "cohort", cohort + 1, np.repeat(lookalikes.cohort == cohort, counts)


def _influence(part: str, number: int, votes: VoteMatrix, left_out: Flags, whole: Findings, rest: Findings) -> Influence:
    shared = list(whole.shared)
    remaining = [column for column in shared if rest.votes[column] > 0]
    changes = np.abs(whole.rates[remaining] - rest.rates[remaining])
    people = np.bincount(np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)[left_out])
    by_time = votes.times[left_out] if part == "time" and votes.times is not None else np.zeros(0)
    return Influence(
        part=part,
        number=number,
        votes=int(left_out.sum()),
        people=int(np.count_nonzero(people)),
        shared=len(shared),
        standing_out=len(whole.standing_out),
        shared_leaving=_share(len(set(shared) - set(rest.shared)), len(shared)),
        standing_out_leaving=_share(len(whole.standing_out - rest.standing_out), len(whole.standing_out)),
        largest_change=float(changes.max(initial=0.0)),
        first=float(by_time.min()) if len(by_time) else None,
        last=float(by_time.max()) if len(by_time) else None,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _most_first(influence: Influence) -> tuple[float, float, str, int]:
    leaving = influence.shared_leaving + influence.standing_out_leaving
    return -leaving, -influence.largest_change, influence.part, influence.number


def _shared(votes: VoteMatrix, found: Findings, columns: tuple[int, ...]) -> list[Json]:
    return [
        {
            "statement": votes.statements[column].item(),
            "share": float(found.rates[column]),
            "low": float(found.lower[column]),
            "votes": int(found.votes[column]),
        }
        for column in columns
    ]


def _standing_out(votes: VoteMatrix, found: Findings, letters: Sequence[str]) -> list[Json]:
    return [
        {"group": letters[group], "statement": votes.statements[statement].item(), "direction": direction}
        for group, statement, direction in sorted(found.standing_out)
    ]


def _ids(votes: VoteMatrix, columns: set[int]) -> list[int | str]:
    return [votes.statements[column].item() for column in sorted(columns)]
