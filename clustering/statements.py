"""What the default method says about each statement, about what groups stand out by and about what everybody shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.arrays import Flags, Floats, Integers
from clustering.bridging import bridging
from clustering.consensus import Agenda, agenda, consensus, overall_consensus
from clustering.divisiveness import divisiveness, position_share
from clustering.kinds import kinds
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.rates import Answers, Rates, answers
from clustering.representative import Representative, StandingOut, has_a_say, representative
from clustering.result import NOT_GROUPED, Kind, OverallConsensus
from clustering.votes import Tally, VoteMatrix


@dataclass(frozen=True, eq=False)
class Description:
    """`figures` (statements,) and `group_figures` (groups, statements) by name, NaN where there is nothing to say.

    `representative`: a list for each group; `details`: what else belongs on record, as plain data.
    """

    by_group: Tally
    figures: Mapping[str, Floats]
    group_figures: Mapping[str, Floats]
    kinds: tuple[Kind, ...]
    representative: tuple[tuple[StandingOut, ...], ...]
    overall: OverallConsensus
    details: Mapping[str, Any]


def describe(
    votes: VoteMatrix, labels: Integers, groups: int, projection: Projection | None, parameters: Parameters
) -> Description:
    """Everything that the votes say about statements, given who is in which group.

    `labels` (participants,): 0 … `groups` − 1, −1 for none. What is moderated out keeps its rates and is in no finding.
    """
    tally, live = votes.tally, _live(votes)
    sizes = np.bincount(labels[labels != NOT_GROUPED], minlength=groups)[:groups]
    by_group = votes.tally_by_group(labels, groups)
    everybody = answers(tally, live, parameters.interval)
    of_groups = answers(by_group, live, parameters.interval)
    say = has_a_say(by_group.votes, sizes, parameters)
    enough = live & (tally.votes >= parameters.fewest_votes_for_a_kind)
    found = representative(by_group, of_groups, say & live, parameters)
    agreed = agenda(tally, sizes.tolist(), live, parameters)
    spread = divisiveness(of_groups.agree, say & live)
    figures = {name: np.where(live, values, np.nan) for name, values in consensus(everybody, of_groups).items()}
    figures |= {"divisiveness": spread.rate, "divisiveness_low": spread.low, "divisiveness_high": spread.high}
    return Description(
        by_group=by_group,
        figures=figures | _map_figures(votes, projection, parameters) | _named(_where_voted(everybody, tally)),
        group_figures=_named(_where_voted(of_groups, by_group)),
        kinds=kinds(everybody, of_groups, say, enough, parameters),
        representative=found.lists,
        overall=overall_consensus(tally, everybody, enough, parameters),
        details=_details(votes, everybody, of_groups, agreed, found),
    )


def _live(votes: VoteMatrix) -> Flags:
    """Statements that findings may be about: not moderated out, and not left without votes in a part of the votes."""
    return ~votes.moderated_out & (votes.tally.votes > 0)


def _map_figures(votes: VoteMatrix, projection: Projection | None, parameters: Parameters) -> dict[str, Floats]:
    live = _live(votes)
    if projection is None:
        return {name: np.full(len(live), np.nan) for name in ("position_share", "bridging")}
    enough = live & (votes.tally.votes >= parameters.fewest_votes_for_a_kind)
    return {
        "position_share": position_share(votes, projection, enough),
        "bridging": bridging(votes, projection.scores[:, 0], live, parameters),
    }


def _where_voted(of: Answers, tally: Tally) -> Answers:
    agree, disagree, passed = (rates.where(tally.votes > 0) for rates in (of.agree, of.disagree, of.passed))
    return Answers(agree, disagree, passed, of.priors)


def _named(of: Answers) -> dict[str, Floats]:
    by_answer: dict[str, Rates] = {"agree": of.agree, "disagree": of.disagree, "pass": of.passed}
    named: dict[str, Floats] = {}
    for answer, rates in by_answer.items():
        named |= {f"{answer}_rate": rates.rate, f"{answer}_low": rates.low, f"{answer}_high": rates.high}
    return named


def _details(votes: VoteMatrix, everybody: Answers, of_groups: Answers, agreed: Agenda, found: Representative) -> dict[str, Any]:
    return {
        "priors": {
            "everybody": {answer: prior.to_json() for answer, prior in everybody.priors.items()},
            "groups": {answer: prior.to_json() for answer, prior in of_groups.priors.items()},
        },
        "agenda": {"threshold": agreed.threshold, "statements": votes.statements[agreed.statements].tolist()},
        "representative": {"tests": found.tests, "found": int(found.found.sum())},
    }
