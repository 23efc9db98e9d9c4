"""How well votes that were hidden are foretold."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from clustering import DEFAULT_METHOD, METHODS, ClassicParameters, VoteMatrix, analyse
from clustering.arrays import Flags, Floats, Ids
from clustering.prediction import expected_votes
from tests.benchmarks.quality.conversations import ALL, IN_TURN, cells, having
from tests.benchmarks.quality.tables import Table, met, spread
from tests.benchmarks.quality.workers import draws, in_parallel
from tests.support.open_data import AUSTRIA, UBER

HIDDEN = 0.1
SEEDS = 3
CLEARLY_BETTER = (UBER, AUSTRIA)
BASE = "imputed PCA"
OTHERS = ("mean", BASE, *IN_TURN)
LEAST = 1e-6
"""A chance smaller than this counts as this."""

Scores = dict[str, tuple[float, float]]
"""Share of the variance around the statement's mean that is explained, and mean logarithmic loss, by method."""


@dataclass(frozen=True, eq=False)
class Hidden:
    """Votes that were taken away from `left`."""

    left: VoteMatrix
    people: Ids
    statements: Ids
    choices: Floats


def hide(votes: VoteMatrix, random: np.random.Generator) -> Hidden:
    """Take away a tenth of the votes on statements that count; everybody keeps a vote, and every statement."""
    taken = (random.random(len(votes.values)) < HIDDEN) & ~votes.moderated_out[votes.columns]
    rows = np.repeat(np.arange(len(votes.participants)), votes.votes_per_participant)
    for places in (rows, votes.columns):
        taken &= np.bincount(places, weights=~taken)[places] > 0
    return _hidden(votes, taken)


def _hidden(votes: VoteMatrix, taken: Flags) -> Hidden:
    people, statements = cells(votes)
    return Hidden(having(votes, ~taken), people[taken], statements[taken], votes.values[taken].astype(np.float64))


def expected(hidden: Hidden) -> dict[str, Floats]:
    """What each method expects of the hidden votes.

    The statement's mean; mean imputation with two principal components, as it is and (classic) with the map's stretching of
    people with few votes; and the other methods.
    """
    classic = analyse(hidden.left, ClassicParameters())
    assert classic.projection is not None
    scores = hidden.left.centred(classic.projection.means) @ classic.projection.loadings
    analyses = {
        "mean": replace(classic, projection=None),
        BASE: replace(classic, projection=replace(classic.projection, scores=scores)),
        "classic": classic,
    } | {name: analyse(hidden.left, METHODS[name](seed=0)) for name in IN_TURN if name != "classic"}
    people, statements = [str(i) for i in hidden.people.tolist()], [str(i) for i in hidden.statements.tolist()]
    return {name: expected_votes(analysis, people, statements) for name, analysis in analyses.items()}


def score(task: tuple[str, int]) -> Scores:
    """Of one conversation and one draw.

    An expected vote becomes the chances of the three choices by a logistic regression on it and its square. That is fitted on
    another tenth, hidden from what is left, so that the votes to be foretold have no part in it.
    """
    name, seed = task
    random = np.random.default_rng(seed)
    hidden = hide(ALL[name](), random)
    calibration = hide(hidden.left, random)
    foretold, calibrating = expected(hidden), expected(calibration)
    return {
        method: (
            _explained(hidden.choices, foretold[method], foretold["mean"]),
            _loss(hidden.choices, _chances(calibrating[method], calibration.choices, foretold[method])),
        )
        for method in OTHERS
    }


def _explained(choices: Floats, foretold: Floats, means: Floats) -> float:
    return float(1 - np.square(choices - foretold).sum() / np.square(choices - means).sum())


def _chances(known: Floats, choices: Floats, foretold: Floats) -> Floats:
    """(votes, 3); one vote of each choice is added at 0, so that each has a chance."""
    known, choices = np.append(known, np.zeros(3)), np.append(choices, [-1.0, 0.0, 1.0])
    model = LogisticRegression(C=100.0, max_iter=1000).fit(np.stack([known, known**2], axis=1), choices)
    chances: Floats = model.predict_proba(np.stack([foretold, foretold**2], axis=1))
    return chances


def _loss(choices: Floats, chances: Floats) -> float:
    given = chances[np.arange(len(choices)), choices.astype(np.int64) + 1]
    return float(-np.log(np.maximum(given, LEAST)).mean())


def report() -> None:
    seeds = draws(SEEDS)
    scores = in_parallel(score, [(name, seed) for name in ALL for seed in range(seeds)])
    found = {name: [next(scores) for _ in range(seeds)] for name in ALL}
    title = f"Hidden votes: share of the variance around the statement's mean that is explained, {seeds} draws"
    heads = ("conversation", *OTHERS[1:], f"minus {BASE}", "to reach", "")
    explained = Table(title, heads, least=15)
    for name, runs in found.items():
        gain = [run[DEFAULT_METHOD][0] - run[BASE][0] for run in runs]
        wanted = 0.03 if name in CLEARLY_BETTER else -0.02
        figures = [spread([run[method][0] for run in runs]) for method in OTHERS[1:]]
        explained.row(name, *figures, spread(gain, "+"), f"≥ {wanted:+.2f}", met(float(np.mean(gain)) >= wanted))
    losses = Table("Hidden votes: mean logarithmic loss", ("conversation", *OTHERS), least=15)
    for name, runs in found.items():
        losses.row(name, *(spread([run[method][1] for run in runs]) for method in OTHERS))
