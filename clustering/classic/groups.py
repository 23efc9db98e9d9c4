"""Who belongs together, at two levels, and how many groups there are."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from clustering.arrays import Flags, Floats, Integers
from clustering.classic.k_means import k_means
from clustering.classic.parameters import ClassicParameters
from clustering.result import NOT_GROUPED
from clustering.silhouette import silhouette


@dataclass(frozen=True, eq=False)
class Grouping:
    """`labels` (participants,): 0 for the largest group and so on, −1 for people without one. `silhouette`: −1…1, or None."""

    labels: Integers
    silhouette: float | None

    @property
    def groups(self) -> int:
        return int(self.labels.max(initial=NOT_GROUPED)) + 1

    @property
    def sizes(self) -> Integers:
        return np.bincount(self.labels[self.labels != NOT_GROUPED], minlength=self.groups)


def eligible(votes_per_participant: Integers, statements: int, parameters: ClassicParameters) -> Flags:
    """Who has voted enough to be grouped; when these are few, the people with the most votes fill up, of equal ones the first."""
    enough = votes_per_participant >= min(parameters.votes_to_be_grouped, statements)
    if enough.sum() < parameters.grouped_at_least:
        busiest = np.argsort(-votes_per_participant, kind="stable")[: parameters.grouped_at_least]
        enough[busiest] = True
    return enough


def find_groups(positions: Floats, grouped: Flags, parameters: ClassicParameters) -> Grouping:
    """Group the people marked in `grouped` by their positions (participants, 2).

    First up to `base_clusters` small clusters, then two to `most_groups` groups of these; the number with the largest silhouette
    wins, of equal ones the larger. Where everybody stands on one spot there is one group.
    """
    people = positions[grouped]
    base = k_means(people, np.ones(len(people)), parameters.base_clusters, parameters.base_steps, parameters.settled_shift)
    weights = np.bincount(base).astype(np.float64)
    centres = np.stack([np.bincount(base, people[:, axis]) for axis in range(2)], axis=1) / weights[:, np.newaxis]
    distances = cdist(centres, centres)
    each_counts_one = np.ones(len(centres))
    chosen, best = np.zeros(len(centres), dtype=np.int64), None
    for count in _candidates(len(centres), parameters):
        groups = k_means(centres, weights, count, parameters.group_steps, parameters.settled_shift)
        score = silhouette(distances, groups, each_counts_one)
        if score is not None and (best is None or score >= best):
            chosen, best = groups, score
    labels = np.full(len(positions), NOT_GROUPED, dtype=np.int64)
    labels[grouped] = _largest_first(chosen[base])
    return Grouping(labels, best)


def _candidates(base_clusters: int, parameters: ClassicParameters) -> range:
    if parameters.groups is not None:
        return range(parameters.groups, parameters.groups + 1)
    return range(2, min(parameters.most_groups, 2 + base_clusters // parameters.base_clusters_per_further_group) + 1)


def _largest_first(groups: Integers) -> Integers:
    """Number the groups by size, of equal ones the group of the first person first."""
    names, first, inverse, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(names))
    return rank[inverse]
