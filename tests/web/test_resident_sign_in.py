"""Signing in with a real provider on loopback: the whole way, and everything that can go wrong on it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from joserfc import jwk, jwt
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import accounts
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Identity, Participant, Person, Vote
from deliberation.values import Joining, Role
from tests.support import identity_provider
from tests.support.identity_provider import Provider, sign_in
from tests.support.make import make_conversation, make_staff, make_statement
from tests.support.pages import links, vote, words
from web import identity_provider as asking
from web.http import clock
from web.settings import Settings

ON_SQLITE = True

Browsers = Callable[..., TestClient]
RESIDENTS = {"joining": Joining.SIGN_IN, "claim_name": "address.locality", "claim_value": "Harbour"}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Iterator[Provider]:
    running.asked.clear()
    yield running
    running.alter.clear()
    asking._client.cache_clear()


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What is kept of it is tried on both databases elsewhere."""
    return sqlite_database_url


@pytest.fixture
def configured(database: Database, tmp_path: Path, provider: Provider) -> Settings:
    url = database.url.render_as_string(hide_password=False)
    secret = "a secret for tests"
    return Settings(tmp_path, url, secret_key=secret, compute="inline", identity_provider=provider.setting)


@pytest.fixture(autouse=True)
def conversations(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for slug, rule in (("scooters", {}), ("residents", RESIDENTS)):
            conversation = make_conversation(session, tenant, slug, **rule)
            for _ in range(2):
                make_statement(session, conversation)


def begun(client: TestClient, query: str = "") -> str:
    """Where the provider is asked."""
    sent = client.get(f"/identity/sign-in{query}")
    assert (sent.status_code, sent.headers["cache-control"]) == (303, "no-store")
    address: str = sent.headers["location"]
    return address


def votes(database: Database) -> list[int]:
    with database.read() as session:
        return sorted(vote.choice for vote in session.exec(select(Vote)))


def test_as_little_as_possible_is_asked_for_and_nothing_is_kept_but_a_hash(
    client: TestClient, database: Database, provider: Provider
) -> None:
    asked = parse_qs(urlsplit(begun(client)).query)
    assert asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = sign_in(client, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert "You are signed in." in words(client.get("/me").text)
    with database.read() as session:
        kept = str([row.model_dump() for table in (Identity, Person, Participant) for row in session.exec(select(table))])
    assert len(kept) > 100
    for secret in ("mei", "Mei", "Tanaka", "127.0.0.1"):
        assert secret not in kept
    assert not any("/userinfo" in path for path in provider.asked)


def test_what_was_said_before_signing_in_is_taken_over_and_counts_once(
    client: TestClient, new_client: Browsers, database: Database, provider: Provider
) -> None:
    vote(client, "scooters", "agree", statement="1")
    sign_in(client, provider)
    desk = new_client()
    vote(desk, "scooters", "disagree", statement="1")
    vote(desk, "scooters", "pass", statement="2")
    assert votes(database) == [-1, 0, 1]
    sign_in(desk, provider)
    assert "nothing counts twice" in words(desk.get("/me").text)
    assert votes(database) == [-1, 0]
    vote(client, "scooters", "agree", statement="2")
    assert votes(database) == [-1, 1]


def test_signing_out_leaves_a_device_that_knows_nobody(client: TestClient, database: Database, provider: Provider) -> None:
    sign_in(client, provider)
    vote(client, "scooters", "agree", statement="1")
    assert client.post("/identity/sign-out").status_code == 303
    assert "You are signed out." in words(client.get("/").text)
    assert "You have not voted yet." in words(client.get("/c/scooters/votes").text)
    vote(client, "scooters", "disagree", statement="1")
    assert votes(database) == [-1, 1]
    sign_in(client, provider, "kai")
    assert votes(database) == [-1, 1]
    client.post("/identity/sign-out")
    sign_in(client, provider)
    assert "You have answered 1 statement." in words(client.get("/c/scooters/votes").text)


def test_a_conversation_for_residents_lets_in_whom_the_provider_confirms(
    client: TestClient, database: Database, provider: Provider
) -> None:
    page = client.get("/c/residents")
    assert "127.0.0.1 says that “address.locality” is “Harbour”" in words(page.text)
    (way,) = [link for link in links(page.text) if link.startswith("/identity/")]
    assert parse_qs(urlsplit(begun(client, f"?{urlsplit(way).query}")).query)["scope"] == ["openid address"]
    answer = sign_in(client, provider, begin=way)
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/residents")
    assert "You are signed in and can take part now." in words(client.get("/c/residents").text)
    assert vote(client, "residents", "agree").status_code == 303
    assert votes(database) == [1]


@pytest.mark.parametrize("person", ["kai", "nobody"])
def test_whoever_is_not_confirmed_is_told_why_and_can_read(
    client: TestClient, database: Database, provider: Provider, person: str
) -> None:
    answer = sign_in(client, provider, person, "/identity/sign-in?conversation=residents")
    assert answer.status_code == 403
    said = words(answer.text)
    assert "for people of whom 127.0.0.1 says that “address.locality” is “Harbour”" in said
    assert "Hill" not in said
    assert "/c/residents" in links(answer.text)
    assert client.post("/c/residents/vote", data=BALLOT).status_code == 403
    assert client.get("/c/residents/report").status_code == 200
    assert votes(database) == []


BALLOT = {"statement": "1", "choice": "agree", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"}


def test_claims_that_only_the_userinfo_address_gives_are_fetched_and_checked(client: TestClient, provider: Provider) -> None:
    provider.alter["/oauth2/token"] = lambda token: token | {"id_token": signed(token, address=None)}
    provider.alter["/jwks"] = lambda _: {"keys": [KEY.as_dict(private=False)]}
    assert sign_in(client, provider, begin="/identity/sign-in?conversation=residents").status_code == 303
    assert any("/userinfo" in path for path in provider.asked)
    provider.alter["/userinfo"] = lambda claims: claims | {"sub": "kai"}
    client.post("/identity/sign-out")
    assert sign_in(client, provider, begin="/identity/sign-in?conversation=residents").status_code == 403


KEY = jwk.RSAKey.generate_key(2048, {"kid": "ours"})


def signed(token: dict[str, Any], key: Any = KEY, algorithm: str = "RS256", **changed: Any) -> str:
    """The same identity token, signed anew with something changed; None takes a claim away."""
    import base64

    body = token["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "ours"}, claims, key, algorithms=[algorithm])


LIES: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"aud": "somebody else"},
    {"aud": ["hiroba", "others"], "azp": "others"},
    {"exp": 1_000_000_000},
    {"nonce": "another"},
    {"nonce": None},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"iat": int(time.time()) + 3600},
    {"at_hash": "wrong"},
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: "-".join(lie))
def test_an_identity_that_does_not_fit_signs_nobody_in(
    client: TestClient, database: Database, provider: Provider, lie: Any
) -> None:
    provider.alter["/jwks"] = lambda _: {"keys": [KEY.as_dict(private=False)]}
    provider.alter["/oauth2/token"] = lambda token: token | {"id_token": signed(token, **lie)}
    refused(sign_in(client, provider), database, "could not be verified")


FORGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another key": lambda token: token | {"id_token": signed(token, jwk.RSAKey.generate_key(2048, {"kid": "ours"}))},
    "a key that everybody has": lambda token: (
        token | {"id_token": signed(token, jwk.OctKey.import_key("a client secret" * 3), "HS256")}
    ),
    "no signature": lambda token: token | {"id_token": ".".join([*token["id_token"].split(".")[:2], ""])},
    "cut off": lambda token: token | {"id_token": token["id_token"][:40]},
    "no identity": lambda token: {name: value for name, value in token.items() if name != "id_token"},
    "a list": lambda token: {"id_token": []},
    "nothing": lambda token: {},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_identity_signs_nobody_in(client: TestClient, database: Database, provider: Provider, forged: Any) -> None:
    provider.alter["/jwks"] = lambda _: {"keys": [KEY.as_dict(private=False)]}
    provider.alter["/oauth2/token"] = forged
    refused(sign_in(client, provider), database, "could not be verified")


@pytest.mark.parametrize(
    ("path", "alter"),
    [
        ("/.well-known/openid-configuration", lambda said: said | {"issuer": "https://evil.example"}),
        ("/.well-known/openid-configuration", lambda said: []),
        ("/.well-known/openid-configuration", lambda said: {"issuer": said["issuer"]}),
        ("/jwks", lambda said: {"keys": "none"}),
        ("/jwks", lambda said: []),
    ],
)
def test_a_provider_that_publishes_nonsense_is_told_of(
    client: TestClient, database: Database, provider: Provider, path: str, alter: Any
) -> None:
    provider.alter[path] = alter
    sent = client.get("/identity/sign-in")
    if sent.status_code == 303:
        sent = client.get(provider.agree(sent.headers["location"], "mei"))
    refused(sent, database, "could not be verified")
    provider.alter.clear()
    assert sign_in(client, provider).status_code == 303


def refused(answer: Any, database: Database, sentence: str, status: int = 403) -> None:
    """A page with the right status, a reason and a way to try again; nobody is kept."""
    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert any(link.startswith("/identity/sign-in") for link in links(answer.text))
    with database.read() as session:
        assert session.exec(select(Identity)).all() == []


def test_whoever_says_no_is_asked_again_without_losing_the_way(
    client: TestClient, database: Database, provider: Provider
) -> None:
    address = begun(client, "?conversation=residents")
    denied = client.get(provider.deny(address))
    refused(denied, database, "You did not sign in with 127.0.0.1.")
    (again,) = [link for link in links(denied.text) if link.startswith("/identity/")]
    answer = sign_in(client, provider, begin=again)
    assert answer.headers["location"] == "/c/residents"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?code=x&state=y",
        "?state=%00&code=%F0%9F",
        "?code=" + "x" * 5000 + "&state=" + "y" * 5000,
        "?error=server_error&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=x",
        "?error=%0d%0aSet-Cookie:x",
        "?code=a&code=b&state=c&state=d",
    ],
)
def test_a_way_back_that_nobody_went_is_refused(client: TestClient, database: Database, query: str) -> None:
    answer = client.get(f"/identity/callback{query}")
    assert answer.status_code in {400, 403}
    refused(answer, database, "sign-in" if answer.status_code == 400 else "could not be verified", answer.status_code)
    assert "<script>alert" not in answer.text


