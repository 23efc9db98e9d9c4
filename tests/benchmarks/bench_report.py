"""What the report of a large conversation costs to look at: as it stands now, and as it was published."""

import gzip
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import insert
from sqlmodel import Session, select
from starlette.testclient import TestClient

from deliberation import conversations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Statement, Translation
from deliberation.storage.tables.columns import table_of
from deliberation.values import LANGUAGES, Provenance, Translatable
from tests.support.multitude import make_multitude
from tests.support.outcomes import analyse, publish
from web.app import create_app
from web.settings import Settings

PEOPLE, STATEMENTS, VOTES_EACH = 33_000, 800, 60
LOOKS = 15
PAGES = {
    "present": "/c/multitude/report?report=now",
    "published": "/c/multitude/report?report=1",
    "published, in Japanese": "/c/multitude/report?report=1&lang=ja",
    "all statements": "/c/multitude/report?report=1&view=statements",
}


def test_report(database: Database, tenant: Tenant, configured: Settings) -> None:
    with database.write() as session:
        conversation = make_multitude(session, tenant, PEOPLE, STATEMENTS, VOTES_EACH)
        _translate(session, tenant, conversation)
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant, slug="multitude", override="A measurement.")
    print(f"\n{PEOPLE:,} × {STATEMENTS} on {database.url.get_backend_name()}, translated into {len(LANGUAGES) - 1} languages")
    for name, path in PAGES.items():
        print(f"  {name:24} {_looked_at(configured, path)}")


def _translate(session: Session, tenant: Tenant, conversation: Conversation) -> None:
    """Every statement has a translation into every other language."""
    of_conversation = select(Statement.id).where(Statement.conversation_id == conversations.identify(conversation))
    rows = [
        {
            "municipality_id": tenant.id,
            "subject": Translatable.STATEMENT,
            "subject_id": statement,
            "language": language,
            "text": f"{statement} ({language})",
            "provenance": Provenance.MACHINE,
        }
        for statement in session.exec(of_conversation)
        for language in LANGUAGES
        if language != "en"
    ]
    session.connection().execute(insert(table_of(Translation)), rows)


def _looked_at(settings: Settings, path: str) -> str:
    """The first time in a process, which reads the stored contents, and later times; of these also the processor's own time."""
    with TestClient(create_app(settings, work=False)) as client:
        client.get("/")  # compiles the templates that all pages share
        seconds, busy = [], []
        for _ in range(LOOKS):
            start, worked = perf_counter(), process_time()
            page = client.get(path)
            seconds.append(perf_counter() - start)
            busy.append(process_time() - worked)
            assert page.status_code == 200
    packed = len(gzip.compress(page.content))
    return (
        f"first {seconds[0] * 1000:5.0f} ms, later {median(seconds[1:]) * 1000:4.0f} ms (fastest {min(seconds[1:]) * 1000:.0f}, "
        f"processor {median(busy[1:]) * 1000:.0f}), {len(page.content) / 1000:.0f} KB, compressed {packed / 1000:.0f} KB"
    )
