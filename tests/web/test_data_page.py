"""What is handed out of a conversation, to whom, and that it says the same again."""

import csv
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import conversations, frozen, release_readme
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, Municipality, Report, Statement
from deliberation.values import Choice, Role, StatementState
from tests.support.make import NOON, answer, make_conversation, make_statement
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, publish
from tests.support.pages import form, links, words
from web.http import clock

ON_SQLITE = True

DATA = "/c/scooters/data"
FIRST = f"{DATA}/1"
WITH_VOTES = ("votes.csv", "results-participants.csv", "results-statements.csv", "results-analysis.json", "results-SHA256SUMS")
FOR_ALL = ("README.md", "statements.csv", "texts.csv", "figures.csv", "report.json", "datapackage.json", "SHA256SUMS")


def reported(database: Database, tenant: Tenant, *, releases_votes: bool, closed: bool) -> Conversation:
    """Two camps of 14 and 12 people, with a report on what the engine found in the file."""
    closes_at = clock() + (timedelta(days=-1) if closed else timedelta(days=30))
    with database.write() as session:
        conversation = make_camps(
            session, tenant, sizes=(14, 12), statements=16, closes_at=closes_at, releases_votes=releases_votes
        )
    analyse(database, conversation)
    with database.write() as session:
        frozen.freeze(session, conversations.identify(conversation), NOON)
        publish(session, tenant, anew=False, title="What riders said")
    return conversation


@pytest.fixture
def released(database: Database, tenant: Tenant) -> Conversation:
    return reported(database, tenant, releases_votes=True, closed=True)


def unpacked(content: bytes, folder: Path) -> Path:
    with ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    (inner,) = folder.iterdir()
    return inner


def fetched_singly(client: TestClient, page: str, folder: Path) -> Path:
    """Every file that the page leads to, under the name that a browser gives it."""
    folder.mkdir()
    for address in links(page):
        if address.startswith(f"{FIRST}/") and not address.endswith(".zip"):
            answered = client.get(address)
            named = re.search('filename="([^"]+)"', answered.headers["content-disposition"])
            assert named is not None
            (folder / named[1]).write_bytes(answered.content)
    return folder


def sums(folder: Path, name: str) -> dict[str, str]:
    lines = (line.split("  ") for line in (folder / name).read_text().splitlines())
    return {path: digest for digest, path in lines}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_printed_command_gives_the_same_bytes_in_a_fresh_environment(
    client: TestClient, released: Conversation, tmp_path: Path
) -> None:
    page = client.get(DATA).text
    command = re.search(r"hiroba cluster [^<]+", page)
    assert command is not None
    archive = unpacked(client.get(f"{FIRST}/everything.zip").content, tmp_path / "unpacked")
    folder = fetched_singly(client, page, tmp_path / "Downloads")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in archive.iterdir()
    }
    for name, expected in sums(folder, "SHA256SUMS").items():
        assert digest(folder / name) == expected, name
        assert expected in page or name in ("README.md", "datapackage.json")

    program, *arguments = shlex.split(command.group())
    assert program == "hiroba"
    installed = Path(sys.executable).with_name(program)
    subprocess.run([installed, *arguments], cwd=folder, env={"PATH": os.defpath}, check=True, capture_output=True, timeout=120)

    again = folder / "again"
    assert {name: digest(again / name) for name in ("participants.csv", "statements.csv")} == sums(folder, "results-SHA256SUMS")
    made, first = (json.loads((folder / place).read_text()) for place in ("again/analysis.json", "results-analysis.json"))
    assert made.pop("seconds")["total"] > 0
    assert made == first
    shown = subprocess.run(["diff", *release_readme.REST.split()[1:]], cwd=folder, capture_output=True, text=True, check=False)
    assert {line for line in shown.stdout.splitlines() if line.startswith("<")} <= {'<   "verdict": "groups"', "<   ]", "<   }"}


