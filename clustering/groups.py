"""Who belongs together: groups around centres in the space of the map's axes."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigvalsh
from scipy.special import ndtr

from clustering.arrays import Flags, Floats, Integers
from clustering.crowds import crowds
from clustering.k_means import centres_of, nearest
from clustering.parameters import Parameters
from clustering.result import NOT_GROUPED
from clustering.silhouette import silhouette


@dataclass(frozen=True, eq=False)
class Grouping:
    """`labels` (people,): 0 for the largest group and so on. `centres` (groups, axes). `silhouette` −1…1; None with one group.

    `clarity`: how much better groups describe where people stand than one crowd would, comparable between numbers of groups.
    """

    labels: Integers
    centres: Floats
    silhouette: float | None
    clarity: float

    @property
    def count(self) -> int:
        return len(self.centres)

    @property
    def sizes(self) -> Integers:
        return np.bincount(self.labels, minlength=self.count)


def grouped(votes_per_participant: Integers, statements: int, parameters: Parameters) -> Flags:
    """Who has voted enough on live statements to be put in a group."""
    enough: Flags = votes_per_participant >= max(1, min(parameters.votes_to_be_grouped, statements))
    return enough


def weights_of(votes_per_participant: Integers, parameters: Parameters) -> Floats:
    """How much a person counts for the place of a centre: who has voted little is hardly known yet."""
    return np.minimum(votes_per_participant, parameters.weight_votes).astype(np.float64)


def find_groups(
    points: Floats, weights: Floats, counts: range, parameters: Parameters, blur: Floats | None = None
) -> dict[int, Grouping]:
    """For each number of groups the best grouping of the `points` (people, axes), unless a group would be too small.

    Groups are sought among crowds; then everybody goes to the nearest centre. `blur` (axes, axes): groups that are
    tighter than this covariance are no clearer for it.
    """
    found = crowds(points, weights, parameters.crowds)
    distances = _distances(found.centres)
    smallest = max(parameters.smallest_group, parameters.smallest_share * len(points))
    groupings = {}
    for count in counts:
        if count > len(found.sizes):
            break
        random = np.random.default_rng((parameters.seed, count))
        centres = centres_of(found.centres, found.weights, count, parameters.restarts, random)
        labels, order = _largest_first(nearest(points, centres), count)
        if np.bincount(labels, minlength=count).min() >= smallest:
            spread = silhouette(distances, nearest(found.centres, centres), found.sizes)
            groupings[count] = Grouping(labels, centres[order], spread, _clarity(points, labels, count, blur))
    return groupings


def price(grouping: Grouping, parameters: Parameters) -> float:
    """How much clarity each group costs: what its centre costs by the Bayesian information criterion, and no less than is set."""
    people, axes = len(grouping.labels), grouping.centres.shape[1]
    return max(parameters.price_of_a_group, float(axes * np.log(people) / people))


def clarity_of_one_crowd(points: Floats, blur: Floats | None) -> float:
    """What the clarity would be if all belonged together."""
    return _clarity(points, np.zeros(len(points), dtype=np.int64), 1, blur)


def confidence(points: Floats, covariances: Floats, grouping: Grouping) -> Floats:
    """(people,): how probable it is that a person, whose place is known only so surely, stands on their group's side.

    `covariances` (people, axes, axes) of the points. One minus the chances of standing nearer to each other centre: exact for two
    groups, a lower bound for more. At least what guessing would give.
    """
    own = grouping.centres[grouping.labels]
    doubt = np.zeros(len(points))
    for group, centre in enumerate(grouping.centres):
        towards = own - centre
        margin = ((points - (own + centre) / 2) * towards).sum(axis=1)
        spread = np.sqrt(np.maximum(np.einsum("ia,iab,ib->i", towards, covariances, towards), 1e-300))
        doubt += np.where(grouping.labels == group, 0.0, ndtr(-margin / spread))
    return np.maximum(1 - doubt, 1 / grouping.count)


def everybody(labels: Integers, among: Flags) -> Integers:
    """(participants,): the labels of the people marked in `among`, −1 for all others."""
    spread = np.full(len(among), NOT_GROUPED, dtype=np.int64)
    spread[among] = labels
    return spread


def _largest_first(labels: Integers, count: int) -> tuple[Integers, Integers]:
    """Labels numbered by size, of equal ones the group of the first person first; and which centre each number had."""
    sizes = np.bincount(labels, minlength=count)
    first = np.array([np.argmax(labels == group) if sizes[group] else len(labels) for group in range(count)])
    order = np.lexsort((first, -sizes))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[labels], order


def _clarity(points: Floats, labels: Integers, count: int, blur: Floats | None) -> float:
    """Classification likelihood per person, of groups of one common shape.

    Rises when people stand closer around their centres, falls with each group that has to be told apart; what a further group
    costs is for whoever compares numbers of groups. Source: Symons 1981; Biernacki, Celeux and Govaert 2000.
    """
    people, axes = points.shape
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, points[:, axis], count) for axis in range(axes)], axis=1)
    left = points - (sums / sizes[:, np.newaxis])[labels]
    rounding = 1e-6 * max(float(points.var(axis=0).sum()), 1e-12) * np.eye(axes)
    spreads = eigvalsh(left.T @ left / people, rounding if blur is None else blur + rounding)
    shape = float(np.log(np.maximum(spreads, 1.0)).sum())
    telling_apart = 2 * float((sizes / people * np.log(people / sizes)).sum())
    return -shape - telling_apart


def _distances(points: Floats) -> Floats:
    distances: Floats = np.sqrt(np.square(points[:, np.newaxis] - points).sum(axis=2))
    return distances
