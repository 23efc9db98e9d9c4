"""Conversations with known groups, with none, and with opinions that shade into each other."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clustering import VoteMatrix
from clustering.arrays import Flags, Floats, Integers

BLOCK = 1000
"""People whose statements are drawn together."""

Margins = Literal["even", "usual", "strong"]
SPREADS: dict[Margins, tuple[float, float, float]] = {
    "even": (0.5, 0.2, 0.2),
    "usual": (1.0, 0.6, 0.8),
    "strong": (1.6, 1.1, 1.2),
}
"""Standard deviations, in logits: how liked statements are, how much people like to agree, how much they like to pass."""
PASSING = -1.2
"""Logit of passing for the usual person where opinion is even."""

Style = Literal["leanings", "rates"]
NOISE = 0.7
"""How far one person's feeling strays from the leaning of the group; leanings themselves spread by 1."""


@dataclass(frozen=True, eq=False)
class Planted:
    """Person, statement and choice side by side, one entry per vote; `groups` (participants,): where each person belongs."""

    people: Integers
    statements: Integers
    choices: NDArray[np.int8]
    groups: Integers

    def matrix(self) -> VoteMatrix:
        return VoteMatrix.from_votes(self.people, self.statements, self.choices)

    def groups_in(self, votes: VoteMatrix) -> Integers:
        """The true group of each row."""
        truth: Integers = self.groups[votes.participants.astype(np.int64)]
        return truth


@dataclass(frozen=True)
class Missing:
    """Which votes there are. `density`: share of the statements that the usual person meets.

    `spread`: standard deviation of the logarithm of how many people meet. `fading`: the last statement is met e^−fading times as
    often as the first. `lukewarm`: how many of the votes without any feeling are never cast.
    """

    density: float = 0.3
    spread: float = 0.0
    fading: float = 0.0
    lukewarm: float = 0.0


AT_RANDOM = Missing()


def not_at_random(density: float) -> Missing:
    """People stop at different times, late statements are seen by few, and the lukewarm say nothing."""
    return Missing(density, spread=0.6, fading=1.5, lukewarm=0.6)


def structureless(
    participants: int,
    statements: int,
    votes_each: int | None = None,
    seed: int = 0,
    *,
    missing: Missing = AT_RANDOM,
    margins: Margins = "usual",
    ordinal: bool = False,
) -> Planted:
    """Votes that follow from how liked each statement is and from how readily each person agrees and passes, and nothing else.

    The chances of agree, pass and disagree are a multinomial logit of these; with `ordinal` one feeling, and a pass where it is
    weaker than the person's threshold. `votes_each` stands for a density.
    """
    random = np.random.default_rng(seed)
    liked, agreeing, passing = SPREADS[margins]
    lean = random.normal(0.2, liked, statements) + random.normal(0.0, agreeing, (participants, 1))
    passes = PASSING + random.normal(0.0, 0.3, statements) + random.normal(0.0, passing, (participants, 1))
    choices = (_by_threshold if ordinal else _by_chances)(random, lean, passes)
    if votes_each is not None:
        missing = Missing(votes_each / statements, missing.spread, missing.fading, missing.lukewarm)
    return _cast(random, choices, np.tanh(np.abs(lean)), missing, np.zeros(participants, dtype=np.int64))


def planted_groups(
    participants: int,
    statements: int,
    groups: int,
    seed: int = 0,
    *,
    style: Style = "leanings",
    missing: Missing = AT_RANDOM,
    shared: float = 0.0,
    unequal: bool = False,
) -> Planted:
    """Groups that think differently about all statements but a share of them, `shared`, which all see alike.

    “leanings”: a normal leaning per group and statement, a person's feeling around it, and a pass where that is weak.
    “rates”: a chance to agree per group and statement, mostly high or low, and passes that come from the person.
    `unequal`: the largest group is `groups` + 1 times as large as the difference between one group and the next.
    """
    random = np.random.default_rng(seed)
    sizes = np.arange(groups + 1, 1, -1) if unequal else np.ones(groups)
    truth = random.permutation(np.searchsorted(np.cumsum(sizes) / sizes.sum(), (np.arange(participants) + 0.5) / participants))
    alike = random.permutation(statements) < round(shared * statements)
    answer = _by_leanings if style == "leanings" else _by_rates
    choices, feeling = answer(random, groups, alike, truth)
    return _cast(random, choices, feeling, missing, truth)


