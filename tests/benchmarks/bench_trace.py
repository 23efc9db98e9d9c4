"""What the trace of a large conversation costs: one item's surroundings, and everything at once."""

from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlmodel import Session

from deliberation import conversations, trace_findings, trace_graph
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Analysis, Conversation, RecommendationFinding, Report
from deliberation.values import Role
from tests.support.make import NOON, make_conversation, make_staff, make_statement
from tests.support.outcomes import TODAY, promise, recommend, respond

STATEMENTS, REPORTS, RECOMMENDATIONS = 800, 5, 60


def test_trace(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(STATEMENTS):
            make_statement(session, conversation)
        for number in range(1, REPORTS + 1):
            _report(session, conversation, number)
        staff = make_staff(session, tenant, Role.OFFICIAL)
        for number in range(1, RECOMMENDATIONS + 1):
            recommend(session, staff, statements=[number], text=f"Do {number}.")
            for kind in ("shared", "split"):
                session.add(RecommendationFinding(recommendation_id=number, kind=kind, number=number, group_label="A", choice=1))
            respond(session, staff, number=number)
            promise(session, staff, number=number)
    print(f"\n{STATEMENTS} statements, {REPORTS} reports, {RECOMMENDATIONS} recommendations on {database.url.get_backend_name()}")
    for key in ("s/7", "r/7", "report/5/f/shared-7-agree"):
        first, then = _milliseconds(database, tenant, key, fresh=True), _milliseconds(database, tenant, key)
        print(f"  {key:26} first {first:6.1f} ms, then {then:6.1f} ms")
    with database.read() as session:
        start = perf_counter()
        graph = trace_graph.of_conversation(session, conversations.get(session, tenant.id, "scooters"), "en", TODAY)
        print(f"  everything: {len(graph.items)} items, {len(graph.edges)} edges, {(perf_counter() - start) * 1000:.0f} ms")


def _milliseconds(database: Database, tenant: Tenant, key: str, *, fresh: bool = False) -> float:
    if fresh:
        trace_findings.forget()
    with database.read() as session:
        start = perf_counter()
        graph = trace_graph.around(session, conversations.get(session, tenant.id, "scooters"), key, "en", TODAY)
        assert key in graph.items
        return (perf_counter() - start) * 1000


def _report(session: Session, conversation: Conversation, number: int) -> None:
    """A finding of two kinds about every statement, with as much beside it as a real report has."""
    findings: dict[str, Any] = {
        "shared": [
            {"kind": "shared", "number": one, "choice": 1, "group": "A", "other": None} for one in range(1, STATEMENTS + 1)
        ],
        "split": [{"kind": "split", "number": one, "choice": 1, "group": "A", "other": "B"} for one in range(1, STATEMENTS + 1)],
        "distinctive": [],
        "unsure": [],
        "statements": [{"number": one, "everybody": [1] * 60} for one in range(1, STATEMENTS + 1)],
    }
    analysis = Analysis(
        conversation_id=identity(conversation),
        sequence=number,
        created_at=NOON,
        method="default",
        parameters={},
        engine_version="0",
        input_sha256="0" * 64,
        vote_events=0,
        decisions=0,
        result={},
        people=b"",
    )
    session.add(analysis)
    session.flush()
    session.add(
        Report(
            conversation_id=identity(conversation),
            number=number,
            analysis_id=identity(analysis),
            title="What residents said",
            content={"findings": findings, "texts": {}},
            sha256=f"{number:064d}",
            published_at=NOON + timedelta(days=number),
        )
    )
    session.flush()
