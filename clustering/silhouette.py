"""How well points lie in their groups. Source: Rousseeuw 1987."""

import numpy as np

from clustering.arrays import Floats, Integers


def silhouette(distances: Floats, groups: Integers, sizes: Floats) -> float | None:
    """Mean over people of how much nearer their own group is than the next; None with fewer than two groups, or an empty one.

    `distances` (points, points), `groups` (points,), `sizes` (points,): people who stand on each point. Who is alone in a group
    scores 0.
    """
    count = int(groups.max(initial=0)) + 1
    membership = (groups[:, np.newaxis] == np.arange(count)) * sizes[:, np.newaxis]
    members = membership.sum(axis=0)
    if count < 2 or (members == 0).any():
        return None
    sums = distances @ membership
    points = np.arange(len(groups))
    within = sums[points, groups] / np.maximum(members[groups] - 1, 1)
    between = sums / members
    between[points, groups] = np.inf
    nearest = between.min(axis=1)
    larger = np.maximum(within, nearest)
    scores = np.divide(nearest - within, larger, out=np.zeros(len(groups)), where=(members[groups] > 1) & (larger > 0))
    return float((scores * sizes).sum() / sizes.sum())
