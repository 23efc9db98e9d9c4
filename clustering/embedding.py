"""A second picture of the same people, by UMAP: a picture only. No figure, group or finding is computed from it."""

import warnings
from dataclasses import dataclass
from threading import RLock

import numpy as np
from scipy.spatial import cKDTree
from sklearn.utils.extmath import randomized_svd

from clustering.arrays import Flags, Floats, Integers
from clustering.votes import VoteMatrix

SETTLED = 1e-9
"""People whose places differ by less, relative to the size of the votes, have voted alike."""
POWER_ITERATIONS = 10
SHAKEN = 1e-3


@dataclass(frozen=True)
class PictureParameters:
    """What a picture depends on besides the votes."""

    seed: int = 0
    fewest_votes: int = 7
    """Votes on statements that are not moderated out that put a person in the picture (all of these, where there are fewer)."""
    fewest_people: int = 15
    """With fewer there is no picture."""
    most_people: int = 10_000
    """Of more people so many are drawn by lot."""
    directions: int = 6
    """Leading directions of the votes in which people are near or far."""
    neighbours: int = 15
    distance: float = 0.1
    """How close together people may be drawn."""
    epochs: int = 200


def umap_picture(votes: VoteMatrix, parameters: PictureParameters | None = None) -> Floats | None:
    """Places (participants, 2), unitless, at which people stand near those who voted most like them; NaN for who is left out.

    Distances, directions and areas mean nothing. Left out are people with few votes and, of very many, those not drawn by lot.
    None with too few people, or where nobody differs from anybody. Seeded: the same bytes for the same votes on one machine.
    Source: McInnes, Healy, Melville 2018 (UMAP), on the nearest neighbours by the leading directions of the centred votes.
    """
    parameters = parameters or PictureParameters()
    drawn = _drawn(votes, parameters)
    if len(drawn) < parameters.fewest_people:
        return None
    places = _places(votes, parameters)[drawn]
    if np.ptp(places, axis=0).max() <= SETTLED:
        return None
    picture = np.full((len(votes.participants), 2), np.nan)
    picture[drawn] = _laid_out(places, parameters)
    return picture


def _drawn(votes: VoteMatrix, parameters: PictureParameters) -> Integers:
    """The rows of the people in the picture, in order."""
    live = ~votes.moderated_out
    enough = np.flatnonzero(_votes_on(live, votes) >= max(1, min(parameters.fewest_votes, int(live.sum()))))
    if len(enough) <= parameters.most_people:
        return enough
    return np.sort(np.random.default_rng(parameters.seed).choice(enough, parameters.most_people, replace=False))


def _votes_on(statements: Flags, votes: VoteMatrix) -> Integers:
    counted: Integers = np.add.reduceat(statements[votes.columns], votes.starts[:-1], dtype=np.int64)
    return counted


def _places(votes: VoteMatrix, parameters: PictureParameters) -> Floats:
    """(participants, directions): by the singular vectors of the centred votes, stretched for people with few of them."""
    tally, live = votes.tally, ~votes.moderated_out
    centred = votes.centred(np.where(live, (tally.agree - tally.disagree) / tally.votes, 0.0))
    rank = min(parameters.directions, *votes.shape)
    chance = _number(np.random.default_rng(parameters.seed))
    _, _, directions = randomized_svd(centred, rank, n_iter=POWER_ITERATIONS, random_state=chance)
    places: Floats = (centred @ directions.T) * np.sqrt(live.sum() / np.maximum(_votes_on(live, votes), 1))[:, np.newaxis]
    return places


def _laid_out(places: Floats, parameters: PictureParameters) -> Floats:
    """(people, 2): begins with the first two directions, shaken a little so that nobody stands on another's spot."""
    random, neighbours = np.random.default_rng(parameters.seed), min(parameters.neighbours, len(places) - 1)
    distances, nearest = map(np.asarray, cKDTree(places).query(places, neighbours))
    start = np.zeros((len(places), 2))
    start[:, : places.shape[1]] = places[:, :2]
    start += random.normal(0.0, SHAKEN * np.ptp(start, axis=0).max(), start.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it will not do and nobody asks of it: train a network, place newcomers
        from umap import UMAP, layouts

        layouts.tqdm.set_lock(RLock())  # its own is a semaphore of the system, left behind by a process that is ended at once
        picture = UMAP(
            n_neighbors=neighbours,
            min_dist=parameters.distance,
            n_epochs=parameters.epochs,
            init=start,
            precomputed_knn=(nearest.astype(np.int32), distances.astype(np.float32)),
            random_state=_number(random),
            n_jobs=1,
        )
        return np.asarray(picture.fit_transform(places), dtype=np.float64)


def _number(random: np.random.Generator) -> int:
    """A seed for libraries that take no generator."""
    return int(random.integers(1 << 31))
