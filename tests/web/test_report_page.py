import hashlib
import re
from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import report_contents, translations
from deliberation.interchange import polis_import, polis_reading
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, Report, Statement
from deliberation.values import LANGUAGES, Choice, Provenance, Role, StatementState, Translatable
from tests.support import open_data
from tests.support.make import NOON, answer, make_conversation, make_statement
from tests.support.opinions import make_camps, take_part
from tests.support.outcomes import analyse, publish
from tests.support.pages import links, words
from web.report_sheet_figures import FigureSections
from web.report_sheet_findings import FindingBlocks
from web.report_words import ReportWords

ON_SQLITE = True

REPORT = "/c/scooters/report"
LARGEST_MAP = 30_000


@pytest.fixture
def published(database: Database, tenant: Tenant, camps: Conversation) -> None:
    with database.write() as session:
        publish(session, tenant, title="What riders said", introduction="It was **in June**")


def someone_else_votes(database: Database, tenant: Tenant, conversation: Conversation) -> None:
    with database.write() as session:
        for number in range(1, 9):
            answer(session, tenant, conversation.slug, "a newcomer", number, Choice.DISAGREE)
    analyse(database, conversation)


# What a report says


def test_before_the_first_analysis_the_page_says_so(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page = client.get(REPORT)
    assert page.status_code == 200
    assert "There is no report yet." in words(page.text)


def test_with_too_few_votes_there_are_numbers_and_no_findings(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(4,))
    analyse(database, conversation)
    text = words(client.get(REPORT).text)
    assert "Participants 4" in text
    assert "Too few votes for findings." in text
    assert "In short" not in text


def test_it_says_how_many_took_part_and_that_they_are_no_representative_sample(client: TestClient, camps: Conversation) -> None:
    text = words(client.get(REPORT).text)
    for part in ("Participants 26", "Votes 416", "Statements accepted 16", "Statements rejected 0", "Analysis 1 of Jun 1, 2026"):
        assert part in text
    assert "This is not a representative sample." in text


def test_what_is_shared_comes_with_the_votes_of_all_and_of_each_group(client: TestClient, camps: Conversation) -> None:
    text = words(client.get(REPORT).text)
    assert "What all groups share" in text
    assert re.search(
        r"All groups agree, the least so group [AB]: 100% \(\d+–\d+\) of 1[24] votes\. Of all 26 votes, 100% \(\d+–\d+\) agree\.",
        text,
    )
    assert "Group A 100% agree, 0% disagree 14 votes, agreement between" in text
    assert "Group B 100% agree, 0% disagree 12 votes, agreement between" in text


def test_each_group_s_own_statements_and_the_splits_are_sentences_with_their_numbers(
    client: TestClient, camps: Conversation
) -> None:
    text = words(client.get(REPORT).text)
    assert "What each group stands out by Group A 14 people" in text
    assert re.search(r"In group A, \d+% \(\d+–\d+\) of 14 votes (agree|disagree); among everybody else, \d+% of 12\.", text)
    assert re.search(
        r"In group [AB], \d+% \(\d+–\d+\) of 1[24] votes agree; in group [AB], only \d+% \(\d+–\d+\) of 1[24]\.", text
    )


def test_where_people_are_unsure_is_said(client: TestClient, database: Database, tenant: Tenant, camps: Conversation) -> None:
    with database.write() as session:
        make_statement(session, camps, "The ordinance should refer to annex 7b.")
        make_statement(session, camps, "Hardly anybody has seen this.")
        for member in range(12):
            answer(session, tenant, "scooters", f"camp0-{member}", 17, Choice.PASS)
        answer(session, tenant, "scooters", "camp0-0", 18, Choice.AGREE)
    analyse(database, camps)
    text = words(client.get(REPORT).text)
    assert "The ordinance should refer to annex 7b. Of all 12 votes, 100% (" in text
    assert "Statements on which at least 25% pass, even at the low end of the range in brackets" in text
    short = text.partition("In short")[2].partition("How many took part")[0]
    counts = re.findall(r"[Oo]n (\d+) (?:further )?statement", short)
    assert len(counts) == 4, short
    assert sum(map(int, counts)) == 18, short


def test_every_statement_in_it_leads_to_its_own_page(client: TestClient, camps: Conversation) -> None:
    assert "/c/scooters/s/1" in links(client.get(REPORT).text)


def test_a_translated_statement_has_its_original_one_tap_away(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation
) -> None:
    with database.write() as session:
        first = session.exec(select(Statement).where(Statement.number == 1)).one()
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.STATEMENT,
            subject_id=first.id or 0,
            language="ja",
            text="歩道に止めないでほしい。",
            provenance=Provenance.HUMAN,
        )
    page = client.get(f"{REPORT}?lang=ja").text
    assert '<span dir="auto" lang="ja">歩道に止めないでほしい。</span>' in page
    assert '<p class="original-text" dir="auto" lang="en">Statement number 1 says this.</p>' in page


