"""Voting: answer a card, take an answer back, get the next card."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from deliberation import conversations, decks, participants
from deliberation.decks import Card, Deck
from deliberation.errors import NotFound
from deliberation.errors.statements import ParticipantBanned, StatementNotVotable
from deliberation.storage import votes
from deliberation.storage.tables import Conversation, Participant, Statement, Vote, VoteEvent
from deliberation.storage.votes import Gate
from deliberation.translations import Reading
from deliberation.values import Choice, Provenance

HAND = 50
"""So many cards a page may hold ahead: enough for a long ride without a network."""


def new_ballot() -> str:
    """A random UUID. It has to be unique, not secret: asking the kernel twice a page can cost more than the vote itself."""
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class CastVote:
    """An answer as it comes from a page. No choice takes the answer back. `ballot` is a UUID made by the page.

    `drawn`: the card came from the deck, and not because somebody asked for it.
    """

    statement: int
    choice: Choice | None
    ballot: str
    important: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What was just answered, so that it can be undone."""

    number: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class Earlier:
    """What this person has said about a card that is shown again. `counts`: it is their vote; otherwise it was taken back."""

    choice: Choice
    important: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """The next card, if any is left, and how far one has come. `drawn`: nobody asked for this card.

    `hand`: the cards after that one, where a page asked for them.
    """

    slug: str
    card: Card | None
    answered: int
    total: int
    said: Said | None = None
    drawn: bool = True
    earlier: Earlier | None = None
    hand: Sequence[Card] = ()

    @property
    def uuid(self) -> str:
        """A new one at every look: the card and what is to be taken back are ballots of their own."""
        return new_ballot()


@dataclass(frozen=True, slots=True)
class MyVote:
    number: int
    card: Card | None
    text: str
    language: str
    choice: Choice
    important: bool
    voted_at: datetime
    uuid: str

    def reading(self, locale: str) -> Reading:
        return self.card.reading(locale) if self.card else Reading(self.text, self.language, Provenance.ORIGINAL)


@dataclass(frozen=True, slots=True)
class MyConversation:
    slug: str
    topic: Reading
    votes: int


def answer(session: Session, *, municipality_id: int, slug: str, person: str, vote: CastVote, now: datetime) -> Ballot:
    """Record an answer and hand out the next ballot.

    Answering again replaces the answer; the same ballot with the same choice twice changes nothing.
    Raises NotFound, ConversationNotOpen, ConversationClosed, ParticipantBanned, StatementNotVotable.
    """
    gate = _pass_gate(session, municipality_id, slug, person, vote.ballot, now)
    deck = decks.current(session, gate.id, gate.version)
    card = deck.find(vote.statement)
    if card is None and vote.choice is not None:
        raise StatementNotVotable()
    participant_id = gate.participant_id or participants.join(
        session, municipality_id=municipality_id, conversation_id=gate.id, person=person, now=now
    )
    if card is None or vote.choice is None:
        return _withdraw(session, gate, deck, participant_id, slug, vote, now)
    answered = deck.answered(gate.voted)
    if not gate.repeats(card.id, vote.choice):
        propensity = deck.propensity(card, answered) if vote.drawn and card.id not in answered else None
        record(session, gate.id, participant_id, card.id, vote, now, propensity)
    answered.add(card.id)
    return Ballot(slug, deck.draw(answered), len(answered), len(deck.cards), Said(card.number, vote.choice))


def record(
    session: Session,
    conversation_id: int,
    participant_id: int,
    statement_id: int,
    vote: CastVote,
    now: datetime,
    propensity: float | None = None,
) -> None:
    """Write an answer and its event. `propensity`: the chance with which the card was drawn, None where none was."""
    votes.put(
        session.connection(),
        conversation_id=conversation_id,
        participant_id=participant_id,
        statement_id=statement_id,
        choice=vote.choice,
        important=vote.important,
        ballot=vote.ballot,
        propensity=propensity,
        now=now,
    )


def ballot(
    session: Session, *, municipality_id: int, slug: str, person: str | None, number: int | None = None, ahead: int = 0
) -> Ballot:
    """The ballot to show on a page, with the `ahead` cards after it; with `number`, that statement's card.

    Remembers the last answer, so that it can be undone.
    """
    gate = _gate(session, municipality_id, slug, person)
    deck = decks.current(session, gate.id, gate.version)
    answered = deck.answered(gate.voted)
    said = _last_said(session, deck, gate.participant_id) if gate.participant_id is not None else None
    asked = deck.find(number) if number is not None else None
    card = asked or deck.draw(answered)
    return Ballot(
        slug,
        card,
        len(answered),
        len(deck.cards),
        said,
        drawn=asked is None,
        earlier=_earlier(session, gate.participant_id, _family(deck, asked.id)) if asked and gate.participant_id else None,
        hand=deck.hand(answered | {card.id}, ahead) if card and ahead else (),
    )


def hand(
    session: Session, *, municipality_id: int, slug: str, person: str | None, held: Sequence[int], now: datetime
) -> Sequence[Card]:
    """The next cards after those that a page holds already (`held`: their numbers), to be answered in this order.

    Raises NotFound, ConversationNotOpen, ConversationClosed.
    """
    gate = _gate(session, municipality_id, slug, person)
    conversations.check_open(topic=gate.topic, stage=gate.stage, opens_at=gate.opens_at, closes_at=gate.closes_at, now=now)
    deck = decks.current(session, gate.id, gate.version)
    in_hand = {card.id for number in held if (card := deck.find(number))}
    return deck.hand(deck.answered(gate.voted) | in_hand, HAND)


