"""Mail as it arrives at a real server: what it says, and what becomes of what does not arrive."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from deliberation import conversations, ledger, subscriptions
from deliberation.deliveries import MOST_ATTEMPTS, Letter, Waiting
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Delivery, Subscription
from deliberation.values import Stage
from tests.support.mail_server import MailServer, only, own_certificate, running_mail_server
from tests.support.make import NOON, make_conversation, make_statement
from web import errands, smtp
from web.mail_errand import MailErrand
from web.settings import Settings
from web.smtp import MailServer as Connection
from web.smtp import NotSecret

ON_SQLITE = True

MEI = "mei@example.org"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


def errand(database: Database, tmp_path: Path, server: MailServer, url: str | None = None) -> MailErrand:
    configured = Settings(
        data_dir=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="a secret for tests",
        smtp_url=url or server.url(),
        base_url="https://square.example.org",
    )
    return next(one for one in errands.of(configured, database) if isinstance(one, MailErrand))


def ask(database: Database, tenant: Tenant, email: str = MEI, slug: str = "scooters", language: str = "en") -> None:
    with database.write() as session:
        subscriptions.ask(session, municipality_id=tenant.id, slug=slug, email=email, language=language, now=NOON)


def confirm_all(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for row in session.exec(select(Subscription)):
            subscriptions.confirm(session, municipality_id=tenant.id, token=row.token, person=None, now=NOON)


def happen(database: Database, tenant: Tenant, slug: str = "scooters", now: datetime = LATER) -> None:
    with database.write() as session:
        row = conversations.get(session, tenant.id, slug)
        stage = Stage.REFLECTION if row.stage != Stage.REFLECTION else Stage.DECISION
        conversations.enter_stage(session, row, stage, actor=ledger.SYSTEM, now=now)
        make_statement(session, row, created_at=now, decided_at=now)


def follow(database: Database, tenant: Tenant, errand: MailErrand, *emails: str) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    for email in emails or (MEI,):
        ask(database, tenant, email)
    errand.run(NOON)
    confirm_all(database, tenant)


def test_a_link_is_sent_once_and_leads_to_the_confirmation(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, topic="Rules for\nshared e-scooters <b>")
    ask(database, tenant)
    worker = errand(database, tmp_path, server)
    worker.run(NOON)
    worker.run(NOON + timedelta(seconds=2))
    (mail,) = server.mails
    with database.read() as session:
        token = session.exec(select(Subscription.token)).one()
        assert session.exec(select(Delivery)).all() == []
    assert mail["To"] == MEI
    assert mail["From"] == "hiroba@example.org"
    assert mail["Subject"] == "Please confirm: news about “Rules for shared e-scooters <b>”"
    assert f"  https://square.example.org/following/{token}" in mail.get_content().splitlines()
    assert "  Rules for shared e-scooters <b>" in mail.get_content().splitlines()
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("language", ["ja", "th"])
def test_mail_speaks_the_language_of_whoever_asked(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path, language: str
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, topic="電動キックボードのルール", language="ja")
    ask(database, tenant, language=language)
    errand(database, tmp_path, server).run(NOON)
    assert server.mails[0]["Content-Language"] == language
    assert "電動キックボードのルール" in server.mails[0].get_content()


def test_what_happened_in_everything_is_told_in_one_mail_and_at_most_once_a_day(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "trees", topic="More trees")
    ask(database, tenant, slug="trees")
    worker = errand(database, tmp_path, server)
    follow(database, tenant, worker)
    server.mails.clear()
    worker.write_digests(LATER)
    assert not worker.run(LATER)
    assert server.mails == []  # nothing has happened, so there is nothing to say
    for slug in ("scooters", "trees"):
        happen(database, tenant, slug)
    worker.write_digests(LATER)
    worker.run(LATER)
    happen(database, tenant, now=LATER + timedelta(minutes=1))
    worker.write_digests(LATER + timedelta(hours=23))
    worker.run(LATER + timedelta(hours=23))
    (mail,) = server.mails
    text = mail.get_content()
    assert mail["Subject"] == "News from Harbour"
    assert "More trees" in text
    assert "The conversation is in a new stage: Reflection." in text
    assert text.count("1 new statement to vote on.") == 2
    worker.write_digests(LATER + timedelta(hours=25))
    worker.run(LATER + timedelta(hours=25))
    assert [mail["Subject"] for mail in server.mails[1:]] == ["News about “Rules for shared e-scooters”"]
    assert "Reflection" not in server.mails[1].get_content()


def test_a_digest_can_be_stopped_with_one_click(database: Database, tenant: Tenant, server: MailServer, tmp_path: Path) -> None:
    worker = errand(database, tmp_path, server)
    follow(database, tenant, worker)
    happen(database, tenant)
    worker.write_digests(LATER)
    worker.run(LATER)
    mail = server.mails[-1]
    address = re.fullmatch(r"<https://square\.example\.org/following/([\w-]+)/stop-all>", mail["List-Unsubscribe"])
    assert address
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with database.read() as session:
        assert address[1] == session.exec(select(Subscription.token)).one()


def test_two_workers_send_every_mail_once(database: Database, tenant: Tenant, server: MailServer, tmp_path: Path) -> None:
    workers = [errand(database, tmp_path, server) for _ in range(2)]
    follow(database, tenant, workers[0], *(f"p{number}@example.org" for number in range(5)))
    happen(database, tenant)
    server.mails.clear()
    for worker in workers:
        worker.write_digests(LATER)
    for worker in workers:
        worker.run(LATER)
    assert len(server.mails) == 5
    assert len({mail["Message-ID"] for mail in server.mails}) == 5


def test_a_server_that_hangs_up_gets_the_mail_later(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    ask(database, tenant)
    server.drops = 1
    worker = errand(database, tmp_path, server)
    worker.run(NOON)
    assert server.mails == []
    worker.run(NOON + timedelta(seconds=30))
    assert server.mails == []
    worker.run(NOON + timedelta(seconds=61))
    assert len(server.mails) == 1
    assert "trying again later" in caplog.text


def test_a_server_that_is_away_is_asked_ever_more_seldom_and_in_the_end_no_more(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    with running_mail_server() as gone:
        pass
    with database.write() as session:
        make_conversation(session, tenant)
    ask(database, tenant)
    worker, now, pauses = errand(database, tmp_path, gone), NOON, []
    for _ in range(MOST_ATTEMPTS):
        worker.run(now)
        with database.read() as session:
            waiting = session.exec(select(Delivery)).first()
        if waiting is not None:
            assert waiting.claimed_by is None
            pauses.append(waiting.due_at - now)
            now = waiting.due_at
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(pauses) == timedelta(hours=6)
    assert len(pauses) == MOST_ATTEMPTS - 1
    assert timedelta(days=2) < now - NOON < timedelta(days=5)
    assert waiting is None


def test_an_address_that_is_refused_for_now_does_not_hold_up_the_others(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    server.answers["busy@example.org"] = "451 later, please"
    worker = errand(database, tmp_path, server)
    with database.write() as session:
        make_conversation(session, tenant)
    for email in ("busy@example.org", MEI):
        ask(database, tenant, email)
    worker.run(NOON)
    assert [mail["To"] for mail in server.mails] == [MEI]
    server.answers.clear()
    worker.run(NOON + timedelta(minutes=2))
    assert [mail["To"] for mail in server.mails] == [MEI, "busy@example.org"]


def test_an_unconfirmed_address_that_does_not_exist_is_forgotten(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    server.answers[MEI] = "550 nobody here"
    with database.write() as session:
        make_conversation(session, tenant)
    ask(database, tenant)
    errand(database, tmp_path, server).run(NOON)
    with database.read() as session:
        assert session.exec(select(Subscription)).all() == []
        assert session.exec(select(Delivery)).all() == []


def test_an_address_that_refuses_three_times_in_a_row_is_not_written_to_any_more(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    worker = errand(database, tmp_path, server)
    follow(database, tenant, worker)
    answers, now = ["550 full"] * 2 + [""] + ["550 full"] * 3, LATER
    for answer in answers:
        with database.read() as session:
            assert len(session.exec(select(Subscription)).all()) == 1
        server.answers = {MEI: answer} if answer else {}
        happen(database, tenant, now=now)
        worker.write_digests(now)
        worker.run(now)
        now += timedelta(hours=25)
    with database.read() as session:
        assert session.exec(select(Subscription)).all() == []
        assert session.exec(select(Delivery)).all() == []


def test_the_address_for_one_click_is_one_piece_on_the_wire() -> None:
    stop = f"<https://a-rather-long-name.hiroba.example.org/following/{'k' * 43}/stop-all>"
    letter = Letter("お知らせ", "Text", "ja", {"List-Unsubscribe": stop})
    sent = smtp.message(Waiting(1, MEI, letter, NOON, 0), "hiroba@example.org", NOON).as_bytes()
    assert f"\nList-Unsubscribe: {stop}\n".encode() in sent
    assert b"\nSubject: =?utf-8?" in sent


def test_no_text_becomes_a_header(tmp_path: Path) -> None:
    letter = Letter("Hello\r\nBcc: somebody@example.org", "Text", "en", {})
    made = smtp.message(Waiting(1, MEI, letter, NOON, 0), "hiroba@example.org", NOON)
    assert made["Bcc"] is None
    assert made["Subject"] == "Hello Bcc: somebody@example.org"
    for headers in ({"List-Unsubscribe": "<x>\r\nBcc: a@example.org"}, {"X": "a\nb"}):
        with pytest.raises(ValueError, match="Header"):
            smtp.message(Waiting(1, MEI, Letter("Hello", "Text", "en", headers), NOON, 0), "hiroba@example.org", NOON)


def waiting() -> Waiting:
    return Waiting(1, MEI, Letter("Hello", "Text", "en"), NOON, 0)


def test_the_connection_turns_to_tls_where_the_server_can_and_signs_in(tmp_path: Path) -> None:
    options = {"tls_context": own_certificate(tmp_path), "auth_required": True, "authenticator": only("hiroba", "p@ss word")}
    with running_mail_server(**options) as server:
        connection = Connection.at(server.url("hiroba:p%40ss%20word@"))
        with connection.connected() as open_server:
            connection.hand_in(open_server, waiting(), NOON)
        assert server.over_tls == [True]


def test_a_password_is_not_sent_in_the_open_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_mail_server() as server:
        connection = Connection("127.0.0.1", server.port, False, "hiroba", "secret", "hiroba@example.org")
        monkeypatch.setattr(Connection, "_is_this_machine", lambda _: False)
        with pytest.raises(NotSecret), connection.connected():
            pass


def test_mail_that_waits_for_somebody_who_leaves_is_not_sent(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    worker = errand(database, tmp_path, server)
    follow(database, tenant, worker)
    happen(database, tenant)
    server.mails.clear()
    worker.write_digests(LATER)
    with database.write() as session:
        token = session.exec(select(Subscription.token)).one()
        subscriptions.stop(session, municipality_id=tenant.id, token=token, now=LATER)
    worker.run(LATER)
    assert server.mails == []


def test_unconfirmed_addresses_are_forgotten_after_seven_days(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    ask(database, tenant)
    worker = errand(database, tmp_path, server)
    for days, left in ((7, 1), (8, 0)):
        worker.run(NOON + timedelta(days=days))
        with database.read() as session:
            assert len(session.exec(select(Subscription).where(col(Subscription.email) == MEI)).all()) == left