def test_a_small_group_has_no_figures_of_its_own(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(30, 20), statements=16, publication_minimum=25)
        for member in range(30):
            take_part(session, tenant, conversation, f"passer-by {member}", {1: Choice.AGREE, 2: Choice.PASS})
    analyse(database, conversation)
    text = words(client.get(REPORT).text)
    assert "1 group is not shown by itself" in text
    assert "What most people share" in text
    assert "Where the groups are split" not in text
    assert "Group B Too few votes to show." in text
    assert not re.search(r"Group B \d", text)


def test_the_figures_of_all_statements_are_one_link_away(client: TestClient, camps: Conversation) -> None:
    address = next(link for link in links(client.get(REPORT).text) if "view=statements" in link)
    text = words(client.get(address).text)
    assert "1 Statement number 1 says this. 26 100% 100% 0% 0% Most agree 100% (14) 100% (12)" in text


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("2", 200), ("3", 404), ("0", 404), ("x", 404)])
def test_many_statements_are_spread_over_pages(
    client: TestClient, database: Database, tenant: Tenant, number: str, status: int
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(6,), statements=51)
    analyse(database, conversation)
    assert client.get(f"{REPORT}?report=now&view=statements&page={number}").status_code == status


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_in_every_language(client: TestClient, published: None, language: str) -> None:
    page = client.get(f"{REPORT}?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_the_page_needs_neither_script_nor_inline_style(client: TestClient, published: None) -> None:
    page = client.get(REPORT).text
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def test_no_id_stands_on_the_page_twice(client: TestClient, published: None) -> None:
    found = re.findall(r' id="([^"]*)"', client.get(REPORT).text)
    assert len(found) == len(set(found))


# How sure


def change(database: Database, **changed: object) -> None:
    """What the snapshot says, otherwise."""
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        analysis.result = {**analysis.result, **changed}


def test_it_says_how_sure_the_groups_and_the_shares_are(client: TestClient, camps: Conversation) -> None:
    text = words(client.get(REPORT).text)
    assert "How sure this is" in text
    assert re.search(r"These groups are stable: .* \(\d(\.\d+)?, where 1 is exactly the same", text)
    assert re.search(r"How much of each group stays together then: Group A 14 people \d+% Group B 12 people \d+%", text)
    assert "lies there in nine cases of ten" in text
    assert re.search(r"Without these \d+ votes, \d+ of the 10 statements with the surest agreement and \d+ of the \d+ that", text)
    assert re.search(r"Hidden votes foretold .* \(on \d+ votes\)", text)
    assert re.search(r"What divides the groups most .* \d+ \(\d+–\d+\) \d+%", text)


def test_unstable_groups_are_called_unstable_among_the_first_sentences(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    of_before_counts = {"part": "time", "number": 3, "votes": 41, "people": 3, "shared_leaving": 0.1, "standing_out_leaving": 0}
    change(database, stability=0.897, stable=False, influence=[of_before_counts | {"largest_change": 0.034}])
    before, _, after = words(client.get(REPORT).text).partition("What all groups share")
    assert "These groups are unstable:" in before
    assert "(0.89, where 1" in after, "not 0.9, which would be stable"
    assert "part 3 of the votes changes the findings most." in after
    assert "Without these" not in after, "of how many, was not recorded then"


def test_the_agenda_says_the_share_that_it_takes_and_where_that_comes_from(client: TestClient, camps: Conversation) -> None:
    text = words(client.get(REPORT).text)
    assert "For the agenda: majority plus half the minority" in text
    assert "with which at least 77% of its voters agree." in text  # 14 of 26 and half of the other 12
    assert "The groups are those of this analysis. There are 2 groups, with 14 + 12 people." in text
    assert "1 Statement number 1 says this. Of all 26 votes, 100% (" in text


def test_both_sides_of_a_split_and_each_group_are_shown_with_what_they_stand_out_by(
    client: TestClient, camps: Conversation
) -> None:
    text = words(client.get(REPORT).text)
    assert re.search(r"What group A stands out by most \d+ Statement number \d+ says this\. In group A, \d+%", text)
    assert re.search(r"What group B stands out by most \d+ Statement number \d+ says this\. In group B, \d+%", text)
    assert re.search(r"These two groups are split over \d+ statements\.", text)
    portrait = text.partition("What each group stands out by")[2]
    assert re.search(r"Group A 14 people 54% of all 26 participants\. \d+% of it stays together", portrait)
    assert re.search(r"What it shares with all others 1 Statement number 1 says this\. In this group, 100% \(\d+–100\)", portrait)


def test_who_took_part_is_told_in_charts_with_their_numbers(client: TestClient, camps: Conversation) -> None:
    page = client.get(REPORT).text
    text = words(page)
    assert "Half of the 26 participants gave 16 votes or more." in text
    assert "All 26 participants came in online." in text
    assert "Moderators have rejected no statement." in text
    assert "Half of the statements have 26 votes or more, which is 100% of the 26 participants." in text
    assert "more than 90%, up to 100% 16" in text
    assert re.search(r'<path class="chart-bar" d="M0 200V0H1000V200Z"/>', page)
    assert "style=" not in page


def test_what_the_report_cannot_say_follows_from_its_figures(client: TestClient, camps: Conversation) -> None:
    page = client.get(REPORT).text
    assert re.search(
        r'<details class="fold part">\s*<summary><h2>What this report cannot say</h2></summary>\s*<div [^>]*id="limits">', page
    )
    text = words(page).partition("What this report cannot say")[2]
    assert "the 26 participants chose to take part, nobody was drawn by lot." in text
    assert "everybody took part over the internet." in text
    assert "The groups come from the votes on these 16 statements alone." in text


def test_findings_of_a_published_report_lead_to_pages_of_their_own(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation, published: None
) -> None:
    address = f"{REPORT}/1/f/shared-1-agree"
    assert address in links(client.get(REPORT).text)
    assert client.get(address).status_code == 200
    assert not [link for link in links(client.get(f"{REPORT}?report=now").text) if "/f/" in link]


def test_what_is_new_since_the_last_report_is_told(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation, published: None
) -> None:
    with database.write() as session:
        for number in range(1, 17):
            answer(session, tenant, "scooters", "a newcomer", number, Choice.AGREE)
    analyse(database, camps)
    text = words(client.get(f"{REPORT}?report=now").text)
    assert "What is new since report 1 Participants +1, votes +16, statements with votes ±0." in text
    assert "The number of opinion groups is the same." in text
    with database.read() as session:
        contents = report_contents.present(session, camps, "en")
        assert contents is not None
        said = ReportWords("en")
        printed = FigureSections(contents, said, FindingBlocks(contents, said)).compared()
    unchanged = "What is shared and what is split is the same as then."
    assert unchanged in text
    assert unchanged in str(printed)


def test_lookalikes_and_the_most_influential_part_are_told_with_what_is_found_without_them(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    cohort = {"size": 4, "votes": 64, "statements": 16, "minutes": 3.4, "identical": 0.97, "expected": 0.55}
    shared = [{"statement": 1, "share": 0.95, "low": 0.86, "votes": 26}]
    most = {"part": "time", "number": 3, "votes": 41, "people": 3, "shared_leaving": 0.2, "standing_out_leaving": 0.125}
    told = {**most, "shared": 10, "standing_out": 8, "largest_change": 0.034}
    change(
        database,
        lookalikes={"cohorts": [cohort], "flagged": 4, "threshold": 0.1},
        without_lookalikes={
            "votes": [416, 352],
            "shared": {"with": shared, "without": [{**shared[0], "low": 0.81}]},
            "representative": {"with": [], "without": []},
            "changed": {"shared": [], "representative": [2, 3]},
        },
        influence=[told],
    )
    text = words(client.get(REPORT).text)
    assert "4 participants voted almost exactly alike within minutes of each other; they form 1 circle." in text
    assert "1 Statement number 1 says this. 86% 81%" in text
    assert "What groups stand out by changes for 2 statements without them." in text
    assert (
        "changes the findings most. Without these 41 votes, 2 of the 10 statements with the surest agreement and 1 of the 8"
        in text
    )
    assert "would change by 3.4 percentage points at most" in text
    assert "4 16 3 97% 55%" in text


def test_without_groups_the_report_says_why_and_what_divides_people(
    client: TestClient, database: Database, camps: Conversation
) -> None:
    with database.read() as session:
        rows = session.exec(select(Analysis)).one().result["statements"]
    change(
        database,
        verdict="no_distinct_groups",
        groups=[],
        statements=[{**row, "groups": {}, "agree_low": 0.31, "disagree_low": 0.31} for row in rows],
        stability=None,
        stable=None,
        agenda={"threshold": None, "statements": []},
    )
    text = words(client.get(REPORT).text)
    assert "No distinct opinion groups: knowing who agrees often" in text
    assert "Where people are divided" in text
    assert re.search(r"Of all 26 votes, \d+% \(\d+–\d+\) agree and \d+% \(\d+–\d+\) disagree\.", text)
    assert "For the agenda" not in text


# Published reports


def test_a_report_of_before_there_were_intervals_reads_as_it_was_published(
    client: TestClient, database: Database, published: None
) -> None:
    with database.write() as session:
        report = session.exec(select(Report)).one()
        found = report.content["findings"]
        rules = {name: value for name, value in found["rules"].items() if name != "basis"}
        statements = [{**row, "everybody": without_estimates(row["everybody"])} for row in found["statements"]]
        old = {name: value for name, value in found.items() if name not in {"kinds", "certainty"}}
        report.content = {**report.content, "findings": {**old, "rules": rules, "statements": statements}}
    text = words(client.get(REPORT).text)
    assert "with which at least 60% of every group agree" in text
    assert "Of all 26 votes, 100% agree." in text
    assert "How sure this is" not in text


def without_estimates(tally: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in tally.items() if name != "estimates"}


def test_the_newest_published_report_is_what_one_sees_first(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation, published: None
) -> None:
    someone_else_votes(database, tenant, camps)
    text = words(client.get(REPORT).text)
    assert "What riders said" in text
    assert "It was in June" in text
    assert "Participants 26" in text
    assert "It shows the state of that day and does not change." in text


def test_the_present_state_and_older_reports_are_a_link_away(
    client: TestClient, database: Database, tenant: Tenant, camps: Conversation, published: None
) -> None:
    someone_else_votes(database, tenant, camps)
    with database.write() as session:
        publish(session, tenant, title="A second look")
    page = client.get(REPORT)
    assert "A second look" in words(page.text)
    assert {f"{REPORT}?report=1", f"{REPORT}?report=now"} <= set(links(page.text))
    assert "Participants 26" in words(client.get(f"{REPORT}?report=1").text)
    present = words(client.get(f"{REPORT}?report=now").text)
    assert "The present state" in present
    assert "Participants 27" in present


def test_a_published_report_names_everything_that_it_can_be_checked_by(
    client: TestClient, database: Database, published: None
) -> None:
    with database.read() as session:
        report = session.exec(select(Report)).one()
    text = words(client.get(REPORT).text)
    for part in (
        report.sha256,
        report.content["snapshot"]["input_sha256"],
        "Number 1 of Jun 1, 2026",
        "default",
        "Report 1",
        "Votes until Jun 1, 2026",
    ):
        assert part in text
    file = client.get(next(link for link in links(client.get(REPORT).text) if link.endswith(".json")))
    assert hashlib.sha256(file.content).hexdigest() == report.sha256


@pytest.mark.parametrize("asked", ["2", "0", "-1", "x", "1.0", "99999999999999999999"])
def test_a_report_that_does_not_exist_is_not_found(client: TestClient, published: None, asked: str) -> None:
    assert client.get(f"{REPORT}?report={asked}").status_code == 404
    assert client.get(f"{REPORT}/{asked}.json").status_code == 404


def test_a_statement_that_was_rejected_since_is_not_read_any_more(
    client: TestClient, database: Database, published: None
) -> None:
    with database.write() as session:
        session.exec(select(Statement).where(Statement.number == 1)).one().state = StatementState.REJECTED
    text = words(client.get(REPORT).text)
    assert "Statement number 1 says this." not in text
    assert "A moderator has rejected this statement since." in text
    assert "Statement number 1 says this." not in words(client.get(f"{REPORT}?report=1&view=statements").text)
    assert client.get(f"{REPORT}/1.json").status_code == 409


# Others


def test_another_municipality_sees_none_of_it(
    new_client: Callable[..., TestClient], sign_in: Callable[..., TestClient], other_tenant: Tenant, published: None
) -> None:
    stranger = new_client(host="mountain.test")
    for address in (REPORT, f"{REPORT}?report=1", f"{REPORT}?report=now&view=statements", f"{REPORT}/1.json"):
        assert stranger.get(address).status_code == 404
    official = sign_in(Role.OFFICIAL, of=other_tenant)
    for action in (REPORT, f"{REPORT}/draft"):
        assert official.post(action, data={"title": "Theirs", "language": "en"}).status_code == 404


@open_data.needs_open_data
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", open_data.CONVERSATIONS)
def test_a_real_conversation_has_a_map_and_a_report(client: TestClient, database: Database, tenant: Tenant, name: str) -> None:
    with database.write() as session:
        export = polis_reading.read(open_data.conversation(name))
        polis_import.store(session, export, municipality_id=tenant.id, slug="real", origin=Origin(), now=NOON)
        conversation = session.exec(select(Conversation)).one()
    analyse(database, conversation)
    the_map = client.get("/c/real/map")
    assert len(the_map.content) < LARGEST_MAP
    assert 'class="map-hull group-B' in the_map.text
    report = words(client.get("/c/real/report").text)
    for heading in (
        "What all groups share",
        "What each group stands out by",
        "Where the groups are split",
        "Where people are unsure",
    ):
        assert heading in report
    assert re.search(
        r"In group [A-H], \d+% \(\d+–\d+\) of [\d,]+ votes agree; in group [A-H], only \d+% \(\d+–\d+\) of [\d,]+\.", report
    )


@open_data.needs_open_data
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_agenda_by_the_groups_that_were_published_is_the_one_that_went_to_the_ministries(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        export = polis_reading.read(open_data.conversation(open_data.UBER))
        polis_import.store(session, export, municipality_id=tenant.id, slug="uberx", origin=Origin(), now=NOON)
        conversation = session.exec(select(Conversation)).one()
    analyse(database, conversation)
    page = client.get("/c/uberx/report").text
    own, _, published = page[page.index('id="agenda"') :].partition('id="agenda-published"')
    listed = [int(link.rpartition("/")[2]) for link in links(published[: published.index("<h2")]) if "/s/" in link]
    assert listed == [7, 16, 40, 68, 111]
    assert "The groups are those of this analysis." in own
    assert "those that were published where this conversation was imported from, not those of this analysis." in published
    assert "There are 2 groups, with 889 + 330 people." in words(published)
