"""How many members of planted campaigns are flagged as lookalikes, how many honest people, and how long that takes.

`python -m tests.benchmarks.bench_trust [SEEDS]`. A tenth of the participants belongs to cohorts of about 25. Honest people vote
on what and when people in a real conversation did; their answers are drawn from groups, and half of them belong to the group of
their burst. Some patterns are drawn as well. What is flagged among the real people themselves comes after that.
"""

import sys
from collections.abc import Iterator
from time import perf_counter

import numpy as np

from clustering import VoteMatrix, analyse
from clustering.influence import measure, side_by_side
from clustering.lookalikes import find
from clustering.parameters import Parameters
from deliberation.interchange.vote_files import read_votes
from tests.clustering.campaigns import SHAPES, Pattern, drawn_pattern, honest, pattern_of, with_campaigns
from tests.clustering.planted import planted_votes
from tests.support.open_data import CONVERSATIONS, MISSING, conversation

PARAMETERS = Parameters()
DRAWN = {"drawn 400 × 60": (400, 60), "drawn 2,000 × 150": (2000, 150)}
SIZES = ((10_000, 500, 50), (50_000, 1000, 100))


def real() -> dict[str, VoteMatrix]:
    return {} if MISSING else {name.partition(".")[0]: read_votes(conversation(name) / "votes.csv") for name in CONVERSATIONS}


def patterns(conversations: dict[str, VoteMatrix], random: np.random.Generator) -> Iterator[tuple[str, Pattern]]:
    for name, votes in conversations.items():
        yield name, pattern_of(votes)
    for name, (people, statements) in DRAWN.items():
        yield name, drawn_pattern(people, statements, random)


def flagged(votes: VoteMatrix) -> np.ndarray:
    return find(votes, analyse(votes).projection, PARAMETERS).flagged


def campaigns(conversations: dict[str, VoteMatrix], seeds: int) -> None:
    print(f"{'campaign':<8} {'conversation':<20} {'of campaigns':>13} {'of honest':>10}")
    for shape in SHAPES:
        shares: dict[str, list[tuple[float, float]]] = {}
        for seed in range(seeds):
            random = np.random.default_rng([seed, len(shape)])
            for name, pattern in patterns(conversations, random):
                crowd = with_campaigns(pattern, honest(pattern, random), shape, random)
                found, planted = flagged(crowd.votes), crowd.campaign >= 0
                shares.setdefault(name, []).append((found[planted].mean(), found[~planted].mean()))
        for name, each in [*shares.items(), ("all", [np.mean(each, axis=0) for each in shares.values()])]:
            caught, wronged = np.mean(each, axis=0)
            print(f"{shape:<8} {name:<20} {caught:>12.1%} {wronged:>10.2%}", flush=True)


def real_people(conversations: dict[str, VoteMatrix]) -> None:
    for name, votes in conversations.items():
        print(f"{name:<29} {flagged(votes).sum():>4} of {votes.shape[0]:,} real people flagged", flush=True)


def seconds() -> None:
    print(f"{'size':<20} {'votes':>10} {'full run s':>13} {'lookalikes s':>13} {'influence s':>13} {'both lists s':>13}")
    for people, statements, each in SIZES:
        columns = planted_votes(people, statements, each, groups=4)
        random = np.random.default_rng(0)
        times = (random.random(people) * 10 * 86400)[columns[0]] + random.random(len(columns[0])) * 600
        votes = VoteMatrix.from_votes(*columns, times)
        began = perf_counter()
        analysis = analyse(votes)
        core = perf_counter()
        found = find(votes, analysis.projection, PARAMETERS)
        looked = perf_counter()
        measure(votes, analysis.people.groups, len(analysis.groups), found, PARAMETERS)
        measured = perf_counter()
        side_by_side(votes, analysis.people.groups, [group.label for group in analysis.groups], found, PARAMETERS)
        spent = core - began, looked - core, measured - looked, perf_counter() - measured
        size = f"{people:,} × {statements:,}"
        figures = " ".join(f"{part:>13.2f}" for part in spent)
        print(f"{size:<20} {len(votes.values):>10,} {figures}", flush=True)


def main(seeds: int = 5) -> None:
    conversations = real()
    campaigns(conversations, seeds)
    real_people(conversations)
    seconds()


def test_trust() -> None:
    print()
    main()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
