import html
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from deliberation import group_names, people_arrays, translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, GroupName
from deliberation.values import LANGUAGES, Choice, Provenance, Translatable
from tests.support.make import NOON, make_conversation, make_staff, make_statement
from tests.support.opinions import make_camps, opinion, take_part
from tests.support.outcomes import analyse
from tests.support.pages import links, words
from tests.support.snapshots import reject

ON_SQLITE = True

MAP = "/c/scooters/map"


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
    assert '<svg class="map ' not in page.text


def test_with_too_few_votes_the_page_says_what_a_map_needs(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(4,))
    analyse(database, conversation)
    page = client.get(MAP)
    text = words(page.text)
    assert "A map needs at least 5 people who vote on at least 3 statements." in text
    assert "4 Participants" in text or "Participants 4" in text
    assert '<svg class="map ' not in page.text


def test_groups_are_drawn_and_the_table_says_the_same(client: TestClient, camps: Conversation) -> None:
    page = client.get(MAP)
    for label, size, share in (("A", 14, "54%"), ("B", 12, "46%")):
        assert f'class="map-hull group-{label}"' in page.text
        assert re.search(rf"<text class=\"map-label map-letter\"[^>]*>{label}</text>", page.text)
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
    assert "You are closest to group A, 52% of the 27 participants. With so few votes this can still change." in words(page.text)
    assert 'class="map-you"' in page.text.split("<figure")[1]
    assert 'class="map-region"' in page.text.split("<figure")[1]
    assert "in about nine cases of ten within this line" in words(page.text)


