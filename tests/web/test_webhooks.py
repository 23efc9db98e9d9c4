"""Signed messages to programs: who is told what, when, and what becomes of a program that does not answer."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import conversations, ledger, milestones, webhooks
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Webhook
from deliberation.values import Role, Stage
from deliberation.webhooks import PAUSES, SETTLED
from tests.support.certificates import AUTHORITY, Authority
from tests.support.hook_server import HookServer, running_hook_server
from tests.support.make import make_conversation, make_staff
from tests.support.outcomes import make_reported, promise, recommend, respond
from web import errands, webhook_client
from web.http import clock
from web.settings import Settings
from web.webhook_errand import WebhookErrand

BASE = "https://square.example.org"
Client = Callable[..., TestClient]


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HookServer]:
    """By TLS where a test says for whom the certificate is; the authority's own is in `tmp_path`."""
    called = getattr(request, "param", None)
    with running_hook_server(Authority(tmp_path).server(called) if called else None) as running:
        yield running


@pytest.fixture
def configured(database: Database, tmp_path: Path, server: HookServer) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="a secret for tests",
        compute="inline",
        base_url=BASE,
        webhook_hosts=frozenset({server.host}),
    )


@pytest.fixture
def client(new_client: Client) -> TestClient:
    """By TLS, because cookies go no other way where the base address is https."""
    client = new_client()
    client.base_url = client.base_url.copy_with(scheme="https")
    return client


@pytest.fixture
def errand(database: Database, configured: Settings) -> WebhookErrand:
    return next(one for one in errands.of(configured, database) if isinstance(one, WebhookErrand))


def run(errand: WebhookErrand, now: datetime) -> None:
    while errand.run(now):
        pass


def ask(client: TestClient, server: HookServer, item: str = "") -> str:
    """Returns the address of the page that only whoever asked has."""
    made = client.post("/c/scooters/webhooks", data={"url": server.url, "item": item})
    assert made.status_code == 303, made.text
    page = client.get(made.headers["location"])
    server.secret = page.text.partition("whsec_")[2].partition("<")[0]
    server.secret = f"whsec_{server.secret}"
    assert "whsec_" not in client.get(made.headers["location"]).text
    return made.headers["location"]


def happen(database: Database, tenant: Tenant, now: datetime) -> None:
    with database.write() as session:
        row = conversations.get(session, tenant.id, "scooters")
        stage = Stage.REFLECTION if row.stage != Stage.REFLECTION else Stage.DECISION
        conversations.enter_stage(session, row, stage, actor=ledger.SYSTEM, now=now)


def hook(database: Database) -> Webhook:
    with database.read() as session:
        return session.exec(select(Webhook)).one()


def test_a_program_is_told_of_one_recommendation_and_of_all_that_comes_of_it(
    database: Database, tenant: Tenant, client: TestClient, server: HookServer, errand: WebhookErrand
) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff)
        recommend(session, staff, text="Something else.")
    page = ask(client, server, "r/1")
    assert "has not answered the challenge yet" in client.get(page).text
    now = clock()
    run(errand, now)
    assert [message["type"] for _, message in server.told] == ["webhook.challenge"]
    assert "Your program has answered." in client.get(page).text
    server.told.clear()
    later = now + timedelta(hours=1)
    with database.write() as session:
        respond(session, staff, now=later, reason="It is needed.")
        respond(session, staff, number=2, now=later)
        promise(session, staff, now=later)
        deed = {"staff": staff, "slug": "scooters", "number": 1, "step": 1, "now": later + timedelta(seconds=1)}
        milestones.add_evidence(session, title="Clause 7", language="en", url="https://example.org/7", **deed)
    run(errand, later + timedelta(minutes=2))
    assert [message["type"] for _, message in server.told] == ["conversation.answer", "conversation.evidence"]
    (_, answered), (_, proven) = server.told
    assert answered["data"]["headline"] == "Recommendation 1 was answered: Adopted."
    assert answered["data"]["id"] == f"{BASE}/c/scooters/r/1/a/1"
    assert answered["timestamp"] == later.isoformat()
    assert proven["data"]["linked_data"] == f"{BASE}/c/scooters/r/1/m/1/e/1.jsonld"
    run(errand, later + timedelta(hours=1))
    assert len(server.told) == 2


