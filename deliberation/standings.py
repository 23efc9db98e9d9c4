"""What a place on the map says of somebody who is in no group."""

from collections.abc import Mapping, Sequence
from math import dist
from typing import Any

from deliberation.analyses import Standing
from deliberation.figures import Group


def closest(result: Mapping[str, Any], shown: Sequence[Group], standing: Standing | None) -> str | None:
    """The letter of the group whose middle is nearest on the map; None in a group, without a place, or when not all are shown.

    Were a group left out because it is withheld, the nearest of the others would be the wrong answer.
    """
    if standing is None or standing.group is not None or standing.x is None or standing.y is None:
        return None
    if not result["groups"] or len(shown) < len(result["groups"]):
        return None
    place = (standing.x, standing.y)
    nearest: str = min(result["groups"], key=lambda group: dist(place, group["center"]))["label"]
    return nearest
