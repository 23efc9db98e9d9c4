"""Everything that is said about statements, taken together."""

import json
from dataclasses import asdict, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import Analysis, ClassicParameters, VoteMatrix, analyse
from clustering.parameters import Parameters
from clustering.statements import Description, describe
from tests.clustering.planted import planted, planted_votes
from tests.clustering.strategies import Votes, conversations

PARAMETERS = Parameters()
RATES = {f"{answer}_{end}" for answer in ("agree", "disagree", "pass") for end in ("rate", "low", "high")}
FIGURES = RATES | {
    "consensus",
    "consensus_lower",
    "consensus_disagree",
    "consensus_disagree_lower",
    "divisiveness",
    "divisiveness_low",
    "divisiveness_high",
    "position_share",
    "bridging",
}


def described(votes: VoteMatrix, groups: bool = True) -> Description:
    found: Analysis = analyse(votes, ClassicParameters())
    if not groups:
        return describe(votes, np.full(len(votes.participants), -1), 0, found.projection, PARAMETERS)
    return describe(votes, found.people.groups, len(found.groups), found.projection, PARAMETERS)


def told(description: Description) -> str:
    """Everything as text; NaN may stand in figures only, and becomes null."""
    figures = {
        name: [None if np.isnan(value) else value for value in values.ravel().tolist()]
        for name, values in (*description.figures.items(), *description.group_figures.items())
    }
    lists = [[asdict(finding) for finding in of_group] for of_group in description.representative]
    plain = [figures, lists, asdict(description.overall), description.kinds, description.details]
    return json.dumps(plain, allow_nan=False)


def mirrored(name: str) -> str:
    """The figure that says of disagreement what this one says of agreement, or the other way round."""
    pairs = [("consensus", "consensus_disagree"), ("consensus_lower", "consensus_disagree_lower")]
    pairs += [(f"agree_{end}", f"disagree_{end}") for end in ("rate", "low", "high")]
    return (dict(pairs) | {other: one for one, other in pairs}).get(name, name)


@settings(max_examples=80, deadline=None)
@given(conversations(), st.booleans())
def test_no_conversation_is_too_odd(drawn: Votes, groups: bool) -> None:
    votes = drawn.matrix()
    description = described(votes, groups)
    assert told(description)
    assert set(description.figures) == FIGURES
    assert set(description.group_figures) == RATES
    statements, live = len(votes.statements), ~votes.moderated_out
    for name, values in description.figures.items():
        assert values.shape == (statements,)
        assert not np.isinf(values).any()
        if name in RATES or (name.startswith("consensus") and live.all()):
            assert ((values >= 0) & (values <= 1)).all()
    voted = description.by_group.votes > 0
    for values in description.group_figures.values():
        assert (np.isnan(values) == ~voted).all()


