"""What an analysis says, as text, for tests that compare whole analyses."""

import json
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from clustering import Analysis
from clustering.arrays import Integers


def told(analysis: Analysis) -> str:
    """Everything the analysis says; refuses NaN and infinities."""
    return json.dumps([analysis.to_json(), people_told(analysis)], allow_nan=False)


def people_told(analysis: Analysis) -> dict[str, Any]:
    """What it says about each person, in lists side by side; None where there is no figure."""
    people, lacking = analysis.people, [None] * len(analysis.people.ids)
    confidence = lacking if people.confidence is None else [None if np.isnan(x) else x for x in people.confidence.tolist()]
    places = [lacking, lacking] if analysis.projection is None else analysis.projection.positions[:, :2].T.tolist()
    return {
        "ids": people.ids.tolist(),
        "votes": people.votes.tolist(),
        "groups": people.groups.tolist(),
        "x": places[0],
        "y": places[1],
        "confidence": confidence,
    }


def recovered(truth: Integers, labels: Integers) -> float:
    """Adjusted Rand index between the truth and the groups, over the people who are in a group."""
    among = labels >= 0
    return float(adjusted_rand_score(np.asarray(truth)[among], labels[among]))
