"""Missing votes taken for means: the fallback of the default method."""

import json

import numpy as np
import pytest

from clustering import Parameters, Structure, analyse
from clustering.imputed import impute
from tests.clustering.planted import Missing, planted, planted_groups
from tests.clustering.telling import people_told, recovered, told

FALLBACK = Structure(rank=2, imputed=True, groups=3, stability=0.95, group_stability=(0.9, 0.9, 0.8), votes=0, evidence={})


def test_the_axes_are_those_of_the_table_filled_up_with_means() -> None:
    votes = planted(200, 20, 12)
    found = impute(votes, seed=0)
    table = votes.centred(found.means).toarray()
    _, _, components = np.linalg.svd(table, full_matrices=False)
    assert np.abs((found.loadings * components[:2].T).sum(axis=0)) == pytest.approx([1, 1])
    assert found.scores == pytest.approx(table @ found.loadings)
    assert found.places == pytest.approx(found.scores * np.sqrt(20 / 12))
    assert 0 < found.strengths.sum() < 1


def test_an_analysis_that_falls_back_has_map_and_groups_and_says_nothing_of_confidence() -> None:
    people = planted_groups(150, 30, 3, seed=1, missing=Missing(0.7))
    analysis = analyse(people.matrix(), structure=FALLBACK)
    assert told(analysis)
    assert analysis.verdict == "groups"
    assert len(analysis.groups) == 3
    assert recovered(people.groups_in(people.matrix()), analysis.people.groups) > 0.95
    assert analysis.people.confidence is None
    assert set(people_told(analysis)["confidence"]) == {None}
    assert analysis.projection is not None
    assert analysis.projection.covariances is None
    assert json.loads(told(analysis))[0]["structure"]["imputed"] is True


def test_statements_that_are_moderated_out_are_not_on_its_axes() -> None:
    people = planted_groups(150, 30, 3, seed=1, missing=Missing(0.7))
    votes = people.matrix()
    moderated = type(votes).from_votes(people.people, people.statements, people.choices, rejected=[4])
    projection = analyse(moderated, structure=FALLBACK).projection
    assert projection is not None
    assert not projection.loadings[4].any()
    assert not projection.statements[4].any()


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_unanimous_people_stand_in_the_middle(choice: int) -> None:
    votes = planted(20, 8, 8)
    same = type(votes).from_votes(np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20), np.full(160, choice))
    analysis = analyse(same, Parameters(), structure=FALLBACK)
    assert told(analysis)
    assert analysis.verdict == "no_distinct_groups"
    assert analysis.projection is not None
    assert not analysis.projection.positions.any()
