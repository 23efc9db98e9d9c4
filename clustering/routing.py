"""Which statement to show next: the weight with which each is drawn.

A statement's fair share of the votes grows with what one more vote on it says about where its voter stands. It is drawn the more
eagerly the further it is behind its share, so that a late statement catches up: a little in a person's first votes, which are to
place the person on the map, and much in all others. What people answer, or whether they pass, matters only through the map.
Whoever draws mixes in some exploration, all statements alike.
"""

from dataclasses import dataclass

import numpy as np

from clustering.arrays import Flags, Floats
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.votes import Tally


@dataclass(frozen=True, eq=False)
class Priorities:
    """Weights, 1 for the most wanted: the chance of each statement is in proportion.

    `first`, `later` (statements,) for people with few and with more votes; `unseen_first`, `unseen_later` for a statement without
    votes, which may tell as much as the average one.
    """

    first: Floats
    later: Floats
    unseen_first: float
    unseen_later: float


def priorities(projection: Projection | None, tally: Tally, moderated_out: Flags, parameters: Parameters) -> Priorities:
    """The weights after these votes of everybody.

    A statement that is moderated out, or all statements without a map, count as telling as much as the average one.
    """
    votes = np.append(tally.votes, 0)  # the last stands for all statements without votes
    average = float(tally.votes[~moderated_out].mean()) if (~moderated_out).any() else 0.0
    share = np.append(fair_shares(projection, moderated_out, parameters), 1.0)
    behind = share * (average + parameters.votes_ahead) / (votes + parameters.votes_ahead)
    first, later = share * behind**parameters.catching_up_first, share * behind**parameters.catching_up_later
    first, later = first / first.max(), later / later.max()
    return Priorities(first[:-1], later[:-1], float(first[-1]), float(later[-1]))


def fair_shares(projection: Projection | None, moderated_out: Flags, parameters: Parameters) -> Floats:
    """(statements,) around 1: how many of the votes each statement should have, relative to the average one.

    What a vote tells is the variance of votes that the map explains, wᵀSw with the loadings w and the covariance S of the scores
    of somebody who has just arrived: to first order the reduction of S by that vote (A-optimal design).
    """
    told = np.ones(len(moderated_out))
    live = ~moderated_out
    if projection is not None and live.any():
        explained = ((projection.loadings[live] @ _spread(projection)) * projection.loadings[live]).sum(axis=1)
        if explained.sum() > 0:
            told[live] = explained / explained.mean()
    return (1 - parameters.share_for_all) * told + parameters.share_for_all


def _spread(projection: Projection) -> Floats:
    """(axes, axes): how scores vary between people, what is unknown about them included."""
    people = max(len(projection.scores), 1)
    spread = projection.scores.T @ projection.scores
    return (spread if projection.covariances is None else spread + projection.covariances.sum(axis=0)) / people