def test_the_files_hold_everybody_under_numbers_and_the_texts_beside(client: TestClient, released: Conversation) -> None:
    votes = list(csv.DictReader(io.StringIO(client.get(f"{FIRST}/votes.csv").text)))
    people = list(csv.DictReader(io.StringIO(client.get(f"{FIRST}/results-participants.csv").text)))
    assert len(votes) == 26 * 16
    assert {vote["participant"] for vote in votes} == {person["participant"] for person in people}
    texts = list(csv.DictReader(io.StringIO(client.get(f"{FIRST}/texts.csv").text)))
    assert texts[0] == {"statement": "1", "language": "en", "text": "Statement number 1 says this."}
    described = client.get(f"{FIRST}/datapackage.json").json()
    resources = {resource["path"]: resource for resource in described["resources"]}
    assert [field["name"] for field in resources["votes.csv"]["schema"]["fields"]] == ["participant", "statement", "vote"]
    table = next(csv.reader(io.StringIO(client.get(f"{FIRST}/results-statements.csv").text)))
    assert [field["name"] for field in resources["results-statements.csv"]["schema"]["fields"]] == table
    assert described["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("releases_votes", "closed", "said"),
    [(False, True, "The votes of single people stay here."), (True, False, "The votes are released later.")],
)
def test_where_votes_are_not_released_there_are_sums_and_fingerprints(
    client: TestClient, database: Database, tenant: Tenant, releases_votes: bool, closed: bool, said: str
) -> None:
    reported(database, tenant, releases_votes=releases_votes, closed=closed)
    page = client.get(DATA)
    assert said in words(page.text)
    assert "an auditor, derives the report again with this command" in words(page.text)
    with database.read() as session:
        assert session.exec(select(Report)).one().content["source"]["votes_sha256"] in page.text
    for name in WITH_VOTES:
        refused = client.get(f"{FIRST}/{name}")
        assert refused.status_code == 403, name
        assert ("are released as a file after it has closed" in words(refused.text)) == releases_votes
        assert ("not announced before people voted" in words(refused.text)) != releases_votes
    assert ("released after it has closed" in client.get(f"{FIRST}/README.md").text) == releases_votes
    for name in FOR_ALL:
        assert client.get(f"{FIRST}/{name}").status_code == 200, name
    with ZipFile(io.BytesIO(client.get(f"{FIRST}/everything.zip").content)) as archive:
        assert {name.partition("/")[2] for name in archive.namelist()} == set(FOR_ALL)


def test_figures_of_groups_that_are_too_small_are_in_no_public_file(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(30, 20), statements=16, publication_minimum=25)
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant)
    header, *rows = csv.reader(io.StringIO(client.get(f"{FIRST}/figures.csv").text))
    assert "B_votes" not in header
    assert len(rows) == 16


def test_an_official_takes_the_votes_to_an_auditor_and_the_ledger_says_so(
    sign_in: Callable[..., TestClient], database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    reported(database, tenant, releases_votes=False, closed=False)
    official = sign_in(Role.OFFICIAL)
    assert "Download with the votes" in words(official.get(DATA).text)
    folder = unpacked(official.post(FIRST).content, tmp_path / "unpacked")
    assert digest(folder / "votes.csv") == sums(folder, "SHA256SUMS")["votes.csv"]
    with database.read() as session:
        entry = session.exec(select(LedgerEntry).where(LedgerEntry.action == "data.handed_out")).one()
    assert (entry.actor.startswith("official:"), entry.subject) == (True, "report/scooters/1")
    assert official.post(f"{DATA}/2").status_code == 404


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.TRANSLATOR])
def test_nobody_else_takes_the_votes(
    client: TestClient, sign_in: Callable[..., TestClient], database: Database, tenant: Tenant, role: Role | None
) -> None:
    reported(database, tenant, releases_votes=False, closed=True)
    visitor = sign_in(role) if role else client
    assert "Download with the votes" not in words(visitor.get(DATA).text)
    assert visitor.post(FIRST).status_code == 403
    assert visitor.get(f"{FIRST}/votes.csv").status_code == 403


def test_a_text_that_is_rejected_later_leaves_every_file_and_its_votes_stay(
    client: TestClient, database: Database, released: Conversation
) -> None:
    before = client.get(f"{FIRST}/votes.csv").content
    with database.write() as session:
        session.exec(select(Statement).where(Statement.number == 1)).one().state = StatementState.REJECTED
    content = client.get(f"{FIRST}/everything.zip").content
    with ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"Statement number 1 says this." in archive.read(name) for name in archive.namelist())
        assert not any(name.endswith("report.json") for name in archive.namelist())
        assert archive.read("scooters-report-1/votes.csv") == before
    withheld = client.get(f"{FIRST}/report.json")
    assert withheld.status_code == 409
    assert "was rejected after the publication" in words(withheld.text)
    assert "Its text is in none of these files any more" in words(client.get(DATA).text)


