import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering import analyse
from deliberation import analysis_result, figures, findings
from deliberation.certainty import Certainty
from deliberation.figures import Estimate, Tally, publishable
from deliberation.finding import Finding, Kind
from deliberation.findings import Findings
from deliberation.values import Choice
from tests.clustering.planted import planted
from tests.support.results import Counts, make_result

MINIMUM = 10
TWO = {"A": 60, "B": 40}


def found(result: dict[str, object], minimum: int = MINIMUM) -> Findings:
    return findings.of_result(result, minimum)


def of_two(a: Counts, b: Counts, **more: object) -> Findings:
    """The findings about one statement on which two groups voted so."""
    return found(make_result(TWO, {1: {"A": a, "B": b}}, **more))  # type: ignore[arg-type]


# What may be published


@pytest.mark.parametrize(("size", "shown"), [(9, False), (10, True)])
def test_a_group_is_shown_from_the_publication_minimum_on(size: int, shown: bool) -> None:
    groups = figures.groups_of(make_result({"A": 50, "B": 30, "C": size}, {}, participants=200), MINIMUM)
    assert [group.label for group in groups if group.size is not None] == (["A", "B", "C"] if shown else ["A", "B"])


@pytest.mark.parametrize(("participants", "shown"), [(89, {"A"}), (90, {"A", "B"})])
def test_a_withheld_group_takes_the_next_smallest_along_until_the_rest_is_large_enough(
    participants: int, shown: set[str]
) -> None:
    assert publishable({"A": 50, "B": 30, "C": 4}, participants, MINIMUM) == shown


def test_without_a_withheld_group_people_outside_the_groups_need_no_protection() -> None:
    assert publishable({"A": 50, "B": 30}, 83, MINIMUM) == {"A", "B"}


def test_nothing_is_shown_when_withholding_one_group_would_give_it_away() -> None:
    assert publishable({"A": 50, "B": 4}, 54, MINIMUM) == set()


@pytest.mark.parametrize(("votes", "shown"), [(9, False), (10, True)])
def test_a_group_s_votes_on_a_statement_are_shown_from_the_minimum_on(votes: int, shown: bool) -> None:
    result = make_result({"A": 60, "B": 40}, {1: {"A": (30, 0, 0), "B": (votes, 0, 0)}}, others={1: (10, 0, 0)})
    [statement] = figures.statements_of(result, MINIMUM)
    assert statement.by_group["A"] == Tally(30, 0, 0)
    assert statement.by_group["B"] == (Tally(votes, 0, 0) if shown else None)


def test_what_the_shown_groups_leave_of_a_statement_s_votes_does_not_give_the_withheld_ones_away() -> None:
    result = make_result({"A": 60, "B": 40, "C": 30}, {1: {"A": (30, 0, 0), "B": (20, 0, 0), "C": (4, 0, 0)}})
    [statement] = figures.statements_of(result, MINIMUM)
    assert statement.everybody == Tally(54, 0, 0)
    assert statement.shown == {"A": Tally(30, 0, 0)}


@given(
    st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 60), min_size=1),
    st.integers(0, 40),
    st.integers(1, 20),
)
def test_no_part_below_the_minimum_is_ever_shown_or_left_over(parts: dict[str, int], others: int, minimum: int) -> None:
    total = sum(parts.values()) + others
    shown = publishable(parts, total, minimum)
    rest = total - sum(parts[label] for label in shown)
    assert all(parts[label] >= minimum for label in shown)
    assert shown == set(parts) or not shown or rest == 0 or rest >= minimum


def test_one_statement_s_figures_are_those_among_all() -> None:
    result = make_result(TWO, {1: {"A": (30, 0, 0), "B": (20, 0, 0)}, 2: {"A": (0, 11, 0), "B": (0, 0, 12)}})
    assert figures.statement_of(result, 2, MINIMUM) == figures.statements_of(result, MINIMUM)[1]
    assert figures.statement_of(result, 3, MINIMUM) is None


# Shared


@pytest.mark.parametrize(("agree", "shared"), [(24, True), (23, False)])
def test_a_statement_is_shared_when_sixty_percent_of_every_group_agree(agree: int, shared: bool) -> None:
    result = of_two((60, 0, 0), (agree, 40 - agree, 0))
    assert result.shared == ((Finding(Kind.SHARED, 1, Choice.AGREE, "B"),) if shared else ())


