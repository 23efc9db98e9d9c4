"""Cookies that are forged, spoilt, too old, from elsewhere or from another time; ballots that were used before."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import accounts
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Person, Vote, VoteEvent
from deliberation.values import Role
from tests.support.at_once import at_once
from tests.support.make import make_conversation, make_staff, make_statement, make_tenant
from tests.support.pages import words
from web.app import SESSION_SECONDS
from web.http import clock
from web.settings import Settings

ON_SQLITE = True

Browsers = Callable[..., TestClient]
YEAR = 365 * 24 * 3600


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for slug in ("scooters", "parks"):
            conversation = make_conversation(session, tenant, slug)
            for _ in range(2 if slug == "scooters" else 1):
                make_statement(session, conversation)


def say(client: TestClient, choice: str, statement: int = 1, slug: str = "scooters", ballot: str | None = None) -> int:
    fields = {"statement": str(statement), "choice": choice, "ballot": ballot or str(uuid.uuid4())}
    return client.post(f"/c/{slug}/vote", data=fields).status_code


def votes(database: Database) -> list[int]:
    with database.read() as session:
        return sorted(vote.choice for vote in session.exec(select(Vote)))


def signed(session: dict[str, Any], key: str, at: float | None = None) -> str:
    """A cookie as the server makes it, with this key and at this time."""
    signer = TimestampSigner(key)
    if at is not None:
        signer.get_timestamp = lambda: int(at)  # type: ignore[method-assign]
    return signer.sign(base64.b64encode(json.dumps(session).encode())).decode()


SOMEBODY = {"person": "m" * 32, "joined": True}


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "null",
        "..",
        "a.b.c",
        "eyJwZXJzb24iOiAibSJ9",
        "eyJwZXJzb24iOiAibSJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "e30=.////.////",
        '"\\777\\200"',
        "%00%ff",
        "é" * 100,
        "A" * 60_000,
        ("." * 30_000),
        signed(SOMEBODY, "the key of another installation"),
        signed({"staff": {"id": 1, "at": time.time()}}, ""),
    ],
    ids=range(15),
)
def test_a_forged_cookie_is_that_of_a_newcomer(client: TestClient, database: Database, cookie: str) -> None:
    raw = {"Cookie": b"hiroba=" + cookie.encode("latin-1")}
    for path in ("/", "/c/scooters", "/me", "/c/scooters/votes", "/join", "/nowhere"):
        assert client.get(path, headers=raw).status_code == (404 if path == "/nowhere" else 200), path
    assert client.get("/moderate", headers=raw).status_code == 403
    client.cookies.clear()
    fields = {"statement": "1", "choice": "agree", "ballot": str(uuid.uuid4())}
    answer = client.post("/c/scooters/vote", data=fields, headers=raw)
    assert answer.status_code == 303
    assert "hiroba=" in answer.headers["set-cookie"]
    assert votes(database) == [1]
    with database.read() as session:
        assert len(session.exec(select(Person)).all()) == 1


NOTHING = (None, True, 0, -1, 1.5, "", "x", "\ud800", [], [None], {}, {"at": None}, float("nan"), float("inf"), 10**40)
KEPT = {
    "person": [],
    "joined": [],
    "recovered": [{"1": 5}, {"1": None}, {"1": "\ud800"}, {"1": "m" * 10_000}],
    "staff": [
        {"id": 1},
        {"at": 1},
        {"id": "1", "at": time.time()},
        {"id": 10**12, "at": time.time()},
        {"id": 1, "at": "now"},
        {"id": 1, "at": float("nan")},
    ],
    "signing_in": [{"at": 0, "next": 5}, {"at": "x"}, {"at": time.time(), "conversation": [], "claim": {}}],
    "signed_in": [],
    "answers_read": [-(10**15), 10**15],
    "translate_to": [],
    "notice": [],
    "webhook_secrets": [{"token": 5}],
    "_state_provider_x": [{"data": 5}, {"exp": "x", "data": {}}],
}
WHOLE = (b"", b"null", b"[]", b"5", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"person": "\\ud800"}')


@pytest.mark.parametrize("name", ["", *KEPT])
def test_a_cookie_that_another_version_has_signed_is_no_error(
    client: TestClient, new_client: Browsers, configured: Settings, name: str
) -> None:
    """Whatever stands in it; what this version does not understand counts for nothing."""
    signer = TimestampSigner(configured.secret_key)
    contents = [json.dumps({name: odd}).encode() for odd in (*NOTHING, *KEPT[name])] if name else WHOLE
    paths = {"staff": "/moderate", "answers_read": "/me", "recovered": "/me", "translate_to": "/translate"}
    for content in contents:
        cookie = signer.sign(base64.b64encode(content)).decode()
        for path in {"/", "/c/scooters", "/c/scooters/card", paths.get(name, "/me")}:
            sent = {"Cookie": f"hiroba={cookie}; hiroba_card={cookie}; lang={cookie[:40]}"}
            answer = client.get(path, headers=sent)
            assert answer.status_code == (403 if path in {"/moderate", "/translate"} else 200), (path, content[:80])
        client.cookies.clear()


@pytest.mark.parametrize("place", [0, 10, -1, -20, -30])
def test_one_changed_sign_makes_a_cookie_void(client: TestClient, database: Database, place: int) -> None:
    say(client, "agree")
    cookie = list(client.cookies["hiroba"].strip('"'))
    cookie[place] = "A" if cookie[place] != "A" else "B"
    client.cookies.clear()
    client.cookies.set("hiroba", "".join(cookie))
    say(client, "disagree")
    # The last sign of a signature has bits that say nothing.
    assert votes(database) in ([[-1, 1]] if place != -1 else [[-1, 1], [-1]])


@pytest.mark.parametrize(
    ("age", "same"), [(SESSION_SECONDS - 60, True), (SESSION_SECONDS + 60, False), (-60, True), (-YEAR, True)]
)
def test_a_cookie_counts_for_its_time_and_also_from_a_time_to_come(
    client: TestClient, database: Database, configured: Settings, age: float, same: bool
) -> None:
    """A server whose clock was a minute or a year ahead, and is right again."""
    cookie = signed(SOMEBODY, configured.secret_key, time.time() - age)
    for choice in ("agree", "disagree"):
        client.cookies.clear()
        client.cookies.set("hiroba", cookie)
        assert say(client, choice) == 303
    assert votes(database) == ([-1] if same else [-1, 1])


@pytest.mark.parametrize(("shift", "inside"), [(-3600, True), (3600, True), (-YEAR, False), (YEAR, False)])
def test_staff_stay_signed_in_when_the_clock_is_set_right_and_never_longer_than_half_a_day(
    database: Database, tenant: Tenant, client: TestClient, monkeypatch: pytest.MonkeyPatch, shift: int, inside: bool
) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant).id, clock())
    assert client.post(f"/sign-in/{token}").status_code == 303
    now = time.time() + shift
    monkeypatch.setattr("time.time", lambda: now)
    assert client.get("/moderate").status_code == (200 if inside else 403)


def test_staff_of_somebody_else_s_making_are_nobody(client: TestClient, configured: Settings, database: Database) -> None:
    """Signed by us, about accounts that are not, were closed, or belong elsewhere."""
    with database.write() as session:
        elsewhere = make_staff(session, make_tenant(session, "hill", host="hill.test"), Role.ADMIN)
    for account in (elsewhere.id, 999):
        client.cookies.clear()
        client.cookies.set("hiroba", signed({"staff": {"id": account, "at": time.time()}}, configured.secret_key))
        assert client.get("/admin").status_code == 403


def test_a_forged_link_signs_nobody_in(client: TestClient) -> None:
    for token in ("x", "é", "%00", "a" * 4000, "..%2f..", "' or 1=1"):
        assert client.get(f"/sign-in/{token}").status_code in {200, 404}
        assert client.post(f"/sign-in/{token}").status_code in {403, 404}
    assert client.get("/moderate").status_code == 403


def test_of_two_who_use_a_link_at_once_one_is_signed_in(database: Database, tenant: Tenant, new_client: Browsers) -> None:
    with database.write() as session:
        link = f"/sign-in/{accounts.issue_link(session, make_staff(session, tenant).id, clock())}"
    browsers = [new_client() for _ in range(3)]
    found = at_once(*(partial(browser.post, link) for browser in browsers))
    assert sorted(answer.status_code for answer in found) == [303, 403, 403]  # type: ignore[attr-defined]


def test_a_link_outlives_no_clock_that_was_a_year_behind(database: Database, tenant: Tenant, client: TestClient) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant).id, clock() - timedelta(days=365))
    assert client.post(f"/sign-in/{token}").status_code == 403


@pytest.mark.parametrize(
    "ballot",
    [
        "0d0e6f3a-51a6-1f1e-9c4b-1d2f6a7b8c9d",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "{0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d}",
        "urn:uuid:0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d",
    ],
)
def test_a_ballot_of_any_kind_and_a_device_in_another_year_count_like_others(
    client: TestClient, database: Database, ballot: str
) -> None:
    headers = {"Date": "Thu, 01 Jan 1970 00:00:00 GMT", "If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"}
    fields = {"statement": "1", "choice": "agree", "ballot": ballot}
    for _ in range(2):
        assert client.post("/c/scooters/vote", data=fields, headers=headers).status_code == 303
    with database.read() as session:
        (event,) = session.exec(select(VoteEvent)).all()
        assert abs(event.voted_at - clock()) < timedelta(minutes=1)


def test_what_is_no_ballot_is_refused(client: TestClient, database: Database) -> None:
    for ballot in ("", "x", "0d0e6f3a", "'; drop table vote", "0" * 5000, "漢字"):
        fields = {"statement": "1", "choice": "agree", "ballot": ballot}
        assert client.post("/c/scooters/vote", data=fields).status_code == 422
    assert votes(database) == []


@pytest.mark.parametrize("language", ["en", "ja", "th"])
def test_a_vote_for_another_conversation_s_statement_is_told(new_client: Browsers, database: Database, language: str) -> None:
    client = new_client(language=language)
    fields = {"statement": "2", "choice": "agree", "ballot": str(uuid.uuid4())}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post("/c/parks/vote", data=fields, headers=headers)
        assert answer.status_code == 409
        assert ("no longer be voted on" in words(answer.text)) == (language == "en")
    assert votes(database) == []


def test_one_ballot_in_two_conversations_and_of_two_people_is_four_votes(
    client: TestClient, new_client: Browsers, database: Database
) -> None:
    ballot, other = str(uuid.uuid4()), new_client()
    for browser in (client, other, client):
        for slug in ("scooters", "parks"):
            assert say(browser, "agree", slug=slug, ballot=ballot) == 303
    assert votes(database) == [1, 1, 1, 1]
    assert say(client, "disagree", statement=2, ballot=ballot) == 303
    assert votes(database) == [-1, 1, 1, 1, 1]


def test_two_devices_that_answer_differently_at_once_are_both_heard_and_one_counts(
    client: TestClient, new_client: Browsers, database: Database
) -> None:
    client.get("/c/scooters")
    devices = [client, new_client()]
    devices[1].cookies.set("hiroba", client.cookies["hiroba"])
    for _ in range(5):
        assert at_once(
            *(partial(say, device, choice) for device, choice in zip(devices, ("agree", "disagree"), strict=True))
        ) == [
            303,
            303,
        ]
    with database.read() as session:
        events = session.exec(select(VoteEvent).order_by(VoteEvent.id)).all()
        (row,) = session.exec(select(Vote)).all()
        assert len(events) == 10
        assert row.choice == events[-1].choice


def test_whoever_was_erased_begins_anew_with_the_same_cookie(client: TestClient, database: Database) -> None:
    say(client, "agree")
    cookie = client.cookies["hiroba"]
    erased = client.post("/me/erase", data={"texts": "keep", "sure": "yes"})
    assert erased.status_code in {200, 303}, words(erased.text)
    client.cookies.clear()
    client.cookies.set("hiroba", cookie)
    assert "You have not voted yet." in words(client.get("/c/scooters/votes").text)
    assert say(client, "disagree") == 303


def test_an_address_with_signs_that_nobody_types_leads_nowhere(client: TestClient) -> None:
    for path in ("/c/%00", "/c/scooters/s/%00", "/c/scooters%00/map", "/join/%00", "/c/%ff%fe", "/c/%ED%A0%80", "/me%00"):
        assert client.get(path).status_code in {404, 422}, path
