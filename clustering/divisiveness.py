"""How far people differ over a statement: between groups, and by where they stand on the map."""

import numpy as np
from scipy import sparse

from clustering.arrays import Flags, Floats
from clustering.projection import Projection
from clustering.rates import Rates, difference
from clustering.votes import VoteMatrix


def divisiveness(agree: Rates, say: Flags) -> Rates:
    """Difference of the rates of agreement, 0…1, between the two groups furthest apart, of each statement.

    `agree`, `say` (groups, statements): only groups that have a say are compared; NaN where these are fewer than two.
    """
    statements = say.shape[1]
    if len(say) < 2:
        return Rates(*(np.full(statements, np.nan) for _ in range(3)))
    columns = np.arange(statements)
    most = np.where(say, agree.rate, -np.inf).argmax(axis=0)
    least = np.where(say, agree.rate, np.inf).argmin(axis=0)
    gap = difference(*(Rates(*(of[who, columns] for of in (agree.rate, agree.low, agree.high))) for who in (most, least)))
    not_negative = Rates(gap.rate, np.maximum(gap.low, 0.0), gap.high)
    return not_negative.where(say.sum(axis=0) >= 2)


def position_share(votes: VoteMatrix, projection: Projection, said: Flags) -> Floats:
    """Share of the variance of each statement's votes, 0…1, that the voters' positions explain.

    NaN outside `said` and where everybody voted alike. The sums over a statement's voters are sparse products: of the squared
    errors (x − s·w)² = x² − 2 x s·w + (s·w)², s a score, w the loadings, x a vote minus its mean.
    """
    centred = votes.centred(projection.means)
    voted = sparse.csr_array((np.ones(len(votes.values)), votes.columns, votes.starts), shape=votes.shape)
    scores, loadings = projection.scores, projection.loadings
    axes = loadings.shape[1]
    first, second = np.triu_indices(axes)
    squares = np.asarray(voted.T @ (scores[:, first] * scores[:, second]))
    twice = np.where(first == second, 1.0, 2.0)
    explained_squares = (squares * twice * loadings[:, first] * loadings[:, second]).sum(axis=1)
    pulled: Floats = centred.T @ scores
    products = (pulled * loadings).sum(axis=1)
    sums = np.bincount(votes.columns, centred.data, len(said))
    total = np.bincount(votes.columns, centred.data**2, len(said))
    counts = np.maximum(votes.tally.votes, 1)
    variation = total - sums**2 / counts
    varied = said & (variation > 1e-9 * counts)
    explained = variation - (total - 2 * products + explained_squares)
    share: Floats = np.divide(explained, variation, out=np.full(len(said), np.nan), where=varied)
    return np.clip(share, 0.0, 1.0, out=share)
