"""What an office reads when it is reminded, as it arrives at a real server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Recommendation
from deliberation.values import Role
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.make import NOON, make_staff
from tests.support.outcomes import days, make_reported, recommend
from web import errands
from web.mail_errand import MailErrand
from web.settings import Settings

ON_SQLITE = True


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


def test_an_office_reads_what_it_owes_with_the_day_and_the_way_to_put_it_off(
    database: Database, tenant: Tenant, server: MailServer, tmp_path: Path
) -> None:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        recommend(session, make_staff(session, tenant, Role.OFFICIAL), text="Mark\nbays <b>.", answer_due_on=days(7))
        row = session.exec(select(Recommendation)).one()
        row.office_id = None
        session.add(row)
    configured = Settings(
        data_dir=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="a secret for tests",
        smtp_url=server.url(),
        base_url="https://square.example.org",
    )
    errand = next(one for one in errands.of(configured, database) if isinstance(one, MailErrand))
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
