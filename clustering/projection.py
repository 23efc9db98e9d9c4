"""The map: where people and statements stand, and how surely."""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from clustering.arrays import Floats, Integers
from clustering.blocks import Live, blocks_of, rows_of
from clustering.model import Model, Scores, fit, scores, start
from clustering.parameters import Parameters
from clustering.symmetric import unpacked
from clustering.votes import VoteMatrix
from clustering.work import each

MAP_AXES = 2


@dataclass(frozen=True, eq=False)
class Projection:
    """People and statements on the axes of disagreement; agreement with a statement pulls towards it. All unitless.

    Expected votes are `means` (statements,) + `scores` (participants, axes) · `loadings` (statements, axes): for a statement that
    is moderated out both are 0. `covariances` (participants, axes, axes) of the scores; None where the method has none.
    The map shows `positions` (participants, 2) and `statements` (statements, 2), where somebody stands whose only vote is to
    agree. `explained`: share of the variance per map axis. `spreads` (participants, 2, 2): covariances of the positions, None
    where there are none of the scores.
    """

    means: Floats
    loadings: Floats
    scores: Floats
    covariances: Floats | None
    positions: Floats
    statements: Floats
    explained: tuple[float, float]
    spreads: Floats | None = None

    @property
    def extremity(self) -> Floats:
        """How far from the middle of the map each statement stands."""
        return np.hypot(self.statements[:, 0], self.statements[:, 1])


def fit_model(votes: VoteMatrix, axes: int, parameters: Parameters, executor: Executor | None = None) -> Model:
    """The model of these votes with so many axes, fewer than statements; `votes` without statements that are moderated out.

    Of a large crowd a sample comes close, and a few rounds with everybody do the rest.
    """
    people = sampled(votes, parameters)
    blocks = blocks_of(votes if people is None else rows_of(votes, people))
    model = fit(blocks, start(blocks, min(axes, votes.shape[1] - 1), parameters.seed), parameters.steps, executor)
    return model if people is None else fit(blocks_of(votes), model, parameters.steps_more, executor)


def sampled(votes: VoteMatrix, parameters: Parameters) -> Integers | None:
    """The rows to make choices on, drawn by chance and in order; None when everybody can be heard."""
    people = votes.shape[0]
    if people <= parameters.sample_people:
        return None
    return np.sort(np.random.default_rng(parameters.seed).permutation(people)[: parameters.sample_people])


def scores_of(votes: VoteMatrix, model: Model, executor: Executor | None = None) -> Scores:
    """Where everybody stands, and how surely."""
    parts = each(executor, scores, blocks_of(votes), model)
    return Scores(np.concatenate([part.means for part in parts]), np.concatenate([part.doubt for part in parts]))


def placed(model: Model, found: Scores) -> Floats:
    """(people, axes): scores on axes as long as the votes that they explain, so that distances compare."""
    return found.means * np.sqrt(model.strengths)


def as_projection(live: Live, model: Model, found: Scores) -> Projection:
    """The map of all statements, of which the model knows those that are live."""
    width = live.width
    means, loadings, statements = np.zeros(width), np.zeros((width, model.axes)), np.zeros((width, MAP_AXES))
    means[live.columns], loadings[live.columns] = model.means, model.loadings
    covariances = unpacked(found.doubt, model.axes)
    statements[live.columns] = _on_the_map(_where_agreement_leads(model) * np.sqrt(model.strengths))
    return Projection(
        means=means,
        loadings=loadings,
        scores=found.means,
        covariances=covariances,
        positions=_on_the_map(placed(model, found)),
        statements=statements,
        explained=_explained(model),
        spreads=_spreads(covariances, model),
    )


def _where_agreement_leads(model: Model) -> Floats:
    """(statements, axes): the score of somebody whose only vote is to agree."""
    certainty = unpacked(model.information, model.axes) + np.eye(model.axes)
    pull = model.loadings * (1 - model.means)[:, np.newaxis] / model.noise
    return np.asarray(np.linalg.solve(certainty, pull[:, :, np.newaxis])[:, :, 0], dtype=np.float64)


def _on_the_map(places: Floats) -> Floats:
    shown = np.zeros((len(places), MAP_AXES))
    axes = min(MAP_AXES, places.shape[1])
    shown[:, :axes] = places[:, :axes]
    return shown


def _spreads(covariances: Floats, model: Model) -> Floats:
    spreads = np.zeros((len(covariances), MAP_AXES, MAP_AXES))
    axes = min(MAP_AXES, model.axes)
    lengths = np.sqrt(model.strengths[:axes])
    spreads[:, :axes, :axes] = covariances[:, :axes, :axes] * lengths[:, np.newaxis] * lengths
    return spreads


def _explained(model: Model) -> tuple[float, float]:
    strengths = np.append(model.strengths, np.zeros(MAP_AXES))
    shares = strengths / (model.strengths.sum() + model.noise)
    return float(shares[0]), float(shares[1])
