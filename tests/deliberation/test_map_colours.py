from datetime import timedelta

import numpy as np
import pytest
from sqlmodel import select

from deliberation import analyses, conversations, map_colours, vote_rows
from deliberation.map_colours import Colours
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Participant
from deliberation.values import Choice
from tests.support.make import NOON, make_statement
from tests.support.opinions import make_camps, take_part
from tests.support.outcomes import analyse
from tests.support.snapshots import LATER, merge


def coloured(database: Database, conversation: Conversation, number: int, minimum: int = 10) -> Colours:
    with database.read() as session:
        analysis = analyses.latest(session, conversations.identify(conversation))
        assert analysis is not None
        return map_colours.of_statement(session, analysis, number, minimum)


def votes_on(database: Database, conversation: Conversation, number: int) -> dict[int, int]:
    with database.read() as session:
        people, choices = vote_rows.on_statement(session.connection(), conversations.identify(conversation), number, LATER)
    return dict(zip(people.tolist(), choices.tolist(), strict=True))


def test_every_sign_stands_for_as_many_voters_as_may_be_published(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(34, 25), statements=12)
    analyse(database, conversation)
    found = coloured(database, conversation, 2)
    assert min(sign.n for sign in found.signs) >= 10 == found.smallest
    assert sum(sign.n for sign in found.signs) + found.left_out == found.voters == 59
    assert {sign.group for sign in found.signs} == {"A", "B"}
    assert all(sum(sign.shares) == 10 for sign in found.signs)
    assert coloured(database, conversation, 2, minimum=20).smallest == 20


def test_only_what_the_snapshot_could_know_is_shown(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=8)
        new = make_statement(session, conversation)
        number = new.number
        for member in range(14):
            moment = NOON + timedelta(seconds=member - 11)
            take_part(session, tenant, conversation, f"camp0-{member}", {number: Choice.AGREE}, now=moment)
    analyse(database, conversation)
    assert coloured(database, conversation, number).voters == 12
    assert coloured(database, conversation, 99).voters == 0


def test_votes_on_merged_statements_count_along_and_the_newest_wins(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(2, 1), statements=3)
        people = [take_part(session, tenant, conversation, f"camp0-{member}", {}) for member in range(2)]
        take_part(session, tenant, conversation, "camp0-0", {3: Choice.DISAGREE}, now=LATER)
        take_part(session, tenant, conversation, "camp0-1", {3: None}, now=LATER)
        merge(session, 3, into=1)
    found = votes_on(database, conversation, 1)
    assert len(found) == 3
    assert [found[person] for person in people] == [Choice.DISAGREE, Choice.AGREE]
    assert votes_on(database, conversation, 3) == {}


def test_the_banned_are_not_counted(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(3,), statements=2)
        banned = session.exec(select(Participant)).first()
        assert banned is not None
        banned.banned_at = NOON
        session.add(banned)
    assert len(votes_on(database, conversation, 1)) == 2
    assert banned.id not in votes_on(database, conversation, 1)


@pytest.mark.parametrize(
    ("agree", "disagree", "passes", "shares"),
    [
        (10, 0, 0, (10, 0, 0)),
        (9, 1, 0, (10, 0, 0)),
        (0, 1, 9, (0, 0, 10)),
        (17, 3, 0, (9, 1, 0)),
        (5, 5, 0, (5, 5, 0)),
        (4, 4, 4, (4, 3, 3)),
        (1, 0, 0, (10, 0, 0)),
    ],
)
def test_shares_are_told_in_tenths_and_nearly_all_looks_like_all(
    agree: int, disagree: int, passes: int, shares: tuple[int, int, int]
) -> None:
    choices = np.repeat([Choice.AGREE, Choice.DISAGREE, Choice.PASS], [agree, disagree, passes])
    assert map_colours.shares_of(choices) == shares
