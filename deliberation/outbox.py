"""What comes from a device that was without a network, perhaps for the second time because the first answer was lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation import decks, voting
from deliberation.storage import votes
from deliberation.storage.votes import WITHDRAWN
from deliberation.voting import CastVote


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote that was taken, now or before. `number`: the statement it counts for, another one where that was merged."""

    number: int


def cast(session: Session, *, municipality_id: int, slug: str, person: str, vote: CastVote, now: datetime) -> Counted:
    """Record an answer. A ballot that has been taken stays taken, whatever became of statement and conversation since.

    Raises what `voting.answer` raises.
    """
    if _was_taken(session, municipality_id, slug, person, vote):
        return Counted(vote.statement)
    ballot = voting.answer(session, municipality_id=municipality_id, slug=slug, person=person, vote=vote, now=now)
    return Counted(ballot.said.number if ballot.said else vote.statement)


def _was_taken(session: Session, municipality_id: int, slug: str, person: str, vote: CastVote) -> bool:
    gate = votes.gate(session.connection(), municipality_id=municipality_id, slug=slug, person=person, ballot=vote.ballot)
    if gate is None or gate.ballot_of is None:
        return False
    deck = decks.current(session, gate.id, gate.version)
    named = deck.by_number.get(vote.statement)
    said = WITHDRAWN if vote.choice is None else int(vote.choice)
    return gate.ballot_said == said and gate.ballot_of in {named, deck.leads_to.get(named or 0)}
