"""Principal components of the table of votes, missing votes being the statement's mean: the fallback of the default method."""

from dataclasses import dataclass

import numpy as np

from clustering.arrays import Floats
from clustering.axes import main_axes
from clustering.blocks import Live
from clustering.projection import MAP_AXES, Projection
from clustering.votes import VoteMatrix


@dataclass(frozen=True, eq=False)
class Imputed:
    """`means` (statements,), `loadings` (statements, axes): unit vectors, `scores` (people, axes), `places` (people, axes).

    Expected votes are means + scores · loadings; people with few votes are placed further out, as in the classic method.
    """

    means: Floats
    loadings: Floats
    scores: Floats
    places: Floats
    strengths: Floats


def impute(votes: VoteMatrix, seed: int) -> Imputed:
    """`votes` without statements that are moderated out; two statements at least."""
    means: Floats = (votes.tally.agree - votes.tally.disagree) / np.maximum(votes.tally.votes, 1)
    centred = votes.centred(means)
    loadings, strengths = main_axes(centred, min(MAP_AXES, votes.shape[1] - 1), seed)
    scores = np.asarray(centred @ loadings)
    stretch = np.sqrt(votes.shape[1] / np.maximum(votes.votes_per_participant, 1))
    shares = strengths / max(float(np.square(centred.data).sum()), 1e-12)
    return Imputed(means, loadings, scores, scores * stretch[:, np.newaxis], shares)


def imputed_projection(live: Live, found: Imputed) -> Projection:
    """The map of all statements, of which `found` knows those that are live."""
    axes = found.loadings.shape[1]
    means, loadings, statements = np.zeros(live.width), np.zeros((live.width, axes)), np.zeros((live.width, MAP_AXES))
    means[live.columns], loadings[live.columns] = found.means, found.loadings
    statements[live.columns, :axes] = np.sqrt(len(live.columns)) * (1 - found.means)[:, np.newaxis] * found.loadings
    positions, explained = np.zeros((len(found.scores), MAP_AXES)), np.zeros(MAP_AXES)
    positions[:, :axes], explained[:axes] = found.places, found.strengths
    return Projection(means, loadings, found.scores, None, positions, statements, (float(explained[0]), float(explained[1])))
