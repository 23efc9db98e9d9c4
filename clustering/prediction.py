"""What somebody would be expected to vote."""

from collections.abc import Sequence

import numpy as np

from clustering.arrays import Floats, Ids, Integers
from clustering.identifiers import numbered
from clustering.result import Analysis


def expected_votes(analysis: Analysis, participants: Sequence[str], statements: Sequence[str]) -> Floats:
    """Expected vote, −1…1, for each pair of a participant's and a statement's id, written as text.

    The statement's mean, plus what the person's scores add. The mean vote alone where there is no map, for a statement
    that is moderated out and for a person who has not voted; for a statement without votes the mean of all votes.
    """
    rows, columns = _places(analysis.people.ids, participants), _places(analysis.statements.ids, statements)
    tally = analysis.statements.tally
    sums = tally.agree - tally.disagree
    means = np.append(sums / np.maximum(tally.votes, 1), sums.sum() / max(int(tally.votes.sum()), 1))
    expected = means[columns]
    if analysis.projection is not None:
        known = (rows >= 0) & (columns >= 0) & ~np.append(analysis.statements.moderated_out, False)[columns]
        scores, loadings = analysis.projection.scores[rows[known]], analysis.projection.loadings[columns[known]]
        expected[known] = analysis.projection.means[columns[known]] + (scores * loadings).sum(axis=1)
    clipped: Floats = np.clip(expected, -1.0, 1.0)
    return clipped


def in_order(participants: Sequence[str], statements: Sequence[str]) -> tuple[list[str], list[str]]:
    """The distinct pairs, ordered by the participant's and then by the statement's id."""
    people, rows = numbered(participants)
    names, columns = numbered(statements)
    cells = np.unique(rows * len(names) + columns)
    return [str(people[cell // len(names)]) for cell in cells], [str(names[cell % len(names)]) for cell in cells]


def _places(ids: Ids, wanted: Sequence[str]) -> Integers:
    """Where each wanted id stands among the ids, −1 where it is missing."""
    place_of = {str(identifier): place for place, identifier in enumerate(ids.tolist())}
    return np.fromiter((place_of.get(identifier, -1) for identifier in wanted), dtype=np.int64, count=len(wanted))