@settings(max_examples=30, deadline=None)
@given(conversations(), st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_not_a_digit(drawn: Votes, random: object) -> None:
    order = list(range(len(drawn.choices)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert told(described(drawn.matrix())) == told(described(drawn.matrix(order)))


def test_without_groups_everybody_is_described() -> None:
    votes = planted(200, 30, 20, 2)
    description = described(votes, groups=False)
    assert description.representative == ()
    assert all(values.shape == (0, 30) for values in description.group_figures.values())
    assert description.by_group.votes.shape == (0, 30)
    assert np.isnan(description.figures["divisiveness"]).all()
    assert description.figures["consensus_lower"].tolist() == description.figures["agree_low"].tolist()
    assert description.details["agenda"] == {"threshold": None, "statements": []}
    assert description.details["representative"] == {"tests": 0, "found": 0}
    assert set(description.kinds) > {"open", "split"}


def test_without_a_map_only_its_figures_are_missing() -> None:
    votes = planted(200, 30, 20, 2)
    description = describe(votes, votes.participants % 2, 2, None, PARAMETERS)
    missing = {name for name, values in description.figures.items() if np.isnan(values).all()}
    assert missing == {"position_share", "bridging"}
    assert all(description.representative)


def test_swapping_agree_and_disagree_mirrors_everything() -> None:
    rows, columns, choices = planted_votes(300, 40, 20, 3)
    one, other = (described(VoteMatrix.from_votes(rows, columns, sign * choices)) for sign in (1, -1))
    for name in FIGURES - {"divisiveness", "divisiveness_low", "divisiveness_high", "bridging"}:
        assert one.figures[name] == pytest.approx(other.figures[mirrored(name)], nan_ok=True, abs=1e-9), name
    assert one.figures["bridging"] == pytest.approx(-other.figures["bridging"], abs=1e-6)
    opposite = {"agree": "disagree", "disagree": "agree"}
    assert one.kinds == tuple(opposite.get(kind, kind) for kind in other.kinds)
    assert [[finding.statement for finding in of] for of in one.representative] == [
        [finding.statement for finding in of] for of in other.representative
    ]
    assert [finding.statement for finding in one.overall.agree] == [finding.statement for finding in other.overall.disagree]


@pytest.mark.parametrize("out", ["rejected", "meta"])
def test_what_is_moderated_out_keeps_its_rates_and_is_in_no_finding(out: str) -> None:
    rows, columns, choices = planted_votes(200, 30, 20, 2)
    taken = list(range(0, 30, 2))
    votes = VoteMatrix.from_votes(rows, columns, choices, **{out: taken})
    description = described(votes)
    for name in ("consensus", "consensus_disagree_lower", "divisiveness", "position_share", "bridging"):
        assert np.isnan(description.figures[name][taken]).all()
    assert not np.isnan(description.figures["agree_low"]).any()
    assert not np.isnan(description.group_figures["agree_low"]).any()
    assert {description.kinds[column] for column in taken} == {"open"}
    lists = (*description.representative, description.overall.agree, description.overall.disagree)
    listed = {finding.statement for of in lists for finding in of} | set(description.details["agenda"]["statements"])
    assert listed
    assert not listed & set(taken)


def test_what_is_moderated_out_changes_no_finding_about_the_others() -> None:
    rows, columns, choices = planted_votes(200, 30, 20, 2)
    kept = columns != 7
    groups = np.arange(200) % 2
    whole = describe(VoteMatrix.from_votes(rows, columns, choices, rejected=[7]), groups, 2, None, PARAMETERS)
    rest = describe(VoteMatrix.from_votes(rows[kept], columns[kept], choices[kept]), groups, 2, None, PARAMETERS)
    assert np.delete(whole.figures["consensus_lower"], 7) == pytest.approx(rest.figures["consensus_lower"])
    assert whole.details["priors"] == rest.details["priors"]
    assert whole.details["representative"] == rest.details["representative"]


def test_one_vote_is_described_with_due_doubt() -> None:
    description = described(VoteMatrix.from_votes([1], [1], [1]))
    assert description.kinds == ("open",)
    assert description.figures["agree_high"][0] - description.figures["agree_low"][0] > 0.4
    assert description.overall.agree == ()


def test_a_part_of_the_votes_is_described_like_any_others() -> None:
    """Statements and people that are left without a vote keep their places and have no figure."""
    votes = planted(200, 30, 20, 2)
    part = votes.subset((votes.columns > 3) & (np.arange(len(votes.values)) > 100))
    projection = analyse(votes, ClassicParameters()).projection
    description = describe(part, votes.participants % 2, 2, projection, PARAMETERS)
    assert told(description)
    for name, values in description.figures.items():
        assert np.isnan(values[:4]).all(), name
        assert not np.isnan(values[4:]).any(), name
    assert set(description.kinds[:4]) == {"open"}


@pytest.mark.parametrize(("choice", "kind"), [(1, "agree"), (0, "unsure"), (-1, "disagree")])
@pytest.mark.parametrize("statements", [1, 10])
def test_unanimous_people_are_described_as_such(choice: int, kind: str, statements: int) -> None:
    rows, columns = np.divmod(np.arange(40 * statements), statements)
    description = described(VoteMatrix.from_votes(rows, columns, np.full(40 * statements, choice)))
    assert description.kinds == (kind,) * statements
    assert told(description)


def test_few_votes_are_no_consensus_however_usual_it_is() -> None:
    rows, columns = np.divmod(np.arange(400), 10)
    votes = VoteMatrix.from_votes([*rows, 1, 2], [*columns, 99, 99], [1] * 402)
    description = described(votes)
    assert description.figures["agree_low"][-1] > 0.5
    assert 10 not in {finding.statement for finding in description.overall.agree}


def test_every_threshold_is_recorded() -> None:
    assert set(PARAMETERS.to_json()) == {field.name for field in fields(Parameters)}
    assert (PARAMETERS.method, PARAMETERS.seed) == ("default", 0)


def test_the_details_say_what_the_figures_were_judged_by() -> None:
    description = described(planted(200, 30, 20, 2))
    details = description.details
    assert set(details["priors"]["groups"]) == {"agree", "disagree", "pass"}
    assert 0.5 < details["agenda"]["threshold"] < 1
    assert details["representative"]["tests"] == 2 * 2 * 30
    assert details["representative"]["found"] >= sum(len(of_group) for of_group in description.representative)
