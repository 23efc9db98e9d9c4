"""What a conversation has to vote on right now: a deck of cards.

Kept per process, and read anew when the conversation's version has grown.
"""

import random
from collections.abc import Collection, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from sqlmodel import Session, col, select

from deliberation import translations
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, Statement
from deliberation.storage.tables.statements import REMOVED
from deliberation.translations import Reading, Translations
from deliberation.values import ModerationMode, StatementState, Translatable

MOST_DECKS = 64
NEW_STATEMENT_WEIGHT = 1.0
"""A statement that came after the snapshot is shown as eagerly as the most wanted one, unless the snapshot says how eagerly."""
SMALLEST_WEIGHT = 1e-4
"""Weights are relative to the largest; a smaller one than this would not survive sums."""
FIRST_ANSWERS = 10
"""So many answers of a person are to place them on the map; the weights for later ones are others."""
EXPLORATION = 0.1
"""Every so often the next card is any of those left, all alike: no statement is ever left without a chance."""
TRIES = 8
"""So often a card is drawn from the whole deck in the hope that it is not answered yet; then those left are listed."""


@dataclass(frozen=True, slots=True)
class Card:
    """A statement that may be voted on. `weight` for people with few answers, `later` for others."""

    id: int
    number: int
    text: str
    language: str
    translations: Translations
    weight: float
    later: float

    def reading(self, locale: str) -> Reading:
        return translations.read(self.text, self.language, self.translations, locale)


@dataclass(frozen=True)
class Deck:
    """`leads_to` maps the row id of a merged statement to the one it counts for.

    The next card is drawn in proportion to the weights of those left, or in one case of ten (`EXPLORATION`) evenly.
    """

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

    def draw(self, answered: Set[int]) -> Card | None:
        """One of the cards that are not in `answered`; None when none is left."""
        if not self.cards:
            return None
        table = self._even if random.random() < EXPLORATION else self._table(len(answered))
        for _ in range(TRIES):
            found = random.choices(table.ids, cum_weights=table.reach)[0]
            if found not in answered:
                return self.cards[found]
        left = list(self.cards.keys() - answered)
        return self.cards[random.choices(left, [table.weights[i] for i in left])[0]] if left else None

    def hand(self, answered: Set[int], count: int) -> list[Card]:
        """The next `count` cards, or all that are left, each drawn as if those before it had been answered.

        Whoever answers them in this order meets each with the chance that `propensity` gives at that moment.
        """
        cards: list[Card] = []
        taken = set(answered)
        while len(cards) < count and (card := self.draw(taken)) is not None:
            cards.append(card)
            taken.add(card.id)
        return cards

    def propensity(self, card: Card, answered: Set[int]) -> float:
        """The chance that `draw` shows this card to somebody who has answered these cards and not this one."""
        few, table = 2 * len(answered) < len(self.cards), self._table(len(answered))
        counted = sum(map(table.weights.__getitem__, answered if few else self.cards.keys() - answered))
        weight = table.reach[-1] - counted if few else counted
        return (1 - EXPLORATION) * table.weights[card.id] / weight + EXPLORATION / (len(self.cards) - len(answered))

    def _table(self, answers: int) -> "_Table":
        return self._first if answers < FIRST_ANSWERS else self._later

    @cached_property
    def _even(self) -> "_Table":
        return _Table.of(dict.fromkeys(self.cards, 1.0))

    @cached_property
    def _first(self) -> "_Table":
        return _Table.of({card.id: card.weight for card in self.cards.values()})

    @cached_property
    def _later(self) -> "_Table":
        return _Table.of({card.id: card.later for card in self.cards.values()})


@dataclass(frozen=True, slots=True)
class _Table:
    """Weights by card, made ready for drawing: `reach` adds them up, card by card."""

    weights: dict[int, float]
    ids: list[int]
    reach: list[float]

    @classmethod
    def of(cls, weights: dict[int, float]) -> "_Table":
        return cls(weights, list(weights), list(accumulate(weights.values())))


def current(session: Session, conversation_id: int, version: int) -> Deck:
    """The deck of this version, from a cache when it is there.

    The cache is the process's; what this session has changed and may still undo, only the session's own.
    """
    shelf = "own_decks" if conversation_id in session.info.get("touched", ()) else "decks"
    decks: dict[int, tuple[int, Deck]] = session.info.setdefault(shelf, {})
    known = decks.get(conversation_id)
    if known is not None and known[0] == version:
        return known[1]
    deck = _read(session, conversation_id)
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
    first, later = _weights(session, conversation_id)
    shown = session.exec(
        select(Statement)
        .where(
            Statement.conversation_id == conversation_id,
            col(Statement.state).in_(votable),
            col(Statement.text_key).not_like(f"{REMOVED}%"),
        )
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
                first.of(row.number),
                later.of(row.number),
            )
            for row in shown
            if row.id is not None
        },
        {number: statement_id for statement_id, number, _ in rows if statement_id is not None},
        merged_leads_to({row[0]: row[2] for row in rows if row[0] is not None and row[2] is not None}),
    )


@dataclass(frozen=True)
class _Weights:
    """Weights by public number, and that of all others."""

    known: dict[int, float]
    others: float

    def of(self, number: int) -> float:
        return self.known.get(number, self.others)


def _weights(session: Session, conversation_id: int) -> tuple[_Weights, _Weights]:
    """Routing weights of the latest snapshot, for first and for later answers. A method may make no difference."""
    result = session.exec(
        select(Analysis.result)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(AnalysisWork.conversation_id == conversation_id)
    ).first()
    if not result:
        return _Weights({}, NEW_STATEMENT_WEIGHT), _Weights({}, NEW_STATEMENT_WEIGHT)
    unseen = result.get("priority_of_unseen")
    first = {s["number"]: s["priority"] for s in result["statements"]}
    later = {s["number"]: s.get("priority_later", s["priority"]) for s in result["statements"]}
    return _relative(first, unseen), _relative(later, result.get("priority_of_unseen_later", unseen))


def _relative(weights: dict[int, float], unseen: float | None) -> _Weights:
    """The largest becomes 1."""
    largest = max([*weights.values(), unseen or 0.0]) or 1.0
    known = {number: max(weight / largest, SMALLEST_WEIGHT) for number, weight in weights.items()}
    return _Weights(known, NEW_STATEMENT_WEIGHT if unseen is None else max(unseen / largest, SMALLEST_WEIGHT))
