import warnings

import numpy as np
import pytest

from clustering import VoteMatrix
from clustering.arrays import Floats, Integers
from clustering.embedding import PictureParameters, umap_picture
from tests.clustering.planted import Missing, planted_groups
from tests.support.imports import PACKAGES, imports

NEAREST = 10


def of_one_mind(picture: Floats, groups: Integers) -> float:
    """The share of everybody's nearest neighbours in the picture who belong to the same group."""
    squares = np.square(picture[:, np.newaxis] - picture[np.newaxis]).sum(axis=2)
    nearest = np.argsort(squares, axis=1)[:, 1 : NEAREST + 1]
    return float((groups[nearest] == groups[:, np.newaxis]).mean())


def everybody(choices: Integers, **moderation: range) -> VoteMatrix:
    """Votes of everybody (rows) on everything (columns)."""
    people, statements = np.indices(choices.shape)
    return VoteMatrix.from_votes(people.ravel(), statements.ravel(), choices.ravel(), **moderation)


def test_people_who_vote_alike_stand_together_wherever_their_rows_are() -> None:
    planted = planted_groups(300, 60, 4, seed=3, missing=Missing(0.4))
    votes = planted.matrix()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = umap_picture(votes)
    assert picture is not None
    drawn = np.isfinite(picture).all(axis=1)
    assert (drawn == (votes.votes_per_participant >= 7)).all()
    assert np.isnan(picture[~drawn]).all()
    assert of_one_mind(picture[drawn], planted.groups_in(votes)[drawn]) > 0.95
    order = np.random.default_rng(1).permutation(len(planted.people))
    shuffled = VoteMatrix.from_votes(planted.people[order], planted.statements[order], planted.choices[order])
    again = umap_picture(shuffled)
    assert again is not None
    assert again.tobytes() == picture.tobytes()


def test_of_very_many_people_so_many_are_drawn_by_lot() -> None:
    votes = planted_groups(200, 40, 2, seed=3, missing=Missing(0.5)).matrix()
    first, other = (umap_picture(votes, PictureParameters(seed=seed, most_people=50)) for seed in (0, 2**40))
    assert first is not None
    assert other is not None
    drawn, drawn_otherwise = (np.isfinite(picture).all(axis=1) for picture in (first, other))
    assert drawn.sum() == drawn_otherwise.sum() == 50
    assert (drawn != drawn_otherwise).any()


@pytest.mark.parametrize(
    "choices",
    [np.ones((20, 8), dtype=int), np.zeros((20, 8), dtype=int), np.resize([1, -1, 0], (14, 8)), np.zeros((0, 0), dtype=int)],
    ids=["all agree", "all pass", "fourteen people", "nobody"],
)
def test_without_differences_or_with_few_people_there_is_no_picture(choices: Integers) -> None:
    assert umap_picture(everybody(choices)) is None


def test_votes_on_what_was_moderated_out_put_nobody_in_the_picture() -> None:
    choices = np.resize([1, -1, 0], (20, 8))
    assert umap_picture(everybody(choices, rejected=range(4), meta=range(4, 8))) is None


@pytest.mark.parametrize(
    "choices",
    [np.tile([[1], [-1]], (20, 8)), np.resize([1, -1, 0], (40, 1)), np.resize([1, -1, 0, 0, 1], (40, 2))],
    ids=["two opinions", "one statement", "two statements"],
)
def test_a_picture_of_few_different_opinions_is_finite(choices: Integers) -> None:
    picture = umap_picture(everybody(choices))
    assert picture is not None
    assert np.isfinite(picture).all()


@pytest.mark.parametrize("package", PACKAGES)
def test_umap_is_loaded_for_the_picture_alone(package: str) -> None:
    users = [found for found in imports(package) if found.package == "umap"]
    assert {found.module for found in users} <= {"clustering.embedding"}
    assert all(found.inside_function for found in users)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_figure_is_made_of_the_picture(package: str) -> None:
    may = {"clustering.embedding", "deliberation.pictures", "web.cli.cluster"}
    assert {found.module for found in imports(package) if found.target.startswith("clustering.embedding")} <= may
