"""Where people and statements stand."""

import numpy as np
import pytest

from clustering import VoteMatrix
from clustering.arrays import Floats
from clustering.classic.projection import project
from tests.clustering.planted import planted, planted_votes


def filled_up(votes: VoteMatrix) -> Floats:
    """The whole table, a missing vote being the statement's mean."""
    table = np.full(votes.shape, np.nan)
    table[np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant), votes.columns] = votes.values
    return np.where(np.isnan(table), np.nanmean(table, axis=0), table)


@pytest.mark.parametrize("statements", [30, 127, 128, 129, 200])
def test_the_axes_are_the_principal_components(statements: int) -> None:
    votes = planted(400, statements, 25)
    table = filled_up(votes)
    _, lengths, components = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    projection = project(votes)
    assert np.abs((projection.loadings * components[:2].T).sum(axis=0)) == pytest.approx([1, 1], abs=1e-12)
    assert projection.explained == pytest.approx((lengths[:2] ** 2 / (lengths**2).sum()).tolist())


def test_people_with_few_votes_are_stretched() -> None:
    votes = planted(100, 30, 10)
    projection = project(votes)
    plain = (filled_up(votes) - projection.means) @ projection.loadings
    assert projection.positions == pytest.approx(plain * np.sqrt(30 / 10))


def test_a_statement_stands_where_somebody_stands_who_only_agrees_with_it() -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    votes = VoteMatrix.from_votes([*rows, 999], [*columns, 5], [*choices, 1])
    projection = project(votes)
    assert projection.statements[5] == pytest.approx(projection.positions[-1])
    assert projection.extremity[5] == pytest.approx(np.linalg.norm(projection.positions[-1]))


def test_a_statement_that_is_moderated_out_counts_as_passed_by_all() -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    projection = project(VoteMatrix.from_votes(rows, columns, choices, rejected=[3], meta=[4]))
    kept = ~np.isin(columns, [3, 4])
    passed = [(person, statement) for person in range(60) for statement in (3, 4)]
    everybody_passed = VoteMatrix.from_votes(
        [*rows[kept], *(person for person, _ in passed)],
        [*columns[kept], *(statement for _, statement in passed)],
        [*choices[kept], *(0 for _ in passed)],
    )
    same = project(everybody_passed)
    assert projection.loadings == pytest.approx(same.loadings)
    assert projection.positions == pytest.approx(same.positions)
    assert projection.extremity[[3, 4]].tolist() == [0, 0]


def test_swapping_agree_and_disagree_turns_people_around_and_leaves_the_axes() -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    one, other = (project(VoteMatrix.from_votes(rows, columns, sign * choices)) for sign in (1, -1))
    assert other.loadings == pytest.approx(one.loadings)
    assert other.positions == pytest.approx(-one.positions)


@pytest.mark.parametrize("statements", [12, 150])
def test_the_largest_loading_is_positive(statements: int) -> None:
    axes = project(planted(60, statements, 8)).loadings
    assert (axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0).all()


@pytest.mark.parametrize("people", [5, 6, 9])
def test_few_people_and_many_statements_have_one_map(people: int) -> None:
    votes = planted(people, 150, 60)
    once, again = project(votes), project(votes)
    assert once.positions.tolist() == again.positions.tolist()
    lengths = np.linalg.svd(filled_up(votes) - once.means, compute_uv=False)
    assert once.explained == pytest.approx((lengths[:2] ** 2 / (lengths**2).sum()).tolist())


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_the_seed_changes_nothing_that_shows(seed: int) -> None:
    votes = planted(400, 200, 25)
    assert project(votes, seed).positions == pytest.approx(project(votes).positions, abs=1e-7)


@pytest.mark.parametrize("statements", [5, 150])
def test_unanimous_votes_put_everybody_in_the_middle(statements: int) -> None:
    people, names = np.divmod(np.arange(10 * statements), statements)
    projection = project(VoteMatrix.from_votes(people, names, np.ones(10 * statements)))
    assert not projection.positions.any()
    assert projection.explained == (0.0, 0.0)


@pytest.mark.parametrize("statements", [6, 150])
def test_votes_on_one_line_have_one_axis(statements: int) -> None:
    people, names = np.divmod(np.arange(10 * statements), statements)
    projection = project(VoteMatrix.from_votes(people, names, np.where(people % 2, 1, -1)))
    assert projection.explained == pytest.approx((1.0, 0.0))
    assert not projection.loadings[:, 1].any()
