"""The default method: from votes to map, groups, figures and how sure they are."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clustering.arrays import Flags, Floats
from clustering.blocks import Live, live_votes
from clustering.groups import Grouping, confidence, everybody, find_groups, grouped, weights_of
from clustering.imputed import impute, imputed_projection
from clustering.parameters import Parameters
from clustering.projection import Projection, as_projection, fit_model, placed, scores_of
from clustering.result import Analysis, Group, People, StatementFigures, Verdict, letter
from clustering.routing import priorities
from clustering.statements import Description, describe
from clustering.structure import ONE_GROUP, Structure, enough_for_a_map
from clustering.symmetric import unpacked
from clustering.version import ENGINE_VERSION
from clustering.votes import VoteMatrix


@dataclass(frozen=True, eq=False)
class _Picture:
    """The map, and the groups on it. `among` (participants,) marks who is grouped; `confidence` (grouped people,)."""

    projection: Projection | None
    among: Flags
    grouping: Grouping | None
    confidence: Floats | None


def default(votes: VoteMatrix, parameters: Parameters, structure: Structure | None, executor: Executor | None = None) -> Analysis:
    """Analyse by the default method. `structure`: what a full run found; None with too few votes for a map."""
    live = live_votes(votes)
    if not enough_for_a_map(live.votes, parameters):
        structure = None
    picture = _nothing(votes) if structure is None else _picture(live, structure, parameters, executor)
    labels = everybody(np.empty(0, np.int64) if picture.grouping is None else picture.grouping.labels, picture.among)
    groups = 0 if picture.grouping is None else picture.grouping.count
    description = describe(votes, labels, groups, picture.projection, parameters)
    wanted = priorities(picture.projection, votes.tally, votes.moderated_out, parameters)
    return Analysis(
        verdict=_verdict(picture, live.votes, parameters),
        parameters=parameters,
        engine_version=ENGINE_VERSION,
        input_sha256=votes.input_sha256(),
        people=People(votes.participants, votes.votes_per_participant, labels, _spread(picture)),
        statements=StatementFigures(
            ids=votes.statements,
            moderated_out=votes.moderated_out,
            tally=votes.tally,
            by_group=description.by_group,
            priorities=wanted.first,
            kinds=description.kinds,
            figures={**description.figures, "priority_later": wanted.later},
            group_figures=description.group_figures,
        ),
        groups=_groups(picture, description, structure, len(live.votes.values)),
        projection=picture.projection,
        overall=description.overall,
        silhouette=None if picture.grouping is None else picture.grouping.silhouette,
        stability=None if structure is None or picture.grouping is None else structure.stability,
        priority_of_unseen=wanted.unseen_first,
        details={**_details(structure, description, picture, parameters), "priority_of_unseen_later": wanted.unseen_later},
    )


def _nothing(votes: VoteMatrix) -> _Picture:
    return _Picture(None, np.zeros(votes.shape[0], dtype=np.bool_), None, None)


def _picture(live: Live, structure: Structure, parameters: Parameters, executor: Executor | None) -> _Picture:
    projection, places, covariances = _map(live, structure, parameters, executor)
    among = grouped(live.votes.votes_per_participant, live.votes.shape[1], parameters)
    grouping = _grouping(live.votes, places, among, structure, parameters)
    if grouping is None:
        return _Picture(projection, np.zeros_like(among), None, None)
    sure = None if covariances is None else confidence(places[among], covariances[among], grouping)
    return _Picture(projection, among, grouping, sure)


def _map(
    live: Live, structure: Structure, parameters: Parameters, executor: Executor | None
) -> tuple[Projection, Floats, Floats | None]:
    """The map, everybody's place (participants, axes) among the groups, and the covariances of these places."""
    if structure.imputed:
        filled = impute(live.votes, parameters.seed)
        return imputed_projection(live, filled), filled.places, None
    model = fit_model(live.votes, structure.rank, parameters, executor)
    found = scores_of(live.votes, model, executor)
    lengths = np.sqrt(model.strengths)
    covariances = unpacked(found.doubt, model.axes) * lengths[:, np.newaxis] * lengths
    return as_projection(live, model, found), placed(model, found), covariances


def _grouping(votes: VoteMatrix, places: Floats, among: Flags, structure: Structure, parameters: Parameters) -> Grouping | None:
    if structure.groups == ONE_GROUP or among.sum() < parameters.fewest_grouped:
        return None
    weights = weights_of(votes.votes_per_participant[among], parameters)
    wanted = range(structure.groups, structure.groups + 1)
    as_decided = replace(parameters, smallest_group=1, smallest_share=0.0)
    return find_groups(places[among], weights, wanted, as_decided).get(structure.groups)


def _verdict(picture: _Picture, votes: VoteMatrix, parameters: Parameters) -> Verdict:
    if picture.grouping is not None:
        return "groups"
    enough = grouped(votes.votes_per_participant, votes.shape[1], parameters).sum() >= parameters.fewest_grouped
    return "no_distinct_groups" if picture.projection is not None and enough else "too_few_votes"


def _spread(picture: _Picture) -> Floats | None:
    if picture.confidence is None:
        return None
    confidences = np.full(len(picture.among), np.nan)
    confidences[picture.among] = picture.confidence
    return confidences


def _groups(picture: _Picture, description: Description, structure: Structure | None, votes: int) -> tuple[Group, ...]:
    if picture.grouping is None or picture.projection is None or structure is None:
        return ()
    labels, positions = picture.grouping.labels, picture.projection.positions[picture.among]
    same = structure.votes == votes and structure.group_stability is not None
    stabilities = structure.group_stability if same and structure.group_stability else (None,) * picture.grouping.count
    return tuple(
        Group(
            letter(place), int(size), _centre(positions[labels == place]), description.representative[place], stabilities[place]
        )
        for place, size in enumerate(picture.grouping.sizes)
    )


def _centre(positions: Floats) -> tuple[float, float]:
    x, y = positions.mean(axis=0)
    return float(x), float(y)


def _details(structure: Structure | None, description: Description, picture: _Picture, parameters: Parameters) -> dict[str, Any]:
    """`stable`: whether the groups stay when votes are left out; `apart`: whether they stand apart or shade into each other."""
    stable = apart = None
    if structure is not None and picture.grouping is not None and structure.stability is not None:
        stable = structure.stability >= parameters.unstable_below
        separation = structure.evidence.get("separation")
        apart = None if separation is None else separation >= parameters.apart_from
    told = None if structure is None else structure.to_json()
    return {"structure": told, "stable": stable, "apart": apart, **description.details}