def test_what_was_not_taken_is_sent_again_later_and_given_up_after_a_week(
    database: Database, tenant: Tenant, client: TestClient, server: HookServer, errand: WebhookErrand
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page, now = ask(client, server), clock()
    run(errand, now)
    server.told.clear()
    happen(database, tenant, now + timedelta(minutes=1))
    run(errand, now + timedelta(minutes=1) + SETTLED / 2)  # a transaction that began earlier may still be on its way
    assert server.told == []
    for misbehaviour, words in (("fails", "status 500"), ("redirects", "status 302")):
        server.misbehave = misbehaviour
        run(errand, hook(database).due_at)
        assert words in client.get(page).text
        assert server.told == []
    server.misbehave = ""
    run(errand, hook(database).due_at)
    assert [message["type"] for _, message in server.told] == ["conversation.stage"]
    assert hook(database).failures == 0
    happen(database, tenant, now + timedelta(days=1))
    server.misbehave = "fails"
    for _ in PAUSES:
        run(errand, max(hook(database).due_at, now + timedelta(days=2)))
    assert timedelta(days=6) < hook(database).due_at - now - timedelta(days=1) < timedelta(days=10)
    assert "We have given up" in client.get(page).text
    tried, server.misbehave = server.tried, ""
    run(errand, now + timedelta(days=60))
    assert server.tried == tried
    client.post(f"{page}/confirm")
    run(errand, now + timedelta(days=60))
    assert len(server.told) == 2
    assert client.post(f"{page}/end").status_code == 303
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("misbehaviour", ["echoes", "fails", "slow", "gone"])
def test_nothing_is_told_to_what_does_not_answer_the_challenge(
    database: Database,
    tenant: Tenant,
    client: TestClient,
    server: HookServer,
    errand: WebhookErrand,
    monkeypatch: pytest.MonkeyPatch,
    misbehaviour: str,
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    monkeypatch.setattr(webhook_client, "SECONDS", 0.5)
    page, now, server.misbehave = ask(client, server), clock(), misbehaviour
    run(errand, now)
    happen(database, tenant, now + timedelta(minutes=1))
    assert hook(database).confirmed_at is None
    assert ("We have given up" if misbehaviour == "gone" else "has not answered the challenge yet") in client.get(page).text
    run(errand, now + timedelta(minutes=1))
    assert [kind for kind in (message["type"] for _, message in server.told) if kind != "webhook.challenge"] == []
    run(errand, now + timedelta(days=9))
    with database.read() as session:
        assert session.exec(select(Webhook)).all() == []  # forgotten, like an address that nobody confirmed
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/", "begins with https://"),
        ("ftp://example.org/", "begins with https://"),
        ("https://user:word@example.org/", "without a user name"),
        ("nowhere", "begins with https://"),
        ("https://127.0.0.1/", "not an address on the public internet"),
        ("https://localhost:8000/", "not an address on the public internet"),
        ("https://10.0.0.1/", "not an address on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not an address on the public internet"),
        ("https://[::1]/", "not an address on the public internet"),
        ("https://[::ffff:127.0.0.1]/", "not an address on the public internet"),
        ("https://2130706433/", "not an address on the public internet"),
        ("https://nowhere.invalid/", "not an address on the public internet"),
        ("", "begins with https://"),
    ],
)
def test_addresses_that_are_not_on_the_public_internet_are_refused(
    database: Database, tenant: Tenant, client: TestClient, url: str, words: str
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page = client.post("/c/scooters/webhooks", data={"url": url})
    assert page.status_code == 422
    assert words in page.text
    assert url in page.text.replace("&amp;", "&")


def test_a_name_that_leads_home_later_leads_nowhere(
    database: Database, tenant: Tenant, client: TestClient, server: HookServer, configured: Settings, errand: WebhookErrand
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    ask(client, server)
    errand._allowed = frozenset()  # as if the operator had taken the host from the list
    run(errand, clock())
    assert server.tried == 0
    assert hook(database).failure == "the address does not begin with https://"


@pytest.mark.parametrize(
    ("server", "trusted", "failure"),
    [
        ("127.0.0.1", True, ""),
        ("127.0.0.1", False, "unable to get local issuer certificate"),
        ("hooks.example", True, "IP address mismatch"),
    ],
    indirect=["server"],
)
def test_a_message_goes_only_to_a_certificate_of_that_name_from_somebody_trusted(
    database: Database,
    tenant: Tenant,
    client: TestClient,
    server: HookServer,
    errand: WebhookErrand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
    failure: str,
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / AUTHORITY))
    page = ask(client, server)
    run(errand, clock())
    shown = client.get(page).text
    if failure:
        assert (server.tried, hook(database).confirmed_at) == (0, None)
        assert "CERTIFICATE_VERIFY_FAILED" in shown
        assert failure in shown
    else:
        assert [message["type"] for _, message in server.told] == ["webhook.challenge"]
        assert "Your program has answered." in shown


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b:1::7f00:1", False),
        ("fec0::1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:7f00:1", False),
        ("192.0.0.8", False),
        ("168.63.129.16", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert webhook_client.is_public(ipaddress.ip_address(address)) is public


def test_two_workers_tell_everything_once(
    database: Database, tenant: Tenant, client: TestClient, server: HookServer, configured: Settings
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    ask(client, server)
    now = clock()
    first, second = (WebhookErrand(database, configured, lambda *_, **__: "/c/scooters") for _ in range(2))
    with database.write() as session:
        key = hook(database).id or 0
        assert webhooks.claim(session, key, first.worker, now)
        assert not webhooks.claim(session, key, second.worker, now)
        assert webhooks.next_due(session, now) is None
        assert webhooks.claim(session, key, second.worker, now + timedelta(hours=1))
