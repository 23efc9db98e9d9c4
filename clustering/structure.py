"""What a full run finds out and later runs may take over: how many axes, how many groups, and how far to trust that."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.arrays import Flags, Floats
from clustering.blocks import rows_of
from clustering.groups import Grouping, clarity_of_one_crowd, find_groups, grouped, price, weights_of
from clustering.imputed import impute
from clustering.model import Model
from clustering.null import Beyond, beyond_totals
from clustering.parameters import Parameters
from clustering.projection import fit_model, placed, sampled, scores_of
from clustering.rank import Rank, choose_rank
from clustering.stability import Stability, stability
from clustering.symmetric import unpacked
from clustering.votes import VoteMatrix

ONE_GROUP = 1


@dataclass(frozen=True)
class Structure:
    """`rank`: axes of the model. `imputed`: whether missing votes are taken for means instead. `groups`: 1 where there are none.

    `stability`, `group_stability` (the largest group first): None where nothing was compared. `votes`: how many there were when
    this was found. `evidence`: the figures behind the choices, as plain data.
    """

    rank: int
    imputed: bool
    groups: int
    stability: float | None
    group_stability: tuple[float, ...] | None
    votes: int
    evidence: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "rank": self.rank,
            "imputed": self.imputed,
            "groups": self.groups,
            "stability": self.stability,
            "group_stability": None if self.group_stability is None else list(self.group_stability),
            "votes": self.votes,
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Structure":
        of_groups = told["group_stability"]
        return cls(**{**told, "group_stability": None if of_groups is None else tuple(of_groups)})


@dataclass(frozen=True, eq=False)
class _Candidates:
    groupings: dict[int, Grouping]
    stabilities: dict[int, Stability]
    one_crowd: float
    """The clarity that all people together have."""

    def chosen(self, parameters: Parameters) -> int:
        """The number of groups that is both clear and stable; each further group has a price. One where none is stable enough."""
        merits = {
            count: grouping.clarity
            + parameters.stability_weight * self.stabilities[count].index
            - price(grouping, parameters) * count
            for count, grouping in self.groupings.items()
            if self.stabilities[count].index >= parameters.stable_enough
        }
        return max(merits, key=lambda count: (merits[count], -count), default=ONE_GROUP)


def find_structure(votes: VoteMatrix, parameters: Parameters, executor: Executor | None = None) -> Structure | None:
    """Choose the number of axes and of groups, test the groups; None with too few votes for a map.

    `votes` without statements that are moderated out. A large crowd is represented by a sample.
    """
    if not enough_for_a_map(votes, parameters):
        return None
    people = sampled(votes, parameters)
    heard = votes if people is None else rows_of(votes, people)
    found = choose_rank(heard, parameters, executor)
    rank = parameters.rank or found.axes
    model = None if found.imputed else fit_model(heard, rank, parameters, executor)
    among = grouped(heard.votes_per_participant, heard.shape[1], parameters)
    candidates = _candidates(heard, model, among, parameters, executor)
    groups = parameters.groups or candidates.chosen(parameters)
    beyond = None
    if groups in candidates.groupings:
        of_grouped = rows_of(heard, np.flatnonzero(among))
        beyond = beyond_totals(
            of_grouped, candidates.groupings[groups].labels, None if model is None else rank, parameters, executor
        )
        if parameters.groups is None and not _distinct(beyond, parameters):
            groups = ONE_GROUP
    return _told(votes, rank, found, candidates, groups, beyond)


def enough_for_a_map(votes: VoteMatrix, parameters: Parameters) -> bool:
    """Whether there are people and statements enough for more than counts."""
    people = int(np.count_nonzero(votes.votes_per_participant))
    statements = int(np.count_nonzero(votes.tally.votes))
    return people >= parameters.fewest_participants and statements >= parameters.fewest_statements


def _candidates(
    votes: VoteMatrix, model: Model | None, among: Flags, parameters: Parameters, executor: Executor | None
) -> _Candidates:
    if among.sum() < parameters.fewest_grouped or parameters.groups == ONE_GROUP:
        return _Candidates({}, {}, 0.0)
    places, blur = _places(votes, model, among, parameters)
    most = parameters.groups or parameters.most_groups
    weights = weights_of(votes.votes_per_participant[among], parameters)
    groupings = find_groups(places, weights, range(parameters.groups or 2, most + 1), parameters, blur)
    stabilities = stability(votes, model, among, groupings, parameters, executor) if groupings else {}
    return _Candidates(groupings, stabilities, clarity_of_one_crowd(places, blur))


def _places(votes: VoteMatrix, model: Model | None, among: Flags, parameters: Parameters) -> tuple[Floats, Floats | None]:
    """Places (people, axes) of those marked in `among`, and how close together is too close to be told apart, as a covariance."""
    if model is None:
        return impute(votes, parameters.seed).places[among], None
    found, lengths = scores_of(votes, model), np.sqrt(model.strengths)
    doubt = unpacked(found.doubt[among].mean(axis=0), model.axes)
    return placed(model, found)[among], parameters.blur * doubt * lengths[:, np.newaxis] * lengths


def _distinct(beyond: Beyond, parameters: Parameters) -> bool:
    return beyond.z >= parameters.null_z and beyond.excess >= parameters.null_excess


def _told(votes: VoteMatrix, rank: int, found: Rank, candidates: _Candidates, groups: int, beyond: Beyond | None) -> Structure:
    chosen = candidates.stabilities.get(groups)
    numbers = {
        str(count): {
            "stability": candidates.stabilities[count].index,
            "clarity": grouping.clarity,
            "silhouette": grouping.silhouette,
        }
        for count, grouping in candidates.groupings.items()
    }
    return Structure(
        rank=rank,
        imputed=found.imputed,
        groups=groups,
        stability=None if chosen is None else chosen.index,
        group_stability=None if chosen is None else tuple(float(share) for share in chosen.groups),
        votes=len(votes.values),
        evidence={
            "axes": found.to_json(),
            "numbers_of_groups": numbers,
            "separation": None if chosen is None else candidates.groupings[groups].clarity - candidates.one_crowd,
            "beyond_totals": None if beyond is None else {"excess": beyond.excess, "z": beyond.z, "votes": beyond.votes},
        },
    )