def test_passes_count_against_what_is_shared() -> None:
    assert not of_two((60, 0, 0), (23, 0, 17)).shared


def test_disagreement_is_shared_too() -> None:
    assert of_two((3, 57, 0), (0, 40, 0)).shared == (Finding(Kind.SHARED, 1, Choice.DISAGREE, "A"),)


@pytest.mark.parametrize(("votes", "shared"), [(4, False), (5, True)])
def test_nothing_is_shared_on_fewer_than_five_votes_of_a_group(votes: int, shared: bool) -> None:
    result = make_result(TWO, {1: {"A": (60, 0, 0), "B": (votes, 0, 0)}})
    assert bool(found(result, minimum=1).shared) is shared


@pytest.mark.parametrize(("votes", "shared"), [(49, False), (50, True)])
def test_nothing_is_shared_on_votes_of_less_than_five_percent_of_a_group(votes: int, shared: bool) -> None:
    result = make_result({"A": 1000, "B": 40}, {1: {"A": (votes, 0, 0), "B": (40, 0, 0)}})
    assert bool(found(result).shared) is shared


def test_a_withheld_group_has_no_say_in_what_is_shared_and_does_not_show() -> None:
    votes = {"A": (50, 0, 0), "B": (30, 0, 0), "C": (0, 5, 0)}
    result = found(make_result({"A": 50, "B": 30, "C": 5}, {1: votes}, others={1: (20, 0, 0)}, participants=105))
    assert [finding.number for finding in result.shared] == [1]
    assert result.withheld == 1
    assert result.figures(1).by_group["C"] is None


def test_a_group_that_is_shown_but_has_too_few_votes_on_a_statement_keeps_it_from_being_shared() -> None:
    result = found(make_result(TWO, {1: {"A": (60, 0, 0), "B": (9, 0, 0)}}, others={1: (10, 0, 0)}))
    assert not result.shared


def test_the_clearest_group_informed_consensus_comes_first() -> None:
    votes = {number: {"A": (50, 5, 5), "B": (30, 5, 5)} for number in (1, 2, 3)}
    result = found(make_result(TWO, votes, consensus={1: 0.4, 2: 0.9, 3: 0.4}))
    assert [finding.number for finding in result.shared] == [2, 1, 3]


def test_where_there_are_no_groups_the_majority_of_all_is_what_is_shared() -> None:
    result = make_result(
        {},
        {1: {}, 2: {}, 3: {}},
        others={1: (12, 8, 0), 2: (2, 18, 0), 3: (11, 9, 0)},
        participants=20,
        verdict="no_distinct_groups",
    )
    assert found(result).shared == (Finding(Kind.SHARED, 2, Choice.DISAGREE), Finding(Kind.SHARED, 1, Choice.AGREE))


def test_where_only_one_group_is_shown_the_majority_of_all_is_what_is_shared() -> None:
    result = found(
        make_result({"A": 50, "B": 4}, {1: {"A": (20, 20, 0), "B": (4, 0, 0)}}, others={1: (46, 10, 0)}, participants=154)
    )
    assert not result.compares_groups
    assert result.shared == (Finding(Kind.SHARED, 1, Choice.AGREE),)


# Distinctive


def test_a_group_stands_out_by_what_the_method_names_in_its_order_and_direction() -> None:
    votes: dict[int, dict[str, Counts]] = {number: {"A": (40, 10, 0), "B": (5, 30, 0)} for number in (1, 2)}
    result = found(make_result(TWO, votes, representative={"A": [(2, "agree"), (1, "agree")], "B": [(1, "disagree")]}))
    assert result.of_group("A") == (
        Finding(Kind.DISTINCTIVE, 2, Choice.AGREE, "A"),
        Finding(Kind.DISTINCTIVE, 1, Choice.AGREE, "A"),
    )
    assert result.of_group("B") == (Finding(Kind.DISTINCTIVE, 1, Choice.DISAGREE, "B"),)


def test_a_group_does_not_stand_out_by_what_few_of_it_voted_on() -> None:
    votes: dict[int, dict[str, Counts]] = {1: {"A": (9, 0, 0), "B": (5, 30, 0)}}
    assert not found(make_result(TWO, votes, others={1: (5, 5, 0)}, representative={"A": [(1, "agree")]})).distinctive


# Split


