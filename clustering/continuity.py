"""What became of the groups from one analysis to the next, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from clustering.arrays import Integers
from clustering.result import NOT_GROUPED

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Memberships:
    """`groups` (people,): each one's place in `labels`, −1 without a group."""

    groups: Integers
    labels: tuple[str, ...]


def told(now: Memberships, before: Memberships, given: Sequence[str]) -> Json:
    """How the groups `now` stem from those `before`, by the same people in the same order who had a group both times.

    A group is a *merger* when it has most members of at least two earlier groups; it is *kept* when it has an earlier group's
    letter; it is *split* off when most of its members come from one earlier group; else it is *new*.
    """
    both = (now.groups != NOT_GROUPED) & (before.groups != NOT_GROUPED)
    shape = (len(now.labels), len(before.labels))
    cells = now.groups[both] * max(shape[1], 1) + before.groups[both]
    members = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    same = sum(int(members[now.labels.index(label), h]) for h, label in enumerate(before.labels) if label in now.labels)
    order = sorted(range(shape[0]), key=lambda place: (len(now.labels[place]), now.labels[place]))
    return {
        "before": list(before.labels),
        "shared": int(both.sum()),
        "kept_letter": same / int(both.sum()) if both.any() else None,
        "groups": [_origin(place, members, now.labels, before.labels, given) for place in order],
        "ended": [
            _end(place, members, now.labels, label) for place, label in enumerate(before.labels) if label not in now.labels
        ],
    }


def _origin(place: int, members: Integers, labels: tuple[str, ...], earlier: tuple[str, ...], given: Sequence[str]) -> Json:
    label, row, sizes = labels[place], members[place], members.sum(axis=0)
    taken_in = [earlier[h] for h in np.flatnonzero(2 * row > sizes)]
    stem = [earlier[h] for h in np.flatnonzero(2 * row > row.sum())]
    if len(taken_in) > 1:
        kind, of = "merger", taken_in
    elif label in earlier:
        kind, of = "kept", []
    else:
        kind, of = ("split", stem) if stem else ("new", [])
    union = row.sum() + sizes - row
    return {
        "label": label,
        "kind": kind,
        "of": of,
        "returned": label in given and label not in earlier,
        "from": [{"label": earlier[h], "members": int(row[h]), "jaccard": float(row[h] / union[h])} for h in _largest_first(row)],
    }


def _end(place: int, members: Integers, labels: tuple[str, ...], label: str) -> Json:
    column = members[:, place]
    into = [{"label": labels[g], "members": int(column[g])} for g in _largest_first(column)]
    return {"label": label, "members": int(column.sum()), "into": into}


def _largest_first(members: Integers) -> list[int]:
    """Where there is anybody."""
    return [int(place) for place in np.argsort(-members, kind="stable") if members[place]]
