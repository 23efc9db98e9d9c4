"""The map: where people and statements stand."""

import numpy as np

from clustering.arrays import Floats
from clustering.axes import main_axes
from clustering.projection import MAP_AXES, Projection
from clustering.votes import VoteMatrix


def project(votes: VoteMatrix, seed: int = 0) -> Projection:
    """Place people and statements on the two main axes of disagreement.

    Principal components of the votes, a missing vote being the statement's mean. A statement that is moderated out counts as
    passed by all. The statement with the largest loading on an axis lies on its positive side.
    Needs three statements. Source: Small et al. 2021, with the stretching of people with few votes as in Polis.
    """
    means = np.where(votes.moderated_out, 0.0, (votes.tally.agree - votes.tally.disagree) / votes.tally.votes)
    centred = votes.centred(means)
    axes, variances = main_axes(centred, MAP_AXES, seed)
    axes[votes.moderated_out] = 0.0
    total = float(np.square(centred.data).sum())
    explained = variances / total if total > 0 else np.zeros(MAP_AXES)
    width = len(votes.statements)
    positions = (centred @ axes) * np.sqrt(width / _cells_seen(votes))[:, np.newaxis]
    return Projection(
        means=means,
        loadings=axes,
        scores=positions,
        covariances=None,
        positions=positions,
        statements=np.sqrt(width) * (1 - means)[:, np.newaxis] * axes,
        explained=(float(explained[0]), float(explained[1])),
    )


def _cells_seen(votes: VoteMatrix) -> Floats:
    """Votes of each person on statements that count, plus all statements that are moderated out, as if everybody passed them."""
    if not votes.moderated_out.any():
        return votes.votes_per_participant.astype(np.float64)
    on_live = np.add.reduceat((~votes.moderated_out)[votes.columns], votes.starts[:-1], dtype=np.int64)
    seen: Floats = (on_live + votes.moderated_out.sum()).astype(np.float64)
    return seen
