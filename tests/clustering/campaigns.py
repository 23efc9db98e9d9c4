"""Crowds with opinion groups that arrive in bursts, and campaigns among them whose members are known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clustering import VoteMatrix

Shape = Literal["script", "chat", "hours", "mimic"]
SHAPES: tuple[Shape, ...] = ("script", "chat", "hours", "mimic")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True)
class Pattern:
    """Who (0 … people − 1) voted on which statement (0 …) and when (seconds): everything but the answers."""

    people: NDArray[np.int64]
    statements: NDArray[np.int64]
    times: NDArray[np.float64]


@dataclass(frozen=True)
class Crowd:
    """`campaign` (participants,): which cohort each row of `votes` was made for, −1 for honest people."""

    votes: VoteMatrix
    campaign: NDArray[np.int64]


def pattern_of(votes: VoteMatrix) -> Pattern:
    """What a real conversation was like, without what was said."""
    assert votes.times is not None
    people = np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)
    return Pattern(people, votes.columns.astype(np.int64), votes.times)


def drawn_pattern(people: int, statements: int, random: np.random.Generator, days: float = 10.0) -> Pattern:
    """Half of the people arrive in bursts of about twenty minutes, the others at any time; statements are shown at random."""
    bursts = random.random(max(people // 40, 2)) * days * DAY
    in_burst = bursts[random.integers(len(bursts), size=people)] + random.exponential(20 * MINUTE, people)
    arrivals = np.where(random.random(people) < 0.5, in_burst, random.random(people) * days * DAY)
    each = np.clip(np.exp(random.normal(2.7, 1.0, people)).astype(np.int64), 1, statements)
    rows = np.repeat(np.arange(people), each)
    columns = np.concatenate([random.permutation(statements)[:count] for count in each])
    pauses = random.lognormal(np.log(7.0), 0.7, len(rows))
    spent = np.cumsum(pauses)
    before = np.repeat(np.append(0.0, spent)[np.append(0, np.cumsum(each))[:-1]], each)
    return Pattern(rows, columns, arrivals[rows] + spent - before)


def honest(pattern: Pattern, random: np.random.Generator, groups: int = 3, likeminded: float = 0.5) -> "Answers":
    """Answers of people in groups; a share of those who arrive within the same half hour belongs to one group together."""
    people, statements = int(pattern.people.max()) + 1, int(pattern.statements.max()) + 1
    leanings = random.normal(0.2, 0.5, statements) + random.normal(0.0, 0.8, (groups, statements))
    first = np.full(people, np.inf)
    np.minimum.at(first, pattern.people, pattern.times)
    bursts = (first // (30 * MINUTE)).astype(np.int64)
    of_burst = dict(zip(np.unique(bursts).tolist(), random.integers(groups, size=len(np.unique(bursts))).tolist(), strict=True))
    together = np.array([of_burst[burst] for burst in bursts.tolist()])
    group = np.where(random.random(people) < likeminded, together, random.integers(groups, size=people))
    passing = random.random(people) ** 2 * 0.5
    return Answers(leanings, group, passing).on(pattern, random)


@dataclass(frozen=True)
class Answers:
    leanings: NDArray[np.float64]
    group: NDArray[np.int64]
    passing: NDArray[np.float64]
    choices: NDArray[np.int64] | None = None

    def on(self, pattern: Pattern, random: np.random.Generator) -> "Answers":
        feelings = self.leanings[self.group[pattern.people], pattern.statements]
        given = feelings + random.normal(0.0, 0.7, len(feelings))
        said = np.where(given > 0, 1, -1)
        said[random.random(len(given)) < self.passing[pattern.people]] = 0
        return Answers(self.leanings, self.group, self.passing, said)


def with_campaigns(
    pattern: Pattern, answers: Answers, shape: Shape, random: np.random.Generator, share: float = 0.1, size: int = 25
) -> Crowd:
    """The crowd with enough cohorts of about `size` that `share` of all participants belong to one."""
    assert answers.choices is not None
    people = int(pattern.people.max()) + 1
    wanted = max(round(people * share / (1 - share)), 3)
    cohorts = max(round(wanted / size), 1)
    columns = [pattern.people, pattern.statements, answers.choices, pattern.times]
    owner = np.full(people + wanted, -1)
    parts = [columns]
    for cohort, members in enumerate(np.array_split(np.arange(people, people + wanted), cohorts)):
        owner[members] = cohort
        parts.append(_cohort(pattern, answers, shape, members, random))
    rows, statements, choices, times = (np.concatenate(part) for part in zip(*parts, strict=True))
    votes = VoteMatrix.from_votes(rows, statements, choices, times)
    return Crowd(votes, owner[votes.participants.astype(np.int64)])


def _cohort(
    pattern: Pattern, answers: Answers, shape: Shape, members: NDArray[np.int64], random: np.random.Generator
) -> list[NDArray[np.generic]]:
    start = float(pattern.times[random.integers(len(pattern.times))])
    live = np.unique(pattern.statements[pattern.times <= start + DAY])
    if len(live) < 15:
        live = np.unique(pattern.statements)
    longest = min(len(live), {"script": 40, "chat": 15, "hours": 30, "mimic": 15}[shape])
    shortest = min(longest, {"script": 10, "chat": 5, "hours": 10, "mimic": 5}[shape])
    instructed = random.permutation(live)[: random.integers(shortest, longest + 1)]
    told = random.choice([-1, 1], len(instructed))
    if shape == "mimic":
        told = np.sign(answers.leanings[random.integers(len(answers.leanings))][instructed]).astype(np.int64)
    noise = {"script": 0.02, "chat": random.uniform(0.05, 0.1), "hours": 0.03, "mimic": random.uniform(0.05, 0.1)}[shape]
    arrive = {"script": 5 * MINUTE, "chat": 40 * MINUTE, "hours": 6 * HOUR, "mimic": 40 * MINUTE}[shape]
    scripted = shape in {"script", "hours"}
    parts = []
    for member in members:
        begins = start + (random.exponential(arrive / 3) if not scripted else random.random() * arrive)
        order = np.arange(len(instructed)) if scripted else random.permutation(len(instructed))
        said = np.where(random.random(len(told)) < noise, random.integers(-1, 2, len(told)), told)
        names, choices = instructed[order], said[order]
        if not scripted:
            rest = np.setdiff1d(live, instructed)
            own = random.permutation(rest)[: random.geometric(1 / 3) - 1]
            feelings = answers.leanings[random.integers(len(answers.leanings)), own] + random.normal(0, 0.7, len(own))
            names, choices = np.append(names, own), np.append(choices, np.where(feelings > 0, 1, -1))
        pauses = random.normal(3.0, 0.3, len(names)) if scripted else random.lognormal(np.log(7.0), 0.7, len(names))
        parts.append([np.full(len(names), member), names, choices, begins + np.cumsum(np.abs(pauses))])
    return [np.concatenate(part) for part in zip(*parts, strict=True)]
