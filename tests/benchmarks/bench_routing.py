"""Which policy finds the groups with fewer votes, and what it does to statements that come late.

`python -m tests.benchmarks.bench_routing [--seeds N] [--policy NAME …] [CONVERSATION …]`. Planted opinions are asked for in the
order in which real people came: each real vote is one card drawn for its real voter, from the statements that had appeared by
then, and the answer is what was planted. Weights are computed anew whenever the votes have grown by 15 %, at least 25.

“votes” is the number of votes at which the groups are recovered: from there on three times in a row, people with at least seven
votes (at least 50 of them) are grouped with an adjusted Rand index of 0.9 or more. All policies are judged by the same grouping:
principal components with missing votes at the mean, and k-means told the number of groups. Mean and median count a run that
misses this with all the votes it had.
The last column is the agreement with all votes where people are placed by the default method's model instead.
“rank” is the rank correlation (Spearman) of a statement's order of appearance with its final number of votes.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from clustering.arrays import Floats, Integers
from clustering.classic.projection import project
from clustering.parameters import Parameters
from clustering.projection import fit_model, placed, scores_of
from clustering.votes import VoteMatrix
from deliberation.decks import FIRST_ANSWERS
from tests.benchmarks.routing_data import SIZES, Opinions, arrivals, opinions
from tests.benchmarks.routing_policies import AXES, FEWEST, POLICIES, Policy
from tests.support.open_data import AUSTRIA, BASIC_INCOME, MISSING, SEATTLE, UBER

CONVERSATIONS = (SEATTLE, BASIC_INCOME, UBER, AUSTRIA)
SEEDS = 8
SMALLEST_STEP, GROWTH = 25, 1.15
FEWEST_PEOPLE = 50
RECOVERED, TIMES_IN_A_ROW = 0.9, 3
BUDGETS = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """`votes` and `agreement` (with the planted groups) at each look; NaN while too few people have enough votes.

    `rank`: correlation of a statement's order of appearance with its number of votes. `by_model`: the agreement at the end where
    people are placed by the default method's model.
    """

    votes: Integers
    agreement: Floats
    rank: float
    by_model: float

    @property
    def recovered(self) -> int | None:
        good = self.agreement >= RECOVERED
        runs = np.convolve(good, np.ones(TIMES_IN_A_ROW), "valid") == TIMES_IN_A_ROW
        return int(self.votes[np.argmax(runs)]) if runs.any() else None

    def with_budget(self, share: float) -> float:
        """The agreement with this share of all votes."""
        return float(self.agreement[np.searchsorted(self.votes, share * self.votes[-1])])


class Conversation:
    """Votes so far, and the chances of what is shown next."""

    def __init__(self, planted: Opinions, exploration: float) -> None:
        self._planted, self._exploration = planted, exploration
        self.seen = np.zeros(planted.choices.shape, dtype=np.bool_)
        self.weights = np.ones((2, planted.choices.shape[1]))

    def ask(self, person: int, appeared: int, chance: float) -> None:
        """Show one of the statements that have appeared to this person, if any is left."""
        left = np.flatnonzero(~self.seen[person, :appeared])
        if len(left):
            weights = self.weights[int(self.seen[person].sum() >= FIRST_ANSWERS), left]
            chances = (1 - self._exploration) * weights / weights.sum() + self._exploration / len(left)
            place = int(np.searchsorted(np.cumsum(chances), chance, side="right"))
            self.seen[person, left[min(place, len(left) - 1)]] = True

    def votes(self) -> VoteMatrix:
        people, statements = np.nonzero(self.seen)
        return VoteMatrix.from_votes(people, statements, self._planted.choices[people, statements])

    def reweigh(self, votes: VoteMatrix, policy: Policy) -> None:
        found = policy(votes)
        self.weights[:] = [[found.unseen_first], [found.unseen_later]]
        self.weights[:, votes.statements.astype(np.int64)] = [found.first, found.later]


def run(name: str, policy_name: str, seed: int) -> Outcome:
    """One conversation with planted opinions."""
    pattern, random = arrivals(name), np.random.default_rng(seed)
    planted = opinions(pattern.people, len(pattern.appeared), random)
    policy, exploration = POLICIES[policy_name]
    conversation = Conversation(planted, exploration)
    chances, looks = random.random(len(pattern.voters)), []
    next_look = SMALLEST_STEP
    for cast, (person, chance) in enumerate(zip(pattern.voters.tolist(), chances.tolist(), strict=True), 1):
        conversation.ask(person, int(np.searchsorted(pattern.appeared, cast - 1, side="right")), chance)
        if cast == next_look or cast == len(chances):
            votes = conversation.votes()
            looks.append((cast, agreement(votes, project(votes).positions, planted, seed)))
            conversation.reweigh(votes, policy)
            next_look = max(cast + SMALLEST_STEP, int(cast * GROWTH))
    by_model = agreement(votes, placed_by_model(votes), planted, seed)
    rank = spearmanr(np.arange(len(pattern.appeared)), conversation.seen.sum(axis=0)).statistic
    return Outcome(np.array([look[0] for look in looks]), np.array([look[1] for look in looks]), float(rank), by_model)


def agreement(votes: VoteMatrix, positions: Floats, planted: Opinions, seed: int) -> float:
    """Adjusted Rand index between the planted groups and those found among people with enough votes."""
    enough = votes.votes_per_participant >= FEWEST
    if enough.sum() < FEWEST_PEOPLE:
        return np.nan
    found = KMeans(len(SIZES), n_init=4, random_state=seed).fit_predict(positions[enough])
    return float(adjusted_rand_score(planted.groups[votes.participants[enough].astype(np.int64)], found))


def placed_by_model(votes: VoteMatrix) -> Floats:
    model = fit_model(votes, AXES, Parameters())
    return placed(model, scores_of(votes, model))


def table(names: list[str], policies: list[str], seeds: int) -> Iterator[str]:
    """The lines of the table, as they come."""
    budgets = ", ".join(f"{share:.0%}" for share in BUDGETS)
    columns = f"{'votes':>8} {'median':>8} {'missed':>8} {'rank':>6}   agreement with {budgets} of the votes, by the model"
    yield f"{'arrivals as in':<38} {'policy':<8} {columns}"
    with ProcessPoolExecutor(2) as pool:
        for name in names:
            for policy in policies:
                outcomes = list(pool.map(partial(run, name, policy), range(seeds)))
                yield f"{name:<38} {policy:<8} {_line(outcomes)}"


def _line(outcomes: list[Outcome]) -> str:
    needed = [outcome.recovered or int(outcome.votes[-1]) for outcome in outcomes]
    missed = f"{sum(outcome.recovered is None for outcome in outcomes)} of {len(outcomes)}"
    budgets = "  ".join(f"{np.mean([outcome.with_budget(share) for outcome in outcomes]):.2f}" for share in BUDGETS)
    rank = np.mean([outcome.rank for outcome in outcomes])
    by_model = np.mean([outcome.by_model for outcome in outcomes])
    return f"{np.mean(needed):>8,.0f} {np.median(needed):>8,.0f} {missed:>8} {rank:>+6.2f}   {budgets}  {by_model:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--policy", action="append", choices=list(POLICIES))
    parser.add_argument("conversations", nargs="*", default=list(CONVERSATIONS))
    chosen = parser.parse_args()
    if MISSING:
        raise SystemExit(MISSING)
    for line in table(chosen.conversations, chosen.policy or ["classic", "uniform", "ours"], chosen.seeds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
