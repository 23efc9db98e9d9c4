"""One word for each statement, by rules that docs/method.md gives in plain words."""

import numpy as np

from clustering.arrays import Flags
from clustering.parameters import Parameters
from clustering.rates import Answers, Rates
from clustering.result import Kind

WORDS: tuple[Kind, ...] = ("split", "agree", "disagree", "unsure", "open")


def kinds(everybody: Answers, of_groups: Answers, say: Flags, enough: Flags, parameters: Parameters) -> tuple[Kind, ...]:
    """The first word that fits; `say` (groups, statements): who speaks for a group, `enough` (statements,): what may have a word.

    split: one group mostly agrees and another mostly disagrees, or among everybody large parts do both. agree, disagree: most of
    everybody, and nothing speaks against it in any group. unsure: a large part passes. open: nothing of this is sure.
    “Mostly” and “large part” are judged by the lower end of the interval.
    """
    agreeing, disagreeing = (_mostly(rates) & say for rates in (of_groups.agree, of_groups.disagree))
    opposed = agreeing.any(axis=0) & disagreeing.any(axis=0)
    divided = np.minimum(everybody.agree.low, everybody.disagree.low) >= parameters.divided_rate
    agree = _mostly(everybody.agree) & _in_each(of_groups.agree, say)
    disagree = _mostly(everybody.disagree) & _in_each(of_groups.disagree, say)
    unsure = everybody.passed.low >= parameters.unsure_rate
    chosen = np.select([~enough, opposed | divided, agree, disagree, unsure], [4, 0, 1, 2, 3], default=4)
    return tuple(WORDS[int(place)] for place in chosen)


def _mostly(of: Rates) -> Flags:
    return np.asarray(of.low > 0.5)


def _in_each(of_groups: Rates, say: Flags) -> Flags:
    """Whether the best estimate is a majority in each group that has a say."""
    return np.asarray((~say | (of_groups.rate > 0.5)).all(axis=0))