def test_with_few_votes_nobody_is_placed_by_a_method_that_does_not_know_how_surely(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    vote_like(0, client, 3)
    analyse(database, camps)
    with database.write() as session:
        latest = session.exec(select(Analysis).order_by(col(Analysis.sequence).desc())).first()
        assert latest is not None
        people = people_arrays.unpack(latest.people)
        positions = np.stack([people.x, people.y], axis=1)
        latest.people = people_arrays.pack(people.participant, positions, people.group, people.votes, people.confidence, [])
    page = client.get(MAP)
    assert 'class="map-you"' not in page.text.split("<figure")[1]
    assert "You are closest to group A" in words(page.text)


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
    assert "You are in group A, with 56% of the 27 participants." in text
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
    assert '<svg class="map ' in page.text
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
    number = re.compile(r'<text class="map-label map-mark"[^>]*>\d+</text>')
    assert number.search(client.get(f"{MAP}?statements=yes").text)
    assert not number.search(client.get(MAP).text)


def test_marked_are_the_statements_that_are_told_of_a_group_and_no_more(client: TestClient, camps: Conversation) -> None:
    page = client.get(f"{MAP}?statements=yes").text
    marked = re.findall(r'<text class="map-label map-mark"[^>]*>(\d+)</text>', page)
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


HTMX = {"HX-Request": "true", "HX-Target": "section#map-view", "HX-Source": "a"}


def drawing(page: str) -> str:
    return page.split('<svg class="map ')[1].split("</svg>")[0]


def box(page: str) -> list[int]:
    found = re.search(r'viewBox="([\d ]+)" width="640"', page)
    assert found is not None
    return [int(part) for part in found[1].split()]


def tool(page: str, deed: str) -> str:
    """The address behind a button below the map."""
    found = re.search(rf'data-map="{deed}" href="([^"#]*)#map-figure"', page)
    assert found is not None
    return MAP + html.unescape(found[1])


def test_without_scripts_the_map_is_zoomed_and_moved_by_links(client: TestClient, camps: Conversation) -> None:
    whole = client.get(MAP).text
    x, y, width, height = box(whole)
    assert (x, y, width) == (0, 0, 640)
    near = client.get(tool(whole, "in")).text
    assert box(near) == [160, height // 4, 320, height // 2]
    assert box(client.get(tool(near, "right")).text)[0] == 320
    assert box(client.get(tool(near, "all")).text) == box(whole)
    assert box(client.get(tool(near, "out")).text) == box(whole)


@pytest.mark.parametrize(
    "asked", ["zoom=0", "zoom=3", "zoom=x", "zoom=2&at=", "zoom=2&at=a,b", "at=-1,5", "zoom=8&at=99999,99999"]
)
def test_an_address_that_makes_no_sense_shows_the_map_all_the_same(client: TestClient, camps: Conversation, asked: str) -> None:
    page = client.get(f"{MAP}?{asked}")
    assert page.status_code == 200
    x, y, width, _ = box(page.text)
    assert min(x, y) >= 0
    assert x + width <= 640


def test_a_group_tells_right_below_the_map_what_it_stands_out_by(client: TestClient, camps: Conversation) -> None:
    page = client.get(f"{MAP}?group=B").text
    panel = page.split('class="card map-panel"')[1].split("</section>")[0]
    assert "Group B 12 people" in words(panel)
    assert re.search(r"In group B, \d+% \(\d+–\d+\) of 12 votes", words(panel))
    assert 'class="map-court is-dimmed" href="?group=A' in drawing(page)
    assert 'class="map-court" href="?group=B' in drawing(page)


def test_htmx_gets_the_view_alone_and_the_focus_goes_to_what_was_asked_for(client: TestClient, camps: Conversation) -> None:
    part = client.get(f"{MAP}?group=A", headers=HTMX).text
    assert part.lstrip().startswith('<section id="map-view"')
    assert 'id="map-panel-title" tabindex="-1" data-focus' in part
    moved = client.get(f"{MAP}?group=A", headers=HTMX | {"HX-Source": "form#map-times"}).text
    assert "data-focus" not in moved


@pytest.mark.parametrize("group", ["Z", "<script>", "A" * 9])
def test_a_group_that_is_not_there_is_no_error(client: TestClient, camps: Conversation, group: str) -> None:
    page = client.get(MAP, params={"group": group})
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert ("There is no group" in words(page.text)) == (len(group) <= 8)


def test_a_statement_colours_the_map_and_the_table_says_the_same(client: TestClient, camps: Conversation) -> None:
    page = client.get(f"{MAP}?colour=3").text
    text = words(page)
    assert "The map by statement 3" in text
    assert "26 people on the map voted on it." in text
    assert "Each square stands for at least 10 people who voted on this statement" in text
    assert drawing(page).count('<use href="#tile-') == 2
    assert '<use href="#sign-' not in drawing(page)
    row = re.search(r"Group A (\d+)% \((\d+)\) (\d+)% \((\d+)\) (\d+)% \((\d+)\) 14", text)
    assert row is not None
    assert sum(int(row[place]) for place in (2, 4, 6)) == 14


def test_voters_of_whom_too_few_stand_nearby_are_not_drawn_and_it_is_said(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(20, 12), statements=16)
        late = make_statement(session, conversation)
        for camp, voters in enumerate((15, 4)):
            for member in range(voters):
                take_part(session, tenant, conversation, f"camp{camp}-{member}", {late.number: Choice.AGREE})
    analyse(database, conversation)
    page = client.get(f"{MAP}?colour={late.number}").text
    assert "4 of them are not drawn, because too few people nearby voted on it" in words(page)
    assert drawing(page).count('<use href="#tile-') == 1


@pytest.mark.parametrize("asked", ["99", "0", "x", "1e3", "٣", "9" * 30])
def test_a_statement_that_is_not_there_colours_nothing(client: TestClient, camps: Conversation, asked: str) -> None:
    page = client.get(MAP, params={"colour": asked})
    assert page.status_code == 200
    assert '<use href="#sign-A"' in drawing(page.text)
    assert ("This map has no votes on statement" in words(page.text)) == (asked in {"99", "0"})


def test_a_rejected_statement_colours_nothing(client: TestClient, database: Database, camps: Conversation) -> None:
    with database.write() as session:
        reject(session, 3)
    assert "This map has no votes on statement 3" in words(client.get(f"{MAP}?colour=3").text)


@pytest.fixture
def grown(client: TestClient, database: Database, camps: Conversation) -> Conversation:
    """With a second map, on which this client stands."""
    vote_like(0, client, 16)
    analyse(database, camps, NOON + timedelta(days=3))
    return camps


def test_past_maps_can_be_looked_at_and_are_marked_as_past(client: TestClient, grown: Conversation) -> None:
    present = client.get(MAP).text
    assert 'type="range" id="map-time" name="snapshot" min="1" max="2" step="1" value="2"' in present
    assert "A past map." not in present
    assert re.search(r"Analysis 2 Jun 4, 2026|Analysis 2 June 4, 2026 27 432", words(present))
    past = client.get(f"{MAP}?snapshot=1").text
    assert "A past map. Analysis 1 of Jun 1, 2026" in words(past)
    assert "26 people · 416 votes" in words(past)
    assert 'value="1" list' in past
    assert "You are not on this past map: you had not voted by then." in words(past)
    assert 'class="map-you"' in present.split("<figure")[1]
    assert 'class="map-you"' not in past.split("<figure")[1]


def test_on_a_past_map_the_figures_of_that_day_stand_in_the_table_and_nothing_is_coloured(
    client: TestClient, grown: Conversation
) -> None:
    past = client.get(f"{MAP}?snapshot=1&colour=3").text
    assert "Only the present map can be coloured by votes." in words(past)
    assert "tile-" not in drawing(past)
    assert re.search(r"Everybody .* 26 ", words(past.split('id="map-votes"')[1]))


@pytest.mark.parametrize("asked", ["3", "0", "999999999"])
def test_a_map_that_never_was_is_not_found(client: TestClient, grown: Conversation, asked: str) -> None:
    assert client.get(f"{MAP}?snapshot={asked}").status_code == 404


def test_names_stand_wherever_groups_are_named_in_the_reader_s_language(
    client: TestClient, database: Database, tenant: Tenant, grown: Conversation
) -> None:
    with database.write() as session:
        moderator = make_staff(session, tenant)
        group_names.give(session, staff=moderator, slug="scooters", label="A", name="<b>Walkers</b>", language="en", now=NOON)
        row = session.exec(select(GroupName)).one()
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.GROUP_NAME,
            subject_id=row.id or 0,
            language="ja",
            text="歩く人",
            provenance=Provenance.HUMAN,
        )
    page = client.get(MAP).text
    assert 'lang="en" dir="auto">&lt;b&gt;Walkers&lt;/b&gt;</span>' in page
    assert "You are in group A ( <b>Walkers</b> ), with 56% of the 27 participants." in words(page)
    assert "<b>Walkers" not in page
    for path in (
        MAP,
        f"{MAP}?group=A",
        f"{MAP}?colour=3",
        "/c/scooters/report",
        "/c/scooters/report?view=statements",
        "/c/scooters/s/3",
    ):
        translated = client.get(path, params={**dict(parse_qsl(urlsplit(path).query)), "lang": "ja"})
        assert 'lang="ja" dir="auto">歩く人</span>' in translated.text, path


def test_signs_of_people_whose_group_is_unsure_are_hollow_and_the_legend_says_so(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    assert "is-unsure" not in drawing(client.get(MAP).text)
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        cells = analysis.result["map"]["cells"]
        change_map = {**analysis.result["map"], "cells": [{**cells[0], "sure": 0.79}, *cells[1:]]}
        analysis.result = {**analysis.result, "map": change_map}
    page = client.get(MAP).text
    assert drawing(page).count("is-unsure") == 1
    assert "Hollow: people of whom it is less sure that they belong to this group" in words(page)


def test_groups_that_shade_into_each_other_have_soft_outlines_and_it_is_said(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    change(database, apart=False)
    page = client.get(MAP).text
    assert "map-hull group-A is-soft" in page
    assert "The groups shade into each other" in words(page.split("<figcaption>")[1].split("</figcaption>")[0])
