"""What is shown next, and with what chance."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from deliberation import conversations, decks, voting
from deliberation.decks import EXPLORATION, FIRST_ANSWERS, SMALLEST_WEIGHT, Card, Deck
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, VoteEvent
from deliberation.values import Choice, StatementState
from tests.support.make import NOON, answer, make_conversation, make_statement

MEI = "mei" * 4
DRAWS = 20_000


@pytest.fixture(autouse=True)
def always_the_same_chance() -> None:
    random.seed(1)


def deck_of(*weights: float) -> Deck:
    """Weights for first answers; for later ones they are the other way round."""
    both = zip(weights, reversed(weights), strict=True)
    cards = {place: Card(place, place, f"Statement {place}.", "en", {}, *pair) for place, pair in enumerate(both, 1)}
    return Deck(cards, {place: place for place in cards}, {})


def shown(deck: Deck, answered: set[int]) -> Counter[int]:
    drawn = Counter[int]()
    for _ in range(DRAWS):
        card = deck.draw(answered)
        assert card is not None
        drawn[card.id] += 1
    return drawn


def propensities(session: Session) -> list[float | None]:
    return list(session.exec(select(VoteEvent.propensity).order_by(col(VoteEvent.id))))


def ballot_version(session: Session, conversation: Conversation) -> int:
    session.refresh(conversation)
    return conversation.version


def keep_snapshot(session: Session, conversation: Conversation, **result: Any) -> None:
    """A latest snapshot that says how eagerly to show each statement."""
    told = {"created_at": NOON, "method": "default", "parameters": {}, "engine_version": "1", "input_sha256": "0" * 64}
    row = Analysis(conversation_id=conversation.id, sequence=1, vote_events=0, decisions=0, result=result, people=b"", **told)
    session.add(row)
    session.flush()
    work = session.get(AnalysisWork, conversation.id) or AnalysisWork(conversation_id=conversation.id)
    work.latest_id = row.id
    session.add(work)
    session.flush()
    conversations.touch(session, conversations.identify(conversation))


@pytest.mark.parametrize("answered", [set(), {1}, {1, 2, 3, 4}, {2, 3, 5}])
@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0, 1.0, 1.0, 1.0), (1.0, 0.5, 0.25, 0.1, 0.01, SMALLEST_WEIGHT)])
def test_cards_are_shown_as_often_as_their_propensities_say(weights: tuple[float, ...], answered: set[int]) -> None:
    deck = deck_of(*weights)
    drawn = shown(deck, answered)
    left = [card for card in deck.cards.values() if card.id not in answered]
    assert drawn.keys() <= {card.id for card in left}
    for card in left:
        chance = deck.propensity(card, answered)
        assert drawn[card.id] / DRAWS == pytest.approx(chance, abs=5 * (chance / DRAWS) ** 0.5)


def test_after_their_first_answers_people_are_shown_what_lacks_votes() -> None:
    deck = deck_of(*[SMALLEST_WEIGHT] * (FIRST_ANSWERS + 1), 1.0)
    lacking, telling = deck.cards[1], deck.cards[FIRST_ANSWERS + 2]
    before, after = set(range(2, FIRST_ANSWERS + 1)), set(range(2, FIRST_ANSWERS + 2))
    assert deck.propensity(telling, before) > 0.9 > 0.1 > deck.propensity(lacking, before)
    assert deck.propensity(lacking, after) > 0.9 > 0.1 > deck.propensity(telling, after)
    assert shown(deck, after)[lacking.id] / DRAWS > 0.9


def test_propensities_of_all_that_is_left_add_up_to_one() -> None:
    deck = deck_of(*(random.random() for _ in range(300)))
    for count in (0, 1, 149, 150, 151, 298, 299):
        answered = set(random.sample(sorted(deck.cards), count))
        left = [card for card in deck.cards.values() if card.id not in answered]
        assert sum(deck.propensity(card, answered) for card in left) == pytest.approx(1)


def test_a_statement_that_nobody_wants_still_has_its_share_of_the_exploration() -> None:
    deck = deck_of(1.0, 1.0, 1.0, SMALLEST_WEIGHT)
    assert deck.propensity(deck.cards[4], set()) >= EXPLORATION / 4
    assert shown(deck, set())[4] / DRAWS == pytest.approx(EXPLORATION / 4, rel=0.2)


def test_the_last_card_left_is_certain_and_then_there_is_none() -> None:
    deck = deck_of(1.0, SMALLEST_WEIGHT)
    last = deck.draw({1})
    assert last is deck.cards[2]
    assert deck.propensity(last, {1}) == pytest.approx(1)
    assert deck.draw({1, 2}) is None
    assert deck_of().draw(set()) is None


def test_a_hand_is_drawn_one_after_the_other_as_if_those_before_were_answered() -> None:
    """Each order of three cards comes as often as the chances of its cards, one after the other, say."""
    deck = deck_of(1.0, 0.5, 0.25, 0.1)
    seen = Counter(tuple(card.id for card in deck.hand({4}, 3)) for _ in range(DRAWS))
    assert len(seen) == 6
    for order, count in seen.items():
        chance, answered = 1.0, {4}
        for card_id in order:
            chance *= deck.propensity(deck.cards[card_id], answered)
            answered.add(card_id)
        assert count / DRAWS == pytest.approx(chance, abs=5 * (chance / DRAWS) ** 0.5)


def test_a_hand_passes_over_to_the_weights_for_later_answers_where_its_reader_will() -> None:
    deck = deck_of(*[SMALLEST_WEIGHT] * FIRST_ANSWERS, *[1.0] * FIRST_ANSWERS)
    turns = [[card.id <= FIRST_ANSWERS for card in deck.hand(set(), 2 * FIRST_ANSWERS)] for _ in range(300)]
    first, later = FIRST_ANSWERS - 2, FIRST_ANSWERS
    assert sum(turn[first] for turn in turns) / 300 < 0.3 < 0.7 < sum(turn[later] for turn in turns) / 300


def test_a_hand_has_every_card_that_is_left_once_and_no_more() -> None:
    deck = deck_of(1.0, 1.0, SMALLEST_WEIGHT, 1.0)
    assert sorted(card.id for card in deck.hand({2}, 50)) == [1, 3, 4]
    assert deck.hand({1, 2, 3, 4}, 50) == []
    assert deck_of().hand(set(), 3) == []


def test_a_hand_answered_in_its_order_keeps_the_chances_with_which_it_was_drawn(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(6):
            make_statement(session, conversation)
        ranked = [{"number": number, "priority": float(number), "priority_later": 1.0} for number in range(1, 7)]
        keep_snapshot(session, conversation, statements=ranked)
        known = {"municipality_id": tenant.id, "slug": "scooters", "person": MEI}
        ballot = voting.ballot(session, **known, ahead=3)
        assert ballot.card is not None
        held = [ballot.card, *ballot.hand]
        rest = voting.hand(session, **known, held=[card.number for card in held], now=NOON)
        order = [*held, *rest]
        assert sorted(card.number for card in order) == list(range(1, 7))
        deck = decks.current(session, conversations.identify(conversation), ballot_version(session, conversation))
        expected = [deck.propensity(card, {earlier.id for earlier in order[:place]}) for place, card in enumerate(order)]
        for card in order:
            answer(session, tenant, "scooters", MEI, card.number, Choice.AGREE, drawn=True)
        assert propensities(session) == pytest.approx(expected)


def test_a_vote_on_the_card_that_was_drawn_keeps_its_chance(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(4):
            make_statement(session, conversation)
        for number in (3, 1, 4, 2):
            answer(session, tenant, "scooters", MEI, number, Choice.PASS, drawn=True)
        assert propensities(session) == pytest.approx([1 / 4, 1 / 3, 1 / 2, 1])


def test_the_chance_is_that_of_the_snapshot_and_new_statements_have_that_of_the_unseen(
    database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(3):
            make_statement(session, conversation)
        ranked = [{"number": 1, "priority": 6.0, "priority_later": 1.0}, {"number": 2, "priority": 0.0}]
        keep_snapshot(session, conversation, statements=ranked, priority_of_unseen=3.0)
        answer(session, tenant, "scooters", MEI, 3, Choice.AGREE, drawn=True)
        answer(session, tenant, "scooters", MEI, 2, Choice.AGREE, drawn=True)
        weights = (1.0, SMALLEST_WEIGHT, 0.5)
        of_third = (1 - EXPLORATION) * weights[2] / sum(weights) + EXPLORATION / 3
        of_second = (1 - EXPLORATION) * weights[1] / sum(weights[:2]) + EXPLORATION / 2
        assert propensities(session) == pytest.approx([of_third, of_second])


def test_a_card_that_was_asked_for_has_no_propensity(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(2):
            make_statement(session, conversation)
        assert voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=MEI).drawn
        assert not voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=MEI, number=2).drawn
        answer(session, tenant, "scooters", MEI, 2, Choice.AGREE)
        assert propensities(session) == [None]


def test_changed_and_taken_back_votes_keep_the_propensity_of_the_first_answer_alone(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(2):
            make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, drawn=True)
        answer(session, tenant, "scooters", MEI, 1, Choice.DISAGREE, drawn=True, now=NOON + timedelta(minutes=1))
        shown_again = answer(session, tenant, "scooters", MEI, 1, None)
        assert shown_again.card is not None
        assert (shown_again.card.number, shown_again.drawn) == (1, False), "the same card again, because it was asked for"
        answer(session, tenant, "scooters", MEI, 1, Choice.PASS, drawn=shown_again.drawn)
        answer(session, tenant, "scooters", MEI, 2, Choice.PASS, drawn=True)
        assert propensities(session) == [pytest.approx(1 / 2), None, None, None, pytest.approx(1)]


def test_a_vote_that_counts_for_another_statement_has_the_chance_of_that_one(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        kept = make_statement(session, conversation)
        make_statement(session, conversation, state=StatementState.MERGED, merged_into_id=kept.id)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 2, Choice.AGREE, drawn=True)
        assert propensities(session) == [pytest.approx(1 / 2)]


def test_without_a_snapshot_all_cards_weigh_the_same(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(3):
            make_statement(session, conversation)
        deck = decks.current(session, conversations.identify(conversation), conversation.version)
        assert {(card.weight, card.later) for card in deck.cards.values()} == {(decks.NEW_STATEMENT_WEIGHT,) * 2}
