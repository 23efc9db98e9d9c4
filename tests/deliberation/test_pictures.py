from datetime import timedelta

import pytest

from deliberation import analyses, conversations, map_cells, pictures
from deliberation.municipalities import Tenant
from deliberation.pictures import REST, Drawn
from deliberation.storage.engine import Database
from deliberation.storage.tables import Picture
from tests.support.make import NOON
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse

SECOND = timedelta(seconds=1)


@pytest.fixture
def conversation_id(database: Database, tenant: Tenant) -> int:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11))
    analyse(database, conversation)
    return conversations.identify(conversation)


def want(database: Database, conversation_id: int, seconds: int = 0) -> None:
    with database.write() as session:
        pictures.want(session, conversation_id=conversation_id, now=NOON + seconds * SECOND)


def due(database: Database, after: timedelta = timedelta(0)) -> list[int]:
    with database.read() as session:
        return pictures.due(session, NOON + after)


def claim(database: Database, conversation_id: int, after: timedelta = timedelta(0)) -> bool:
    with database.write() as session:
        return pictures.claim(session, conversation_id, NOON + after)


def stored(database: Database, conversation_id: int) -> Picture:
    with database.read() as session:
        found = pictures.of(session, conversation_id)
    assert found is not None
    return found


def drawn_for_the_latest(database: Database, conversation_id: int) -> Drawn:
    with database.read() as session:
        analysis = analyses.latest(session, conversation_id)
    assert analysis is not None
    assert analysis.id is not None
    return Drawn(analysis.id, {"cells": []})


def test_nothing_is_drawn_until_somebody_wants_to_see_it(database: Database, conversation_id: int) -> None:
    assert due(database) == []
    want(database, conversation_id)
    want(database, conversation_id, seconds=5)
    assert due(database) == [conversation_id]
    assert stored(database, conversation_id).wanted_at == NOON


def test_one_of_two_draws_it_and_after_a_failure_there_is_a_pause(database: Database, conversation_id: int) -> None:
    want(database, conversation_id)
    assert claim(database, conversation_id)
    assert not claim(database, conversation_id)
    assert due(database, REST - SECOND) == []
    assert due(database, REST) == [conversation_id]


def test_what_was_given_back_is_drawn_by_the_next(database: Database, conversation_id: int) -> None:
    want(database, conversation_id)
    assert claim(database, conversation_id)
    with database.write() as session:
        pictures.give_back(session, conversation_id, NOON + SECOND)
    assert due(database, SECOND) == [conversation_id]


def test_a_drawn_picture_is_wanted_no_more_and_the_next_waits_for_its_turn(database: Database, conversation_id: int) -> None:
    want(database, conversation_id)
    assert claim(database, conversation_id)
    drawn = drawn_for_the_latest(database, conversation_id)
    with database.write() as session:
        pictures.keep(session, conversation_id, drawn)
    assert due(database, 2 * REST) == []
    row = stored(database, conversation_id)
    assert (row.analysis_id, row.content, row.wanted_at) == (drawn.analysis_id, drawn.content, None)
    want(database, conversation_id, seconds=30)
    assert due(database, 30 * SECOND) == []
    assert due(database, REST) == [conversation_id]


def test_a_picture_has_the_people_of_the_snapshot_several_to_a_sign(database: Database, conversation_id: int) -> None:
    url = database.url.render_as_string(hide_password=False)
    drawn = pictures.compute(url, conversation_id)
    content = drawn.content
    assert drawn.analysis_id == drawn_for_the_latest(database, conversation_id).analysis_id
    assert (content["drawn"], content["people"], content["votes_needed"], content["sequence"]) == (25, 25, 7, 1)
    assert sum(cell["n"] for cell in content["cells"]) == 25
    assert min(cell["n"] for cell in content["cells"]) >= map_cells.SMALLEST_CELL
    assert pictures.compute(url, conversation_id) == drawn
    with database.read() as session:
        analysis = analyses.latest(session, conversation_id)
    assert analysis is not None
    assert {cell["group"] for cell in content["cells"]} == {cell["group"] for cell in analysis.result["map"]["cells"]}