@pytest.mark.parametrize(("agree", "split"), [(28, True), (29, False)])
def test_groups_are_split_from_thirty_percentage_points_on(agree: int, split: bool) -> None:
    result = found(make_result({"A": 40, "B": 40}, {1: {"A": (40, 0, 0), "B": (agree, 40 - agree, 0)}}))
    assert result.split == ((Finding(Kind.SPLIT, 1, Choice.AGREE, "A", "B"),) if split else ())


def test_of_several_groups_the_two_that_are_farthest_apart_count() -> None:
    votes: dict[int, dict[str, Counts]] = {1: {"A": (20, 20, 0), "B": (40, 0, 0), "C": (4, 36, 0)}}
    [split] = found(make_result({"A": 40, "B": 40, "C": 40}, votes)).split
    assert (split.group, split.other) == ("B", "C")


def test_the_largest_difference_comes_first() -> None:
    votes: dict[int, dict[str, Counts]] = {
        1: {"A": (40, 20, 0), "B": (10, 30, 0)},
        2: {"A": (60, 0, 0), "B": (0, 40, 0)},
    }
    assert [finding.number for finding in found(make_result(TWO, votes)).split] == [2, 1]


# Unsure


@pytest.mark.parametrize(("passes", "unsure"), [(30, True), (29, False)])
def test_people_are_unsure_from_thirty_percent_passes_on(passes: int, unsure: bool) -> None:
    result = of_two((60 - passes, 0, passes), (40, 0, 0))
    assert bool(result.unsure) is unsure


@pytest.mark.parametrize(("votes", "unsure"), [(9, False), (10, True)])
def test_fewer_votes_than_the_publication_minimum_say_nothing_about_everybody(votes: int, unsure: bool) -> None:
    result = make_result({}, {1: {}}, others={1: (0, 0, votes)}, participants=40, verdict="no_distinct_groups")
    assert bool(found(result).unsure) is unsure


# All of them


def test_too_few_votes_for_an_analysis_are_too_few_for_findings() -> None:
    result = found(make_result({}, {1: {}}, others={1: (0, 0, 50)}, participants=50, verdict="too_few_votes"))
    assert result.everything == ()
    assert result.figures(1).everybody == Tally(0, 0, 50)


def test_everything_said_about_a_statement_can_be_asked_for() -> None:
    result = of_two((60, 0, 0), (10, 10, 20), representative={"A": [(1, "agree")]})
    assert [finding.kind for finding in result.about(1)] == [Kind.DISTINCTIVE, Kind.SPLIT]
    assert result.about(2) == ()


@pytest.mark.parametrize(
    ("own", "rest", "stands_out"),
    [
        ((0, 0, 12), (0, 0, 13), False),
        ((6, 6, 0), (6, 6, 0), False),
        ((7, 5, 0), (6, 6, 0), True),
        ((1, 11, 0), (0, 12, 0), True),
    ],
)
def test_a_group_stands_out_only_by_what_it_says_more_than_everybody_else(own: Counts, rest: Counts, stands_out: bool) -> None:
    result = found(make_result({"A": 20, "B": 20}, {1: {"A": own, "B": rest}}, representative={"A": [(1, "agree")]}))
    assert bool(result.distinctive) is stands_out


# Where the method gives intervals


