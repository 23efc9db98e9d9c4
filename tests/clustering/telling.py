"""What an analysis says, as text, for tests that compare whole analyses."""

import json

import numpy as np
from sklearn.metrics import adjusted_rand_score

from clustering import Analysis
from clustering.arrays import Integers


def told(analysis: Analysis) -> str:
    """Everything the analysis says; refuses NaN and infinities."""
    return json.dumps([analysis.to_json(), analysis.people_to_json()], allow_nan=False)


def recovered(truth: Integers, labels: Integers) -> float:
    """Adjusted Rand index between the truth and the groups, over the people who are in a group."""
    among = labels >= 0
    return float(adjusted_rand_score(np.asarray(truth)[among], labels[among]))
