"""Cohorts of participants who gave the same answers in the same minutes, more alike than people are who merely think alike."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import logsumexp

from clustering.arrays import Flags, Floats, Integers
from clustering.likelihood import ANSWERS, Others, others
from clustering.pairs import Pairs, alike_about_the_same_time, answer_table, windows
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.result import Json
from clustering.votes import VoteMatrix

NO_COHORT = -1
SHARES_OF_COPIES = np.array([0.03, 0.1, 0.3, 0.7])
"""How many of those who vote about the same time may belong to one campaign: each is tried, and the evidence averaged."""


@dataclass(frozen=True)
class Cohort:
    """`size` people who voted within `minutes` (the middle of their voting), half of them or more on each of `statements`.

    Of all pairs of answers by two of them to one statement `identical` agree; of an answer and one by somebody at another time
    `expected` would. `log_likelihood_ratio`: copies against honest answers, over all members. `p_value`: how probable it is that
    anybody honest would look so much like a copy, whatever the number of people that were looked at.
    """

    size: int
    votes: int
    statements: int
    minutes: float
    identical: float
    expected: float
    log_likelihood_ratio: float
    p_value: float

    def to_json(self) -> Json:
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class Lookalikes:
    """`cohort` (participants,): index into `cohorts`, the largest first, −1 for most people. `p_value`: the bar for a cohort."""

    cohort: Integers
    cohorts: tuple[Cohort, ...]
    p_value: float

    @property
    def flagged(self) -> Flags:
        return np.not_equal(self.cohort, NO_COHORT)

    def to_json(self) -> Json:
        """Numbers only, nothing about single people."""
        return {
            "cohorts": [cohort.to_json() for cohort in self.cohorts],
            "flagged": int(self.flagged.sum()),
            "threshold": self.p_value,
        }


@dataclass(frozen=True, eq=False)
class _Evidence:
    """`people`: rows in the order of the `moments` (seconds) in the middle of their voting. `logs` (people,) of the evidence."""

    people: Integers
    moments: Floats
    others: Others
    pairs: Pairs
    logs: Floats


def find(votes: VoteMatrix, projection: Projection | None, parameters: Parameters) -> Lookalikes:
    """Nobody without times. Depends on nothing but its arguments; rows are compared by time, equal times by their order.

    `projection` says how alike people of different opinions vote; without one everybody is expected to vote as all do.
    """
    nobody = Lookalikes(np.full(votes.shape[0], NO_COHORT), (), parameters.lookalike_p_value)
    if votes.times is None:
        return nobody
    people, moments = _in_time(votes, votes.times, parameters)
    if len(people) < parameters.lookalike_people:
        return nobody
    others_ = others(votes, projection, people, moments, parameters)
    pairs = alike_about_the_same_time(votes, people, moments, others_, parameters)
    evidence = _Evidence(people, moments, others_, pairs, _evidence(pairs, len(people), parameters))
    labels, ratios = _members(votes, evidence, _seeds(evidence, parameters), parameters)
    return _described(votes, evidence, labels, ratios, parameters)


def _in_time(votes: VoteMatrix, times: Floats, parameters: Parameters) -> tuple[Integers, Floats]:
    """Rows of those who voted enough, ordered by the moment of the vote in the middle of theirs."""
    counts = votes.votes_per_participant
    rows = np.repeat(np.arange(len(counts)), counts)
    ordered = times[np.lexsort((times, rows))]
    enough = np.flatnonzero(counts >= parameters.lookalike_votes)
    middle = ordered[votes.starts[enough] + (counts[enough] - 1) // 2]
    order = np.argsort(middle, kind="stable")
    return enough[order], middle[order]


def _evidence(pairs: Pairs, people: int, parameters: Parameters) -> Floats:
    """(people,): log likelihood ratio of “a share of those around copies the same as this one” against “nobody does”.

    Averaged over shares and windows. Nobody honest exceeds 1/p more often than with probability p (Markov's inequality), given
    what people at other times think.
    """
    ratios = np.exp(np.minimum(pairs.ratios, 50.0))
    by_share = []
    for window, width in enumerate(windows(parameters)):
        within = pairs.gaps <= width
        for share in SHARES_OF_COPIES:
            terms = np.log1p(share * (ratios[:, within] - 1)) - np.log1p(-share)
            logs = pairs.compared[window] * np.log1p(-share)
            logs += np.bincount(pairs.first[within], terms[0], minlength=people)
            logs += np.bincount(pairs.second[within], terms[1], minlength=people)
            by_share.append(logs)
    averaged: Floats = logsumexp(by_share, axis=0) - np.log(len(by_share))
    return averaged


def _seeds(evidence: _Evidence, parameters: Parameters) -> Integers:
    """(people,): connected people with strong evidence, −1 for all others."""
    people, pairs = len(evidence.people), evidence.pairs
    strong = evidence.logs >= np.log(people / parameters.lookalike_p_value)
    linked = strong[pairs.first] & strong[pairs.second] & (pairs.ratios.mean(axis=0) >= parameters.lookalike_link)
    edges = (pairs.first[linked], pairs.second[linked])
    _, labels = connected_components(sparse.coo_array((np.ones(len(edges[0])), edges), shape=(people, people)), directed=False)
    large = np.bincount(labels)[labels] >= parameters.lookalike_people
    return np.where(strong & large, labels, NO_COHORT)


def _members(votes: VoteMatrix, evidence: _Evidence, seeds: Integers, parameters: Parameters) -> tuple[Integers, Floats]:
    """(people,) each: the cohort and the log likelihood ratio of those who answered as the seeds around them did."""
    table = answer_table(votes)[evidence.people]
    labels, ratios = np.full(len(seeds), NO_COHORT), np.zeros(len(seeds))
    for seed in np.unique(seeds[seeds != NO_COHORT]).tolist():
        around = _around(evidence.pairs, seeds == seed)
        found = _copied_ratios(table, np.flatnonzero(seeds == seed), np.flatnonzero(around), evidence, parameters)
        bars = np.where((seeds == seed)[around], parameters.lookalike_link, parameters.lookalike_member)
        better = found > np.maximum(ratios[around], bars)
        labels[np.flatnonzero(around)[better]], ratios[np.flatnonzero(around)[better]] = seed, found[better]
    sizes = np.bincount(labels + 1, minlength=1)
    return np.where(sizes[labels + 1] >= parameters.lookalike_people, labels, NO_COHORT), ratios


def _around(pairs: Pairs, seeds: Flags) -> Flags:
    around = seeds.copy()
    around[pairs.second[seeds[pairs.first]]] = True
    around[pairs.first[seeds[pairs.second]]] = True
    return around


def _copied_ratios(
    table: sparse.csr_array, seeds: Integers, people: Integers, evidence: _Evidence, parameters: Parameters
) -> Floats:
    """(people,): copied from what the other seeds answered to statements that half of them voted on, against honest."""
    answers = table[people].toarray().astype(np.float64)
    counts = table[seeds].sum(axis=0) - answers * np.isin(people, seeds)[:, None]
    votes = counts.reshape(len(people), -1, ANSWERS).sum(axis=2).repeat(ANSWERS, axis=1)
    telling = answers * (votes >= np.maximum(len(seeds) / 2, 2))
    enough = np.flatnonzero(telling.sum(axis=1) >= parameters.lookalike_votes)
    ratios = np.zeros(len(people))
    if len(enough) == 0:
        return ratios
    person, cells = np.nonzero(telling[enough])
    starts = np.searchsorted(person, np.arange(len(enough)))
    margins = evidence.others.margins[cells]
    copied = (counts[enough[person], cells] + margins) / (votes[enough[person], cells] + 1)
    moments = np.full(len(enough), np.median(evidence.moments[seeds]))
    logs = np.add.reduceat(evidence.others.log_copied(cells, copied, parameters.lookalike_slips), starts)
    counted = np.diff(starts, append=len(person))
    ratios[enough] = (logs - evidence.others.log_chance(cells, starts, moments)) * np.minimum(
        1.0, parameters.lookalike_telling / counted
    )
    return ratios


def _described(votes: VoteMatrix, evidence: _Evidence, labels: Integers, ratios: Floats, parameters: Parameters) -> Lookalikes:
    cohort = np.full(votes.shape[0], NO_COHORT)
    sizes = np.bincount(labels[labels != NO_COHORT])
    table, cohorts = answer_table(votes), []
    for place, label in enumerate(np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)].tolist()):
        members = np.flatnonzero(labels == label)
        cohort[evidence.people[members]] = place
        cohorts.append(_cohort(table[evidence.people[members]], members, evidence, float(ratios[members].sum())))
    return Lookalikes(cohort, tuple(cohorts), parameters.lookalike_p_value)


def _cohort(answers: sparse.csr_array, members: Integers, evidence: _Evidence, ratio: float) -> Cohort:
    counts = np.asarray(answers.sum(axis=0), dtype=np.float64)
    votes = counts.reshape(-1, ANSWERS).sum(axis=1)
    pairs_same, pairs = (counts * (counts - 1)).sum(), (votes * (votes - 1)).sum()
    within = evidence.moments[members]
    return Cohort(
        size=len(members),
        votes=int(votes.sum()),
        statements=int((votes >= len(members) / 2).sum()),
        minutes=float(within[-1] - within[0]) / 60,
        identical=float(pairs_same / max(pairs, 1.0)),
        expected=float(counts @ evidence.others.usual() / max(votes.sum(), 1.0)),
        log_likelihood_ratio=ratio,
        p_value=float(min(1.0, len(evidence.people) * np.exp(-evidence.logs[members].max()))),
    )
