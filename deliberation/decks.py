"""What a conversation has to vote on right now: a deck of cards.

Kept per process, and read anew when the conversation's version has grown.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from deliberation import translations
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, Statement
from deliberation.translations import Reading, Translations
from deliberation.values import ModerationMode, StatementState, Translatable

MOST_DECKS = 64
NEW_STATEMENT_WEIGHT = 1.0
"""A statement that came after the snapshot is shown as eagerly as the most wanted one."""
SMALLEST_WEIGHT = 1e-4
"""No statement is ever left without a chance."""


@dataclass(frozen=True, slots=True)
class Card:
    """A statement that may be voted on."""

    id: int
    number: int
    text: str
    language: str
    translations: Translations
    weight: float

    def reading(self, locale: str) -> Reading:
        return translations.read(self.text, self.language, self.translations, locale)


@dataclass(frozen=True, slots=True)
class Deck:
    """`leads_to` maps the row id of a merged statement to the one it counts for."""

    cards: dict[int, Card]
    by_number: dict[int, int]
    leads_to: dict[int, int]

    def find(self, number: int) -> Card | None:
        """The card with this public number; for a merged statement, the card it leads to."""
        statement_id = self.by_number.get(number)
        return None if statement_id is None else self.cards.get(self.leads_to.get(statement_id, statement_id))

    def answered(self, voted: Collection[int]) -> set[int]:
        """Ids of the cards that these votes answer."""
        roots = {self.leads_to.get(i, i) for i in voted} if self.leads_to else set(voted)
        return roots & self.cards.keys()

    def draw(self, answered: Collection[int]) -> Card | None:
        """One of the unanswered cards, with chances in proportion to their weights."""
        left = [card for card in self.cards.values() if card.id not in answered]
        return random.choices(left, [card.weight for card in left])[0] if left else None


def current(session: Session, conversation_id: int, version: int) -> Deck:
    """The deck of this version, from the process's cache when it is there."""
    decks: dict[int, tuple[int, Deck]] = session.info.setdefault("decks", {})
    known = decks.get(conversation_id)
    if known is not None and known[0] == version:
        return known[1]
    deck = _read(session, conversation_id)
    if conversation_id not in session.info.get("touched", ()):  # what is not committed yet may still be undone
        while len(decks) >= MOST_DECKS:
            decks.pop(next(iter(decks)), None)
        decks[conversation_id] = (version, deck)
    return deck


def merged_leads_to(pairs: dict[int, int]) -> dict[int, int]:
    """Follow merges to their end: {statement: what it was merged into} becomes {statement: what its votes count for}."""
    ends = {}
    for start in pairs:
        end = start
        while end in pairs:
            end = pairs[end]
        ends[start] = end
    return ends


def _read(session: Session, conversation_id: int) -> Deck:
    moderation = session.exec(select(Conversation.moderation).where(Conversation.id == conversation_id)).one()
    votable = {StatementState.ACCEPTED} | ({StatementState.PENDING} if moderation == ModerationMode.POST else set())
    rows = session.exec(
        select(Statement.id, Statement.number, Statement.merged_into_id).where(Statement.conversation_id == conversation_id)
    ).all()
    weights = _weights(session, conversation_id)
    shown = session.exec(
        select(Statement)
        .where(Statement.conversation_id == conversation_id, col(Statement.state).in_(votable))
        .order_by(col(Statement.number))
    ).all()
    texts = translations.of(session, Translatable.STATEMENT, [row.id for row in shown if row.id is not None])
    return Deck(
        {
            row.id: Card(
                row.id,
                row.number,
                row.text,
                row.language,
                texts.get(row.id, {}),
                weights.get(row.number, NEW_STATEMENT_WEIGHT),
            )
            for row in shown
            if row.id is not None
        },
        {number: statement_id for statement_id, number, _ in rows if statement_id is not None},
        merged_leads_to({row[0]: row[2] for row in rows if row[0] is not None and row[2] is not None}),
    )


def _weights(session: Session, conversation_id: int) -> dict[int, float]:
    """Routing weights of the latest snapshot by public number."""
    result = session.exec(
        select(Analysis.result)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(AnalysisWork.conversation_id == conversation_id)
    ).first()
    statements = result["statements"] if result else []
    heaviest = max((s["priority"] for s in statements), default=1.0) or 1.0
    return {s["number"]: max(s["priority"] / heaviest, SMALLEST_WEIGHT) for s in statements}
