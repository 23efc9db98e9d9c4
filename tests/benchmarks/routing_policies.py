"""The routing policies that the benchmark compares: from the votes so far to weights."""

from collections.abc import Callable

import numpy as np

from clustering.blocks import live_votes
from clustering.classic import routing as classic_routing
from clustering.classic.parameters import ClassicParameters
from clustering.classic.projection import project
from clustering.parameters import Parameters
from clustering.projection import as_projection, fit_model, scores_of
from clustering.routing import Priorities, priorities
from clustering.votes import VoteMatrix
from deliberation.decks import EXPLORATION

FEWEST = 7
AXES = 2

Policy = Callable[[VoteMatrix], Priorities]


def uniform(votes: VoteMatrix) -> Priorities:
    return Priorities(np.ones(votes.shape[1]), np.ones(votes.shape[1]), 1.0, 1.0)


def classic(votes: VoteMatrix) -> Priorities:
    """Polis's, from the votes of those who have cast enough to be grouped."""
    grouped = np.where(votes.votes_per_participant >= FEWEST, 0, -1)
    tally, parameters = votes.tally_by_group(grouped, 1).of(0), ClassicParameters()
    weights = classic_routing.priorities(tally, project(votes).extremity, votes.meta, parameters)
    unseen = classic_routing.priority_of_unseen(parameters)
    return Priorities(weights, weights, unseen, unseen)


def ours(votes: VoteMatrix) -> Priorities:
    parameters = Parameters()
    live = live_votes(votes)
    model = fit_model(live.votes, AXES, parameters)
    projection = as_projection(live, model, scores_of(live.votes, model))
    return priorities(projection, votes.tally, votes.moderated_out, parameters)


POLICIES: dict[str, tuple[Policy, float]] = {"uniform": (uniform, 0.0), "classic": (classic, 0.0), "ours": (ours, EXPLORATION)}
"""With the share of cards that are drawn evenly."""
