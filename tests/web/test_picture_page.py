"""The second picture beside the map: drawn in the background when somebody wants to see it, and a picture only."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from deliberation import pictures
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, Picture
from deliberation.values import LANGUAGES, Choice
from deliberation.worker import Worker
from tests.support.make import answer
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse
from tests.support.pages import links, words
from web.http import clock

ON_SQLITE = True

MAP = "/c/scooters/map"
PICTURE = f"{MAP}?picture=umap"
ONLY = "This is a picture only."
SOON = "The picture is being drawn."


@pytest.fixture
def camps(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12))
    analyse(database, conversation)
    return conversation


@pytest.fixture
def worker(database: Database) -> Iterator[Worker]:
    with ThreadPoolExecutor(1) as executor:
        yield Worker(database, executor)


def settle(worker: Worker, now: datetime) -> None:
    """Cycles until nothing is being computed."""
    worker.cycle(now)
    while worker.busy:
        time.sleep(0.01)
        worker.cycle(now)


def wanted(database: Database) -> list[Picture]:
    with database.read() as session:
        return list(session.exec(select(Picture).where(col(Picture.wanted_at).is_not(None))))


def put(database: Database, cells: list[dict[str, object]]) -> None:
    """A picture as if it had been drawn for the latest snapshot."""
    content = {"sequence": 1, "votes_needed": 7, "cells": cells, "smallest_cell": 3, "people": 26, "drawn": 24}
    with database.write() as session:
        work = session.exec(select(AnalysisWork)).one()
        assert work.latest_id is not None
        pictures.want(session, conversation_id=work.conversation_id, now=clock())
        pictures.keep(session, work.conversation_id, pictures.Drawn(work.latest_id, content))


CELLS: list[dict[str, object]] = [{"x": float(n), "y": float(n % 2), "n": 6, "group": "AB"[n % 2]} for n in range(4)]


def test_a_plain_link_leads_to_the_picture_and_one_back(client: TestClient, camps: Conversation) -> None:
    assert PICTURE in links(client.get(MAP).text)
    assert MAP in links(client.get(PICTURE).text)


def test_the_map_alone_asks_for_no_picture(client: TestClient, database: Database, camps: Conversation) -> None:
    client.get(MAP)
    assert wanted(database) == []


def test_the_first_who_looks_has_it_drawn_in_the_background(
    client: TestClient, database: Database, camps: Conversation, worker: Worker
) -> None:
    before = words(client.get(PICTURE).text)
    assert SOON in before
    assert ONLY in before
    with database.read() as session:
        figures = session.exec(select(Analysis)).one().result
    settle(worker, clock())
    page = client.get(PICTURE)
    text = words(page.text)
    assert SOON not in text
    assert ONLY in text
    assert "It shows people of the map with at least 7 votes" in text
    assert "Each sign stands for at least 3 people" in text
    figure = page.text.split("<figure")[1]
    assert set(re.findall(r"map-point group-(\w)", figure.split("</svg>")[0])) == set(figures["map"]["hulls"])
    assert not re.search("map-hull|map-axis|map-you", figure.split("</svg>")[0])
    with database.read() as session:
        assert session.exec(select(Analysis)).one().result == figures
    assert wanted(database) == []


def test_a_picture_of_an_earlier_analysis_says_so_and_a_newer_one_is_asked_for(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation
) -> None:
    put(database, CELLS)
    assert "newer picture" not in words(client.get(PICTURE).text)
    assert wanted(database) == []
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-0", 2, Choice.PASS)
    analyse(database, camps, clock() + timedelta(minutes=1))
    text = words(client.get(PICTURE).text)
    assert "Drawn for analysis 1; a newer picture follows within minutes." in text
    assert len(wanted(database)) == 1


def test_the_picture_says_how_many_of_the_people_are_drawn(client: TestClient, database: Database, camps: Conversation) -> None:
    put(database, CELLS)
    assert "24 of 26 people are drawn." in words(client.get(PICTURE).text)


def test_too_few_people_are_not_drawn(client: TestClient, database: Database, camps: Conversation) -> None:
    put(database, [])
    text = words(client.get(PICTURE).text)
    assert "Too few people to draw them without pointing at single ones." in text
    assert ONLY in text


def test_a_group_that_may_not_be_shown_any_more_is_drawn_among_the_others(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    put(database, CELLS)
    with database.write() as session:
        session.exec(select(Conversation)).one().publication_minimum = 13
    page = client.get(PICTURE).text
    assert "group-B" not in page
    assert "group-A" not in page, "who is not in B would be in A"


def test_without_a_map_there_is_no_picture(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(4,))
    analyse(database, conversation)
    page = client.get(PICTURE)
    assert page.status_code == 200
    assert ONLY not in words(page.text)
    assert wanted(database) == []


def test_a_picture_that_fails_leaves_the_last_one_and_waits(
    client: TestClient, database: Database, camps: Conversation, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    put(database, CELLS)
    with database.write() as session:
        row = session.exec(select(Picture)).one()
        row.wanted_at = row.turn_at = clock()
        analysis = session.exec(select(Analysis)).one()
        analysis.people = b"not arrays"
    settle(worker, clock())
    assert "the picture of conversation" in caplog.text
    with database.read() as session:
        row = session.exec(select(Picture)).one()
    assert row.content is not None
    assert row.content["cells"] == CELLS
    assert row.turn_at > clock() + pictures.REST / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_in_every_language(client: TestClient, database: Database, camps: Conversation, language: str) -> None:
    put(database, CELLS)
    page = client.get(f"{PICTURE}&lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
