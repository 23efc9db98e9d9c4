"""What an office reads when it is reminded, as it arrives at a real server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation import accounts, responses
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Recommendation
from deliberation.values import Role
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.make import NOON, make_staff
from tests.support.outcomes import ask_for_review, days, make_reported, recommend
from web import errands
from web.mail_errand import MailErrand
from web.settings import Settings

ON_SQLITE = True


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


def mailing(database: Database, server: MailServer, folder: Path) -> MailErrand:
    configured = Settings(
        data_dir=folder,
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="a secret for tests",
        smtp_url=server.url(),
        base_url="https://square.example.org",
    )
    return next(one for one in errands.of(configured, database) if isinstance(one, MailErrand))


def test_an_office_reads_what_it_owes_with_the_day_and_the_way_to_put_it_off(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        recommend(session, make_staff(session, tenant, Role.OFFICIAL), text="Mark\nbays <b>.", answer_due_on=days(7))
        row = session.exec(select(Recommendation)).one()
        row.office_id = None
        session.add(row)
    errand = mailing(database, server, tmp_path)
    errand.run(NOON)
    errand.run(NOON + timedelta(hours=1))
    (mail,) = server.mails
    text = mail.get_content()
    assert mail["To"] == "official@example.org"
    assert "has promised for the next days" in mail["Subject"]
    for part in ("The answer is due by", "Mark bays <b>.", "https://square.example.org/official/scooters/r/1", "put off"):
        assert part in text, part
    errand.run(NOON + timedelta(days=8))
    assert "overdue" in server.mails[-1]["Subject"]
    assert "1 day ago" in server.mails[-1].get_content()


def test_a_second_person_reads_in_their_language_what_waits_for_them_and_its_author_that_it_came_back(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        author = make_staff(session, tenant, Role.OFFICIAL)
        deputy = make_staff(session, tenant, Role.OFFICIAL, "deputy@example.org")
        recommend(session, author, text="Mark bays <b>.")
        ask_for_review(session, author)
        accounts.choose_language(session, account_id=deputy.id, language="ja", now=NOON)
    errand = mailing(database, server, tmp_path)
    errand.run(NOON)
    (mail,) = server.mails
    assert (mail["To"], mail["Content-Language"]) == ("deputy@example.org", "ja")
    assert "Mark bays <b>." in mail.get_content()
    assert "https://square.example.org/official/scooters/r/1/review" in mail.get_content()
    with database.write() as session:
        responses.give_back(session, staff=deputy, slug="scooters", number=1, version=1, note="Say whose bays.", now=NOON)
    errand.run(NOON + timedelta(hours=1))
    back = server.mails[-1]
    assert (back["To"], "Given back, with a note" in back["Subject"]) == (author.email, True)
    assert "  https://square.example.org/official/scooters/r/1#answer" in back.get_content().splitlines()
    assert "whose bays" not in back.get_content()
    assert len(server.mails) == 2
