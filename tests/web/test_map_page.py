import json
import re
import uuid
from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation
from deliberation.values import LANGUAGES, Choice
from tests.support.make import make_conversation
from tests.support.opinions import make_camps, opinion, take_part
from tests.support.outcomes import analyse
from tests.support.pages import links, words

MAP = "/c/scooters/map"


@pytest.fixture
def camps(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
    analyse(database, conversation)
    return conversation


def vote_like(camp: int, client: TestClient, statements: int = 8) -> None:
    """Answer so many statements in this browser as a member of that camp would."""
    words_for = {Choice.AGREE: "agree", Choice.PASS: "pass", Choice.DISAGREE: "disagree"}
    for number in range(1, statements + 1):
        ballot = {"statement": str(number), "choice": words_for[opinion(camp, 20, number)], "ballot": str(uuid.uuid4())}
        assert client.post("/c/scooters/vote", data=ballot).status_code == 303


def test_before_the_first_analysis_the_page_says_so(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page = client.get(MAP)
    assert page.status_code == 200
    assert "There is no map yet." in words(page.text)
    assert 'class="map"' not in page.text


def test_with_too_few_votes_the_page_says_what_a_map_needs(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(4,))
    analyse(database, conversation)
    page = client.get(MAP)
    text = words(page.text)
    assert "A map needs at least 5 people who vote on at least 3 statements." in text
    assert "4 Participants" in text or "Participants 4" in text
    assert 'class="map"' not in page.text


def test_groups_are_drawn_and_the_table_says_the_same(client: TestClient, camps: Conversation) -> None:
    page = client.get(MAP)
    assert 'role="img"' in page.text
    for label, size, share in (("A", 14, "54%"), ("B", 12, "46%")):
        assert f'class="map-hull group-{label}"' in page.text
        assert re.search(rf"<text class=\"map-label\"[^>]*>{label}</text>", page.text)
        assert f"Group {label} {size} {share}" in words(page.text)
    assert "The table below says the same." in page.text


def test_what_a_group_stands_out_by_leads_to_the_statement(client: TestClient, camps: Conversation) -> None:
    page = client.get(MAP)
    assert re.search(
        r"In group A, \d+% \(\d+–\d+\) of \d+ votes (agree|disagree); among everybody else, \d+% of \d+\.", words(page.text)
    )
    assert any(re.fullmatch(r"/c/scooters/s/\d+", link) for link in links(page.text))


def test_the_legend_says_that_axes_and_areas_have_no_meaning_and_how_many_a_sign_stands_for(
    client: TestClient, camps: Conversation
) -> None:
    text = words(client.get(MAP).text)
    assert "The axes, the directions and the size of an area have no meaning of their own." in text
    assert "Each sign stands for at least 3 people" in text


def test_the_page_says_how_many_took_part_and_which_analysis_it_shows(client: TestClient, camps: Conversation) -> None:
    text = words(client.get(MAP).text)
    for part in ("26 Participants", "416 Votes", "16 Statements with votes", "Analysis 1 of Jun 1, 2026"):
        value, name = part.split(" ", 1)
        assert part in text or f"{name} {value}" in text


def test_somebody_who_has_not_voted_learns_what_it_takes(client: TestClient, camps: Conversation) -> None:
    page = client.get(MAP)
    assert "You have not voted here. After 7 votes the map shows where you stand." in words(page.text)
    assert 'class="map-you"' not in page.text.split("<figure")[1]


def test_somebody_with_few_votes_learns_how_many_are_missing(client: TestClient, database: Database, camps: Conversation) -> None:
    vote_like(0, client, 3)
    assert "You are not in a group yet. Answer 4 more statements" in words(client.get(MAP).text)
    analyse(database, camps)
    page = client.get(MAP)
    assert "You are not in a group yet. Answer 4 more statements" in words(page.text)
    assert 'class="map-you"' not in page.text.split("<figure")[1]


def test_votes_after_the_snapshot_are_promised_for_the_next(client: TestClient, camps: Conversation) -> None:
    vote_like(0, client, 7)
    assert "it was drawn before your last votes" in words(client.get(MAP).text)


def test_somebody_in_a_group_is_told_which_and_marked_on_the_map(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, camps: Conversation
) -> None:
    vote_like(0, client, 16)
    analyse(database, camps)
    page = client.get(MAP)
    text = words(page.text)
    assert "You are in group A, with 56% of participants." in text
    assert re.search(r"Going by your votes, it is \d\d% sure that this is your group\.", text)
    assert 'class="map-you"' in page.text.split("<figure")[1]
    assert 'class="map-you"' not in new_client().get(MAP).text.split("<figure")[1]


def test_a_group_below_the_publication_minimum_is_neither_drawn_nor_counted_out(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(30, 20), statements=16, publication_minimum=25)
        for member in range(30):  # without a group, so that the withheld group cannot be worked out
            take_part(session, tenant, conversation, f"passer-by {member}", {1: Choice.AGREE, 2: Choice.PASS})
    vote_like(1, client, 16)
    analyse(database, conversation)
    page = client.get(MAP)
    text = words(page.text)
    assert 'class="map-hull group-A"' in page.text
    assert "group-B" not in page.text
    assert "Group B" not in text
    assert "1 group is not shown by itself" in text
    assert "Everybody else 51 63%" in text
    assert "You are in a group that is too small to be shown here" in text


def test_no_distinct_groups_is_an_answer(client: TestClient, database: Database, camps: Conversation) -> None:
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        cells = [{**cell, "group": ""} for cell in analysis.result["map"]["cells"]]
        analysis.result = {
            **analysis.result,
            "verdict": "no_distinct_groups",
            "groups": [],
            "statements": [{**row, "groups": {}} for row in analysis.result["statements"]],
            "map": {"cells": cells, "hulls": {}, "smallest_cell": 3},
        }
    page = client.get(MAP)
    assert "No distinct opinion groups: knowing who agrees often and which statements are popular" in words(page.text)
    assert 'class="map"' in page.text
    assert "map-hull" not in page.text


@pytest.fixture
def clear_camps(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
    analyse(database, conversation)
    return conversation


def test_groups_that_fall_apart_are_no_distinct_groups_either(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    change(database, verdict="no_distinct_groups", groups=[])
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        structure = analysis.result["structure"]
        analysis.result = {
            **analysis.result,
            "statements": [{**row, "groups": {}} for row in analysis.result["statements"]],
            "structure": {**structure, "evidence": {**structure["evidence"], "beyond_totals": None}},
        }
    assert "they fall apart when a tenth of the votes is left out" in words(client.get(MAP).text)


def change(database: Database, **changed: object) -> None:
    """What the snapshot says, otherwise."""
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        analysis.result = {**analysis.result, **changed}


@pytest.mark.parametrize(
    ("stability", "stable", "said"),
    [
        (0.87, False, "These groups are unstable: with a tenth of the votes left out, some people end up in other groups (0.87"),
        (
            0.94,
            True,
            "These groups are stable: with a tenth of the votes left out, nearly the same people are together",
        ),
    ],
)
def test_the_page_says_how_stable_the_groups_are(
    client: TestClient, database: Database, camps: Conversation, stability: float, stable: bool, said: str
) -> None:
    change(database, stability=stability, stable=stable)
    assert said in words(client.get(MAP).text)


def test_a_snapshot_of_a_method_without_stability_says_nothing_of_it(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    change(database, stability=None, stable=None, structure=None, agenda=None)
    text = words(client.get(MAP).text)
    assert "Group A 14 54%" in text
    assert "with a tenth of the votes left out" not in text


def test_a_map_of_too_few_people_for_groups_says_what_groups_take(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(5, 5))
    vote_like(0, client, 8)
    analyse(database, conversation)
    page = client.get(MAP)
    text = words(page.text)
    assert "they are looked for once at least 15 people have cast at least 7 votes each" in text
    assert "You are on this map. There are no groups yet." in text
    assert 'class="map-you"' in page.text.split("<figure")[1]
    assert "map-hull" not in page.text


def relabel(database: Database, old: str, new: str, continuity: dict[str, object] | None = None) -> None:
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        text = json.dumps(analysis.result).replace(f'"{old}"', f'"{new}"')
        analysis.result = {**json.loads(text), "continuity": continuity}


def test_the_page_says_what_became_of_the_groups(client: TestClient, database: Database, clear_camps: Conversation) -> None:
    assert "since the analysis before" not in client.get(MAP).text
    kept = {"label": "A", "kind": "kept", "of": [], "returned": False, "from": []}
    split = {"label": "C", "kind": "split", "of": ["A"], "returned": False, "from": []}
    ended = {"label": "B", "members": 12, "into": [{"label": "A", "members": 12}]}
    relabel(database, "B", "C", {"before": ["A", "B"], "groups": [kept, split], "ended": [ended]})
    text = words(client.get(MAP).text)
    assert "Group C has come apart from group A since the analysis before." in text
    assert "Group B has merged into group A since the analysis before." in text


@pytest.mark.parametrize(("letter", "look"), [("H", "H"), ("I", "A"), ("Z", "B"), ("AC", "C")])
def test_a_late_letter_has_one_of_the_eight_looks(
    client: TestClient, database: Database, clear_camps: Conversation, letter: str, look: str
) -> None:
    relabel(database, "B", letter)
    page = client.get(MAP)
    assert f'class="map-hull group-{look}"' in page.text
    assert f"Group {letter} 12 46%" in words(page.text)


def test_statements_are_marked_when_asked_for(client: TestClient, camps: Conversation) -> None:
    number = re.compile(r'<text class="map-label"[^>]*>\d+</text>')
    assert number.search(client.get(f"{MAP}?statements=yes").text)
    assert not number.search(client.get(MAP).text)


def test_marked_are_the_statements_that_are_told_of_a_group_and_no_more(client: TestClient, camps: Conversation) -> None:
    page = client.get(f"{MAP}?statements=yes").text
    marked = re.findall(r'<text class="map-label"[^>]*font-size="17">(\d+)</text>', page)
    told = [re.findall(r">Statement (\d+)</a>", group) for group in page.split("<tbody>")[1:]]
    assert set(marked) == {number for numbers in told for number in numbers}
    assert max(map(len, told)) == 5


def test_the_page_needs_neither_script_nor_inline_style(client: TestClient, camps: Conversation) -> None:
    page = client.get(MAP).text
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_in_every_language(client: TestClient, camps: Conversation, language: str) -> None:
    page = client.get(f"{MAP}?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_another_municipality_s_map_is_not_found(
    new_client: Callable[..., TestClient], other_tenant: Tenant, camps: Conversation
) -> None:
    assert new_client(host="mountain.test").get(MAP).status_code == 404