def surely(a: Counts, b: Counts, margin: float = 0.05, **more: object) -> Findings:
    return found(make_result({"A": 100, "B": 100}, {1: {"A": a, "B": b}}, margin=margin, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("agree", "shared"), [(61, True), (60, False)])
def test_what_groups_share_is_what_most_of_everybody_surely_agree_with(agree: int, shared: bool) -> None:
    result = surely((agree, 100 - agree, 0), (agree, 100 - agree, 0), margin=0.1)
    assert result.shared == ((Finding(Kind.SHARED, 1, Choice.AGREE, "A"),) if shared else ())


@pytest.mark.parametrize(("agree", "shared"), [(51, True), (50, False)])
def test_nothing_is_shared_where_half_of_a_group_or_less_agree(agree: int, shared: bool) -> None:
    assert bool(surely((100, 0, 0), (agree, 100 - agree, 0)).shared) is shared


def test_what_is_surest_in_the_most_sceptical_group_comes_first() -> None:
    votes: dict[int, dict[str, Counts]] = {
        1: {"A": (100, 0, 0), "B": (80, 20, 0)},
        2: {"A": (90, 10, 0), "B": (90, 10, 0)},
        3: {"A": (5, 95, 0), "B": (3, 97, 0)},
    }
    result = found(make_result({"A": 100, "B": 100}, votes, margin=0.05))
    assert [(finding.number, finding.choice, finding.group) for finding in result.shared] == [
        (3, Choice.DISAGREE, "A"),
        (2, Choice.AGREE, "A"),
        (1, Choice.AGREE, "B"),
    ]


def test_nothing_is_shared_while_too_few_of_a_group_that_is_shown_have_voted() -> None:
    result = found(make_result({"A": 100, "B": 400}, {1: {"A": (100, 0, 0), "B": (19, 0, 0)}}, margin=0.05))
    assert not result.shared


@pytest.mark.parametrize(("disagree", "split"), [(56, True), (55, False)])
def test_groups_are_split_where_most_of_one_surely_agree_and_most_of_another_surely_disagree(disagree: int, split: bool) -> None:
    result = surely((90, 10, 0), (30, disagree, 70 - disagree))
    assert result.split == ((Finding(Kind.SPLIT, 1, Choice.AGREE, "A", "B"),) if split else ())


@pytest.mark.parametrize(("each", "split"), [(35, True), (34, False)])
def test_without_groups_people_are_divided_where_thirty_percent_surely_agree_and_as_many_disagree(each: int, split: bool) -> None:
    votes = {1: (each, each, 100 - 2 * each)}
    result = found(make_result({}, {1: {}}, others=votes, participants=100, verdict="no_distinct_groups", margin=0.05))
    assert result.split == ((Finding(Kind.SPLIT, 1, Choice.AGREE),) if split else ())


@pytest.mark.parametrize(("passes", "unsure"), [(30, True), (29, False)])
def test_people_are_unsure_from_twenty_five_percent_of_sure_passes_on(passes: int, unsure: bool) -> None:
    assert bool(surely((100 - passes, 0, passes), (100 - passes, 0, passes)).unsure) is unsure


def test_figures_carry_their_intervals_as_whole_numbers_and_a_rest_has_none() -> None:
    result = surely((62, 38, 0), (100, 0, 0))
    own = result.figures(1).shown["A"]
    assert own.estimate(Choice.AGREE) == Estimate(620_000, 570_000, 670_000)
    assert result.figures(1).everybody.without(own).estimate(Choice.AGREE) is None
    assert result.figures(1).divides == Estimate(380_000, 330_000, 430_000)


def test_where_a_group_is_withheld_no_figure_over_all_groups_gives_it_away() -> None:
    votes = {"A": (50, 0, 0), "B": (30, 0, 0), "C": (0, 5, 0)}
    result = found(
        make_result(
            {"A": 50, "B": 30, "C": 5},
            {1: votes},
            others={1: (20, 0, 0)},
            participants=105,
            margin=0.05,
            agenda={"threshold": 0.8, "statements": [1]},
        )
    )
    assert [finding.number for finding in result.shared] == [1]
    assert result.figures(1).divides is None
    assert result.certainty is not None
    assert result.certainty.agenda is None


def test_every_statement_s_word_is_the_engine_s_where_no_group_is_withheld() -> None:
    votes = planted(participants=200, statements=40, votes_each=30, groups=2, seed=3)
    analysis = analyse(votes)
    result = analysis_result.build(analysis.to_json(), None, analysis.people.groups, frozenset(), MINIMUM)
    assert result["verdict"] == "groups"
    words = {row["number"]: row["kind"] for row in result["statements"]}
    assert len(set(words.values())) > 2
    complete = {figures.number for figures in found(result).statements if None not in figures.by_group.values()}
    assert {number: word for number, word in found(result).kinds.items() if number in complete} == {
        number: word for number, word in words.items() if number in complete
    }


# How sure


def test_stability_is_told_for_all_and_for_each_group_that_is_shown() -> None:
    result = make_result({"A": 50, "B": 30, "C": 5}, {}, participants=105, stability=0.85, stable=False)
    for group, stability in zip(result["groups"], (0.9, 0.8, 0.7), strict=True):
        group["stability"] = stability
    certainty = found(result).certainty
    assert certainty is not None
    assert (certainty.stability, certainty.stable) == (850_000, False)
    assert certainty.groups == {"A": 900_000, "B": 800_000}


def test_a_method_that_says_nothing_of_it_leaves_everything_open() -> None:
    certainty = found(make_result(TWO, {1: {"A": (60, 0, 0), "B": (40, 0, 0)}})).certainty
    assert certainty == Certainty(None, None, {}, None, None, None, None)
