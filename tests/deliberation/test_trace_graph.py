"""The trace as a graph: what rests on what, walked both ways, and what nobody may see in it."""

import pytest
from sqlmodel import Session, select

from deliberation import conversations, milestones, moderation, recommendations, trace_graph
from deliberation.accounts import Staff
from deliberation.errors import NotFound
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Statement
from deliberation.trace_items import Graph, is_key
from deliberation.values import Outcome, Reason, Role, StatementState
from tests.support.make import NOON, make_staff
from tests.support.outcomes import TODAY, make_reported, promise, recommend, respond

SHARED = "report/1/f/shared-1-agree"
CHAIN = ["s/1", SHARED, "r/1", "r/1/a/1", "r/1/m/1", "r/1/m/1/e/1"]


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    """Recommendation 1 was drafted from a finding about statement 1 and is linked with statement 2; number 2 is a draft."""
    made = make_reported(database, tenant)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, statements=[2], findings=["shared-1-agree"])
        recommendations.draft(
            session, staff=staff, slug="scooters", text="Not yet.", language="en", findings=["shared-1-agree"], now=NOON
        )
        respond(session, staff, Outcome.ADOPTED)
        promise(session, staff)
        deed = {"staff": staff, "slug": "scooters", "number": 1, "step": 1, "now": NOON}
        milestones.finish(session, done_on=TODAY, **deed)
        milestones.add_evidence(session, title="Clause 7", language="en", url="https://example.org/7", **deed)
    return made


def around(session: Session, tenant: Tenant, key: str) -> Graph:
    return trace_graph.around(session, conversations.get(session, tenant.id, "scooters"), key, "en", TODAY)


def moderator(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.MODERATOR, "m@example.org")


def test_every_item_leads_to_all_others_of_its_way_in_both_directions(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    with database.read() as session:
        for place, key in enumerate(CHAIN):
            graph = around(session, tenant, key)
            assert is_key(key)
            assert [item.key for item in graph.above(key) if item.key in CHAIN] == CHAIN[:place]
            assert [item.key for item in graph.below(key) if item.key in CHAIN] == CHAIN[place + 1 :]
        graph = around(session, tenant, "r/1")
        before, after = graph.next_to("r/1")
        assert [item.key for item in before] == ["s/2", SHARED]  # statement 1 comes with the finding
        assert [item.key for item in after] == ["r/1/a/1"]
        assert graph.items["r/1/m/1"].state == "done"
        assert graph.items[SHARED].title == graph.items["s/1"].title


def test_what_only_staff_see_and_what_is_not_there_is_not_found(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    with database.read() as session:
        everything = trace_graph.of_conversation(session, conversations.get(session, tenant.id, "scooters"), "en", TODAY)
        assert not any(key.startswith("r/2") for key in everything.items)
        assert "report/1/f/split-3" in everything.items or len(everything.items) > len(CHAIN)
        for key in ("r/2", "r/9", "s/99", "r/1/a/2", "r/1/m/1/e/2", "report/1/f/shared-9-agree", "report/2/f/shared-1-agree"):
            with pytest.raises(NotFound):
                around(session, tenant, key)


def test_a_rejected_statement_stays_in_the_trace_without_its_text(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    with database.write() as session:
        staff = moderator(session, tenant)
        seen = StatementState.ACCEPTED
        moderation.reject(session, staff=staff, slug="scooters", number=1, reason=Reason.SPAM, seen=seen, now=NOON)
    with database.read() as session:
        graph = around(session, tenant, "r/1/m/1/e/1")
        assert (graph.items["s/1"].title, graph.items["s/1"].state) == (None, StatementState.REJECTED)
        assert graph.items[SHARED].title is None


def test_a_merged_statement_leads_to_what_rests_on_the_one_it_counts_for(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    with database.write() as session:
        staff = moderator(session, tenant)
        seen = StatementState.ACCEPTED
        for number, into in ((5, 1), (1, 3)):
            moderation.merge(session, staff=staff, slug="scooters", number=number, into=into, seen=seen, now=NOON)
    with database.read() as session:
        assert session.exec(select(Statement.state).where(Statement.number == 5)).one() == StatementState.MERGED
        assert "r/1/m/1/e/1" in {item.key for item in around(session, tenant, "s/5").below("s/5")}
        beyond = around(session, tenant, "s/3")
        assert {"s/1", "s/5"} == {item.key for item in beyond.above("s/3")}
        assert {SHARED, "r/1"} <= {item.key for item in beyond.below("s/3")}


@pytest.mark.parametrize(
    "key", ["", "s/0", "s/x", "r/1/a", "r/1/m/1/e", "report/1/f/", "r/1/../2", "r/1/x/1", "s/٣", "trace", "r/1\n"]
)
def test_other_words_are_no_keys(key: str) -> None:
    assert not is_key(key)