def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(
    client: TestClient, new_client: Browsers, database: Database, provider: Provider
) -> None:
    way = provider.agree(begun(client), "mei")
    refused(new_client().get(way), database, "begun elsewhere", 400)
    assert client.get(way).status_code == 303
    again = client.get(way)
    assert again.status_code == 400
    assert "finished already" in words(again.text)
    assert client.get("/me").status_code == 200


def test_a_code_that_was_used_elsewhere_is_refused(client: TestClient, database: Database, provider: Provider) -> None:
    first = provider.agree(begun(client), "mei")
    second = begun(client)
    state = parse_qs(urlsplit(second).query)["state"][0]
    code = parse_qs(urlsplit(first).query)["code"][0]
    other = TestClient(client.app)
    assert other.get(f"/identity/callback?code={code}&state={state}").status_code == 400
    refused(client.get(f"/identity/callback?code={code}&state={state}"), database, "could not be verified")
    refused(client.get(f"/identity/callback?code=unknown&state={state}"), database, "begun elsewhere", 400)


def test_a_sign_in_that_took_a_day_is_begun_again(
    client: TestClient, database: Database, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = provider.agree(begun(client), "mei")
    later = time.time() + 24 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    answer = client.get(way)
    monkeypatch.undo()
    refused(answer, database, "too long ago", 400)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_provider_that_is_away_or_slow_is_told_of(
    database: Database, provider: Provider, client: TestClient, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.3)

    def slow(said: dict[str, Any]) -> dict[str, Any]:
        time.sleep(0.8)
        return said

    if when == "before":
        provider.alter["/.well-known/openid-configuration"] = slow
        answer = client.get("/identity/sign-in?conversation=residents")
    else:
        way = provider.agree(begun(client), "mei")
        provider.alter["/oauth2/token"] = slow
        answer = client.get(way)
    refused(answer, database, "127.0.0.1 does not answer at the moment", 503)


def test_a_provider_that_is_switched_off_is_told_of(database: Database, tmp_path: Path, configured: Settings) -> None:
    from web.app import create_app

    nobody = replace(configured.identity_provider, issuer="http://127.0.0.1:9")  # type: ignore[type-var]
    with TestClient(create_app(replace(configured, identity_provider=nobody), work=False), follow_redirects=False) as client:
        refused(client.get("/identity/sign-in"), database, "does not answer at the moment", 503)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "/ok\n//evil",
        "",
        "evil.example",
    ],
)
def test_no_way_back_leads_to_another_site(client: TestClient, provider: Provider, address: str) -> None:
    answer = sign_in(client, provider, begin=f"/identity/sign-in?next={quote(address)}")
    assert answer.headers["location"] == "/"
    denied = client.get(provider.deny(begun(client, f"?next={quote(address)}")))
    assert "evil" not in "".join(links(denied.text))