def answers(session: Session, *, municipality_id: int, slug: str, person: str | None) -> dict[int, Choice]:
    """What this person says now, by number of the card; of answers to merged statements the newest."""
    gate = _gate(session, municipality_id, slug, person)
    deck = decks.current(session, gate.id, gate.version)
    rows = session.exec(
        select(Vote.statement_id, Vote.choice).where(Vote.participant_id == gate.participant_id).order_by(col(Vote.voted_at))
    )
    said = {deck.leads_to.get(statement_id, statement_id): Choice(choice) for statement_id, choice in rows}
    return {deck.cards[card_id].number: choice for card_id, choice in said.items() if card_id in deck.cards}


def my_votes(session: Session, *, municipality_id: int, slug: str, person: str | None) -> Sequence[MyVote]:
    """This person's votes, newest first. `card` is None where the statement cannot be voted on any more."""
    gate = _gate(session, municipality_id, slug, person)
    if gate.participant_id is None:
        return []
    deck = decks.current(session, gate.id, gate.version)
    rows = session.exec(
        select(Statement, Vote)
        .join(Vote, col(Vote.statement_id) == col(Statement.id))
        .where(col(Vote.participant_id) == gate.participant_id)
        .order_by(col(Vote.voted_at).desc(), col(Statement.number))
    )
    return [
        MyVote(s.number, deck.find(s.number), s.text, s.language, Choice(v.choice), v.important, v.voted_at, new_ballot())
        for s, v in rows
    ]


def my_conversations(session: Session, *, municipality_id: int, person: str | None, locale: str) -> list[MyConversation]:
    """Where this person has voted, newest conversation first."""
    if person is None:
        return []
    rows = session.exec(
        select(Conversation, func.count(col(Vote.statement_id)))
        .join(Participant, col(Participant.conversation_id) == col(Conversation.id))
        .join(Vote, col(Vote.participant_id) == col(Participant.id))
        .where(Participant.person_id == person, Conversation.municipality_id == municipality_id)
        .group_by(col(Conversation.id))
        .order_by(col(Conversation.created_at).desc())
    ).all()
    topics = conversations.headings(session, [row[0] for row in rows], locale)
    return [MyConversation(row[0].slug, topics[conversations.identify(row[0])], row[1]) for row in rows]


def _gate(session: Session, municipality_id: int, slug: str, person: str | None, ballot: str | None = None) -> Gate:
    gate = votes.gate(session.connection(), municipality_id=municipality_id, slug=slug, person=person, ballot=ballot)
    if gate is None:
        raise NotFound()
    return gate


def _pass_gate(session: Session, municipality_id: int, slug: str, person: str, ballot: str, now: datetime) -> Gate:
    gate = _gate(session, municipality_id, slug, person, ballot)
    conversations.check_open(topic=gate.topic, stage=gate.stage, opens_at=gate.opens_at, closes_at=gate.closes_at, now=now)
    if gate.banned_at is not None:
        raise ParticipantBanned(reason=gate.ban_reason)
    return gate


def _withdraw(session: Session, gate: Gate, deck: Deck, participant_id: int, slug: str, vote: CastVote, now: datetime) -> Ballot:
    """Take back the answer to a statement and to everything merged into it, and show its card again."""
    statement_id = deck.by_number.get(vote.statement)
    if statement_id is None:
        raise StatementNotVotable()
    end = deck.leads_to.get(statement_id, statement_id)
    taken_back = {said for said in _family(deck, end) & gate.voted if not gate.repeats(said, None)}
    for said in taken_back:
        record(session, gate.id, participant_id, said, vote, now)
    answered = deck.answered(gate.voted - taken_back)
    again = deck.cards.get(end)
    earlier = _earlier(session, participant_id, _family(deck, end)) if again else None
    return Ballot(slug, again or deck.draw(answered), len(answered), len(deck.cards), drawn=again is None, earlier=earlier)


def _family(deck: Deck, end: int) -> set[int]:
    """A statement and everything merged into it."""
    return {end, *(start for start, lead in deck.leads_to.items() if lead == end)}


def _earlier(session: Session, participant_id: int, family: set[int]) -> Earlier | None:
    """The vote that counts, else what was said last and taken back."""
    vote = session.exec(
        select(Vote)
        .where(Vote.participant_id == participant_id, col(Vote.statement_id).in_(family))
        .order_by(col(Vote.voted_at).desc())
    ).first()
    if vote:
        return Earlier(Choice(vote.choice), vote.important, counts=True)
    said = session.exec(
        select(VoteEvent)
        .where(
            VoteEvent.participant_id == participant_id,
            col(VoteEvent.statement_id).in_(family),
            col(VoteEvent.choice).is_not(None),
        )
        .order_by(col(VoteEvent.id).desc())
    ).first()
    return Earlier(Choice(said.choice), said.important, counts=False) if said and said.choice is not None else None


def _last_said(session: Session, deck: Deck, participant_id: int) -> Said | None:
    last = votes.last(session.connection(), participant_id)
    card = deck.cards.get(deck.leads_to.get(last[0], last[0])) if last else None
    return Said(card.number, Choice(last[1])) if last and card else None