def gradient(participants: int, statements: int, seed: int = 0, *, axes: int = 1, missing: Missing = AT_RANDOM) -> Planted:
    """Opinions spread evenly along one or two axes: everybody somewhere in between, nobody in a group."""
    random = np.random.default_rng(seed)
    positions, directions = random.normal(size=(participants, axes)), random.normal(size=(axes, statements))
    feelings = random.normal(0.0, 0.7, statements) + positions @ directions / np.sqrt(axes)
    feelings += random.normal(0.0, NOISE, feelings.shape)
    return _cast(random, _rounded(feelings), np.tanh(np.abs(feelings)), missing, np.zeros(participants, dtype=np.int64))


def _by_chances(random: np.random.Generator, lean: Floats, passes: Floats) -> Integers:
    utilities = np.stack([-lean / 2, passes, lean / 2])
    choices: Integers = (utilities + random.gumbel(size=utilities.shape)).argmax(axis=0) - 1
    return choices


def _by_threshold(random: np.random.Generator, lean: Floats, passes: Floats) -> Integers:
    feeling = lean + random.logistic(size=lean.shape)
    return np.where(np.abs(feeling) < np.exp(passes), 0, np.sign(feeling)).astype(np.int64)


def _by_leanings(random: np.random.Generator, groups: int, alike: Flags, truth: Integers) -> tuple[Integers, Floats]:
    leanings = random.normal(0.0, 1.0, (groups, len(alike)))
    leanings[:, alike] = leanings[0, alike]
    feelings = leanings[truth] + random.normal(0.0, NOISE, (len(truth), len(alike)))
    return _rounded(feelings), np.tanh(np.abs(feelings))


def _by_rates(random: np.random.Generator, groups: int, alike: Flags, truth: Integers) -> tuple[Integers, Floats]:
    rates = random.beta(0.4, 0.4, (groups, len(alike))) * 0.9 + 0.05
    rates[:, alike] = rates[0, alike]
    passing = random.beta(1.0, 8.0, (len(truth), 1))
    agrees = random.random((len(truth), len(alike))) < rates[truth]
    passes = random.random(agrees.shape) < passing
    return np.where(passes, 0, np.where(agrees, 1, -1)), np.where(passes, 0.0, np.abs(2 * rates[truth] - 1))


def _rounded(feelings: Floats) -> Integers:
    return np.clip(np.round(feelings), -1, 1).astype(np.int64)


def _cast(random: np.random.Generator, choices: Integers, feeling: Floats, missing: Missing, truth: Integers) -> Planted:
    """The votes that are cast. `choices` and `feeling` (0…1): what everybody would answer and how strongly, everywhere."""
    participants, statements = choices.shape
    meets = np.clip(np.rint(missing.density * statements * random.lognormal(0.0, missing.spread, participants)), 1, statements)
    eagerness = random.gumbel(size=choices.shape) - missing.fading * np.linspace(0, 1, statements)
    places = np.argsort(np.argsort(-eagerness, axis=1), axis=1)
    silent = random.random(choices.shape) < missing.lukewarm * (1 - feeling)
    people, columns = np.nonzero((places < meets[:, np.newaxis]) & ~silent)
    return Planted(people, columns, choices[people, columns].astype(np.int8), truth)


def planted_votes(
    participants: int, statements: int, votes_each: int, groups: int = 3, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """Participant, statement and vote, side by side: person i belongs to group i mod `groups`.

    Each group has a leaning on each statement; a person votes by the leaning and chance, on statements drawn at random.
    """
    random = np.random.default_rng(seed)
    leanings = random.normal(0.0, 1.0, (groups, statements))
    rows = np.repeat(np.arange(participants), votes_each)
    blocks = [
        random.random((min(BLOCK, participants - first), statements)).argpartition(votes_each - 1, axis=1)[:, :votes_each]
        for first in range(0, participants, BLOCK)
    ]
    columns = np.concatenate(blocks).ravel()
    feelings = leanings[rows % groups, columns] + random.normal(0.0, 0.7, len(rows))
    return rows, columns, np.clip(np.round(feelings), -1, 1).astype(np.int8)


def planted(participants: int = 120, statements: int = 30, votes_each: int = 20, groups: int = 3, seed: int = 0) -> VoteMatrix:
    return VoteMatrix.from_votes(*planted_votes(participants, statements, votes_each, groups, seed))