@pytest.mark.parametrize("name", ["nothing.csv", "..%2Fvotes.csv", "results-", "votes.csv/", "results-nothing.csv"])
def test_what_is_not_there_is_not_found(client: TestClient, released: Conversation, name: str) -> None:
    assert client.get(f"{FIRST}/{name}").status_code == 404
    assert client.get(f"{DATA}/2/votes.csv").status_code == 404
    assert client.get(f"{DATA}/x/votes.csv").status_code == 404
    assert client.get(f"{DATA}?report=2").status_code == 404
    assert client.get(f"{DATA}?report=x").status_code == 404


def test_before_a_report_there_is_nothing_to_hand_out(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    assert "There is nothing to hand out yet." in words(client.get(DATA).text)


def test_another_municipality_sees_none_of_it(
    new_client: Callable[..., TestClient], sign_in: Callable[..., TestClient], other_tenant: Tenant, released: Conversation
) -> None:
    stranger = new_client(host="mountain.test")
    for address in (DATA, f"{FIRST}/votes.csv", f"{FIRST}/everything.zip"):
        assert stranger.get(address).status_code == 404
    assert sign_in(Role.OFFICIAL, of=other_tenant).post(FIRST).status_code == 404


# Announcing it


def test_people_are_told_before_they_vote(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, releases_votes=True))
        make_statement(session, make_conversation(session, tenant, "quiet"))
    told = "all votes are published as a file without names"
    assert told in words(client.get("/c/scooters").text)
    assert told in words(client.get("/c/scooters/card").text)
    assert told not in words(client.get("/c/quiet").text)


def test_an_administrator_announces_it_until_somebody_has_voted(
    sign_in: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    admin, here = sign_in(Role.ADMIN), "/admin/c/scooters"
    fields = form(admin.get("/admin/new").text, "/admin/new")
    opened = {**fields, "slug": "scooters", "topic": "Scooters", "language": "en", "moderation": "pre", "statement_limit": "140"}
    assert admin.post("/admin/new", data=opened | {"releases_votes": "yes"}).status_code == 303

    def releases() -> bool:
        with database.read() as session:
            return session.exec(select(Conversation.releases_votes)).one()

    assert releases()
    assert admin.post(f"{here}/release", data={}).status_code == 303
    assert not releases()
    assert admin.post(f"{here}/release", data={"releases_votes": "yes"}).status_code == 303
    with database.write() as session:
        make_statement(session, session.exec(select(Conversation)).one())
        answer(session, tenant, "scooters", "somebody", 1, Choice.AGREE)
    refused = admin.post(f"{here}/release", data={})
    assert refused.status_code == 409
    assert "People have voted already" in words(refused.text)
    assert releases()
    with database.read() as session:
        said = session.exec(select(LedgerEntry.action).where(LedgerEntry.subject == "conversation/scooters")).all()
    assert [action for action in said if "release" in action] == [
        "conversation.release",
        "conversation.no_release",
        "conversation.release",
    ]


def test_a_licence_holds_for_what_is_published_from_then_on(
    sign_in: Callable[..., TestClient], database: Database, tenant: Tenant, released: Conversation
) -> None:
    admin = sign_in(Role.ADMIN)
    before = admin.get(f"{FIRST}/everything.zip").content
    assert admin.post("/admin/licence", data={"licence": "CC0-1.0"}).status_code == 303
    assert admin.get(f"{FIRST}/everything.zip").content == before
    with database.write() as session:
        publish(session, tenant, anew=False, title="Once more")
    newest, first = admin.get(DATA).text, admin.get(f"{DATA}?report=1").text
    assert "Creative Commons Zero 1.0 Universal" in words(newest)
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in links(newest)
    assert "Creative Commons Attribution 4.0 International" in words(first)
    assert admin.get(f"{DATA}/2/report.json").json()["licence"] == "CC0-1.0"
    refused = admin.post("/admin/licence", data={"licence": "mine"})
    assert refused.status_code == 422
    assert "Please choose one of the licences." in words(refused.text)
    with database.read() as session:
        assert session.exec(select(Municipality.data_licence)).first() == "CC0-1.0"
