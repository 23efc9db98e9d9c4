"""Second pictures of the people of a conversation: who wants one, who draws it, what was drawn.

A picture only: nothing else is made of it. Drawing takes seconds and loads a slow library, so it waits until somebody wants to
see the picture, and then for its turn: whoever claims it moves the turn on, past the time in which it is not worth doing again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from deliberation import analyses, figures
from deliberation.storage.engine import Database, Upsert
from deliberation.storage.tables import Analysis, Conversation, Picture
from deliberation.storage.tables.columns import table_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deliberation.vote_rows import VoteRows

REST = timedelta(minutes=10)
"""Between two pictures of a conversation, and after a try that came to nothing."""

_BEGIN = Upsert(table_of(Picture), key=["conversation_id"])


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture before it is stored. `content` is what a page shows of it."""

    analysis_id: int
    content: dict[str, Any]


def of(session: Session, conversation_id: int) -> Picture | None:
    """The last picture, or that one is wanted."""
    return session.get(Picture, conversation_id)


def want(session: Session, *, conversation_id: int, now: datetime) -> None:
    """Ask for a picture of the latest snapshot. Asking again changes nothing."""
    _BEGIN.run(session.connection(), {"conversation_id": conversation_id, "turn_at": now})
    session.execute(_row(conversation_id).where(col(Picture.wanted_at).is_(None)).values(wanted_at=now))


def due(session: Session, now: datetime) -> list[int]:
    """Conversations of which a picture is wanted, and whose turn has come; who waits longest first."""
    query = select(Picture.conversation_id).where(col(Picture.wanted_at).is_not(None), col(Picture.turn_at) <= now)
    return list(session.exec(query.order_by(col(Picture.wanted_at), col(Picture.conversation_id))))


def claim(session: Session, conversation_id: int, now: datetime) -> bool:
    """Whether this caller is the one to draw it."""
    taken = session.execute(_row(conversation_id).where(col(Picture.turn_at) <= now).values(turn_at=now + REST))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def give_back(session: Session, conversation_id: int, now: datetime) -> None:
    """Let somebody else draw it at once."""
    session.execute(_row(conversation_id).values(turn_at=now))


def keep(session: Session, conversation_id: int, drawn: Drawn) -> None:
    session.execute(_row(conversation_id).values(wanted_at=None, analysis_id=drawn.analysis_id, content=drawn.content))


def compute(url: str, conversation_id: int) -> Drawn:
    """Draw the people of the latest snapshot by the votes that count now. Stores nothing; runs in any process."""
    from deliberation import vote_rows

    database = Database(url)
    try:
        with database.read() as session:
            analysis = analyses.latest(session, conversation_id)
            assert analysis is not None, "a picture is wanted of a snapshot"
            session.refresh(analysis, ["people"])
            rows = vote_rows.read(session.connection(), conversation_id)
            conversation = session.get_one(Conversation, conversation_id)
    finally:
        database.dispose()
    return _drawn(analysis, rows, conversation.publication_minimum)


def _drawn(analysis: Analysis, rows: "VoteRows", publication_minimum: int) -> Drawn:
    from clustering import VoteMatrix
    from clustering.embedding import PictureParameters, umap_picture

    votes = VoteMatrix.from_votes(
        rows.participants, rows.statements, rows.choices, rows.times, rejected=rows.rejected, meta=rows.meta
    )
    parameters = PictureParameters()
    places = umap_picture(votes, parameters)
    needed = min(parameters.fewest_votes, int((~votes.moderated_out).sum()))
    told = {"sequence": analysis.sequence, "votes_needed": needed}
    assert analysis.id is not None
    return Drawn(analysis.id, told | _cells(analysis, votes.participants, places, publication_minimum))


def _cells(analysis: Analysis, participants: "NDArray[Any]", places: "NDArray[Any] | None", minimum: int) -> dict[str, Any]:
    """As on the map: signs for several people each, and no group told apart that is too small to be shown."""
    import numpy as np

    from deliberation import map_cells, people_arrays

    people, smallest = people_arrays.unpack(analysis.people), analysis.parameters["smallest_cell"]
    _, voting, known = np.intersect1d(participants, people.participant, assume_unique=True, return_indices=True)
    there = np.zeros(len(known), dtype=np.bool_) if places is None else np.isfinite(places[voting, 0])
    drawn = np.empty((0, 2)) if places is None else places[voting][there]
    groups = figures.groups_of(analysis.result, max(minimum, smallest))
    labels = {number: group.label for number, group in enumerate(groups) if group.size is not None}
    cells = map_cells.draw(drawn, people.group[known][there].astype(np.int64), labels, smallest)["cells"]
    return {"cells": cells, "smallest_cell": smallest, "people": len(known), "drawn": len(drawn)}


def _row(conversation_id: int) -> Any:
    return update(Picture).where(col(Picture.conversation_id) == conversation_id)