def test_a_conversation_that_is_not_here_is_not_found_before_anybody_is_sent_away(
    client: TestClient, database: Database, other_tenant: Tenant
) -> None:
    with database.write() as session:
        make_conversation(session, other_tenant, "hill", **RESIDENTS)
    for slug in ("hill", "nowhere", "%00", "../admin"):
        assert client.get(f"/identity/sign-in?conversation={slug}").status_code == 404


def test_the_same_person_in_two_municipalities_cannot_be_connected(
    database: Database, other_tenant: Tenant, new_client: Browsers, provider: Provider
) -> None:
    here, there = new_client(), new_client(other_tenant.host or "")
    for browser in (here, there):
        assert sign_in(browser, provider).status_code == 303
    with database.read() as session:
        rows = session.exec(select(Identity)).all()
        assert len({row.subject_hash for row in rows}) == len({row.person_id for row in rows}) == 2


def test_signing_in_again_and_again_is_slowed_down(client: TestClient) -> None:
    assert [client.get("/identity/callback").status_code for _ in range(122)][-2:] == [429, 429]


def test_signing_out_from_another_site_is_refused(client: TestClient) -> None:
    assert client.post("/identity/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


# Staff


def test_staff_sign_in_by_an_address_that_the_provider_has_verified(
    client: TestClient, database: Database, tenant: Tenant, provider: Provider
) -> None:
    with database.write() as session:
        make_staff(session, tenant, Role.MODERATOR, "mei@example.org")
    page = client.get("/moderate")
    assert page.status_code == 403
    assert "/identity/staff" in links(page.text)
    answer = sign_in(client, provider, begin="/identity/staff")
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderate")
    assert client.get("/moderate").status_code == 200
    assert client.get("/admin").status_code == 403
    with database.read() as session:
        assert session.exec(select(Identity)).all() == session.exec(select(Person)).all() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "kai@example.org"},
        {"email": ["mei@example.org"]},
        {"email": None},
        {"email": ""},
        {"email": "mei@example.org\0"},
    ],
)
def test_nobody_else_becomes_staff(
    client: TestClient, database: Database, tenant: Tenant, other_tenant: Tenant, provider: Provider, claims: dict[str, Any]
) -> None:
    with database.write() as session:
        make_staff(session, tenant, Role.ADMIN, "mei@example.org")
        make_staff(session, other_tenant, Role.ADMIN, "kai@example.org")
    provider.alter["/jwks"] = lambda _: {"keys": [KEY.as_dict(private=False)]}
    provider.alter["/oauth2/token"] = lambda token: token | {"id_token": signed(token, **claims)}
    provider.alter["/userinfo"] = lambda _: {"sub": "mei"}
    answer = sign_in(client, provider, begin="/identity/staff")
    assert answer.status_code == 403
    assert "No account of this municipality’s staff" in words(answer.text)
    assert "/identity/staff" in links(answer.text)
    assert client.get("/admin").status_code == 403


def test_a_closed_account_does_not_open_again(client: TestClient, database: Database, tenant: Tenant, provider: Provider) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant, Role.ADMIN, "mei@example.org")
        accounts.close(session, municipality_id=tenant.id, account_id=staff.id, actor=staff.actor, now=clock())
    assert sign_in(client, provider, begin="/identity/staff").status_code == 403
