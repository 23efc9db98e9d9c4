import hashlib
import json
from functools import partial

import pytest
from sqlmodel import Session, col, select

from deliberation import conversations, ledger, ledger_chain, report_contents, reports, translations
from deliberation.errors import NotFound
from deliberation.errors.outcomes import ReportPublishedAlready
from deliberation.errors.reports import FileWithheld, NothingToPublish
from deliberation.figures import Tally
from deliberation.municipalities import Tenant
from deliberation.reports import Published
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, Report, Statement
from deliberation.values import Choice, Provenance, Role, StatementState, Translatable
from tests.support.at_once import at_once
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, prepare, publish


@pytest.fixture
def scooters(database: Database, tenant: Tenant) -> Conversation:
    """Two camps that both agree with statement 1, with one analysis."""
    with database.write() as session:
        conversation = make_camps(session, tenant, statements=16)
    analyse(database, conversation)
    return conversation


@pytest.fixture
def published(database: Database, tenant: Tenant, scooters: Conversation) -> Published:
    with database.write() as session:
        return publish(session, tenant, title="What riders said", introduction="In **June**.")


def id_of(conversation: Conversation) -> int:
    return conversations.identify(conversation)


def statement(session: Session, number: int) -> Statement:
    return session.exec(select(Statement).where(Statement.number == number)).one()


def test_a_report_holds_the_findings_figures_and_texts_of_the_present_snapshot(published: Published) -> None:
    contents = published.contents
    assert (published.number, published.heading.title, published.introduction) == (1, "What riders said", "In **June**.")
    assert (contents.snapshot.sequence, contents.snapshot.method) == (1, "default")
    assert contents.findings.participants == 24
    assert contents.findings.shared[0].number == 1
    assert contents.findings.figures(1).everybody == Tally(24, 0, 0)
    assert contents.texts[1].text == "Statement number 1 says this."
    assert (contents.counts.accepted, contents.counts.rejected) == (16, 0)


def test_nothing_that_happens_later_changes_a_report(
    database: Database, tenant: Tenant, scooters: Conversation, published: Published
) -> None:
    with database.write() as session:
        for number in range(1, 9):
            answer(session, tenant, "scooters", "a newcomer", number, Choice.DISAGREE)
        statement(session, 1).text = "Something else altogether."
    analyse(database, scooters)
    with database.read() as session:
        assert reports.get(session, id_of(scooters), 1) == published


def test_what_is_new_is_a_report_with_the_next_number(
    database: Database, tenant: Tenant, scooters: Conversation, published: Published
) -> None:
    with database.write() as session:
        for number in range(1, 9):
            answer(session, tenant, "scooters", "a newcomer", number, Choice.DISAGREE)
    analyse(database, scooters)
    with database.write() as session:
        second = publish(session, tenant, title="And then")
    with database.read() as session:
        assert second.number == 2
        assert second.contents.snapshot.sequence == 2
        assert second.contents.findings.participants == 25
        assert reports.newest(session, id_of(scooters)) == second
        assert [(heading.number, heading.title) for heading in reports.listing(session, id_of(scooters))] == [
            (2, "And then"),
            (1, "What riders said"),
        ]


def test_the_same_report_is_not_published_again(
    database: Database, tenant: Tenant, scooters: Conversation, published: Published
) -> None:
    with pytest.raises(ReportPublishedAlready) as refused, database.write() as session:
        publish(session, tenant, title="What riders said", introduction="In **June**.")
    assert refused.value.facts == {"number": 1}
    with database.write() as session:
        assert publish(session, tenant, title="What riders said", introduction="In June.").number == 2
        assert publish(session, tenant, title="What riders said", introduction="In June.", language="ja").number == 3


@pytest.mark.parametrize("corrects", [None, 1, 3])
def test_a_draft_is_published_again_only_to_correct_the_report_that_was_seen(
    database: Database, tenant: Tenant, scooters: Conversation, published: Published, corrects: int | None
) -> None:
    with database.write() as session:
        publish(session, tenant, title="What they said", corrects=1)
    with pytest.raises(ReportPublishedAlready) as refused, database.write() as session:
        publish(session, tenant, title="What was said", corrects=corrects)
    assert refused.value.facts == {"number": 2}
    with database.write() as session:
        assert publish(session, tenant, title="What was said", corrects=2).number == 3


def test_a_draft_is_published_once_whatever_several_people_write_at_once(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    with database.write() as session:
        prepare(session, tenant)
        official = make_staff(session, tenant, Role.OFFICIAL)

    def publishing(title: str) -> None:
        with database.write() as session:
            reports.publish(
                session,
                municipality_id=tenant.id,
                slug="scooters",
                staff=official,
                title=title,
                introduction="",
                language="en",
                note="Something is different.",
                override="The council meets tomorrow.",
                now=NOON,
            )

    refusals = at_once(*(partial(publishing, title) for title in ("What riders said", "What riders said", "What walkers said")))
    assert sorted(type(refusal).__name__ for refusal in refusals) == [
        "NoneType",
        "ReportPublishedAlready",
        "ReportPublishedAlready",
    ]
    with database.read() as session:
        assert len(session.exec(select(Report)).all()) == 1


def test_the_hash_is_that_of_the_file(database: Database, scooters: Conversation, published: Published) -> None:
    with database.read() as session:
        file = reports.file(session, id_of(scooters), 1)
    assert hashlib.sha256(file).hexdigest() == published.sha256
    content = json.loads(file)
    assert (content["number"], content["title"], content["introduction"]) == (1, "What riders said", "In **June**.")
    assert report_contents.from_plain(content) == published.contents


def test_the_ledger_names_report_analysis_and_votes_by_their_hashes(
    database: Database, tenant: Tenant, published: Published
) -> None:
    with database.read() as session:
        entry = session.exec(select(LedgerEntry).where(LedgerEntry.action == "report.published")).one()
        assert entry.subject == "report/scooters/1"
        assert entry.actor.startswith("official:")
        assert published.contents.source is not None
        assert entry.facts == {
            "number": 1,
            "sha256": published.sha256,
            "analysis": 1,
            "input_sha256": published.contents.snapshot.input_sha256,
            "votes_sha256": published.contents.source.votes_sha256,
        }
        assert ledger_chain.examine(ledger.entries(session, tenant.id)).fault is None


def test_without_an_analysis_there_is_nothing_to_publish(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
    with pytest.raises(NothingToPublish), database.write() as session:
        publish(session, tenant)
    with database.read() as session:
        assert session.exec(select(Report)).all() == []
        assert session.exec(select(LedgerEntry).where(col(LedgerEntry.action).startswith("report"))).all() == []
        assert reports.newest(session, id_of(conversation)) is None
        assert reports.listing(session, id_of(conversation)) == []


def test_a_statement_that_is_rejected_later_is_read_no_more(
    database: Database, scooters: Conversation, published: Published
) -> None:
    with database.write() as session:
        statement(session, 1).state = StatementState.REJECTED
    with database.read() as session:
        found = reports.get(session, id_of(scooters), 1)
        assert found.withdrawn == {1}
        assert 1 not in found.contents.texts
        assert found.contents.findings == published.contents.findings
        with pytest.raises(FileWithheld):
            reports.file(session, id_of(scooters), 1)


def test_another_municipality_cannot_publish_here(database: Database, other_tenant: Tenant, scooters: Conversation) -> None:
    with pytest.raises(NotFound), database.write() as session:
        publish(session, other_tenant)


def test_reports_of_another_conversation_are_not_found(database: Database, tenant: Tenant, published: Published) -> None:
    with database.write() as session:
        other = make_conversation(session, tenant, "bicycles")
    with database.read() as session:
        with pytest.raises(NotFound):
            reports.get(session, id_of(other), 1)
        with pytest.raises(NotFound):
            reports.file(session, id_of(other), 1)


def test_title_introduction_and_statements_are_read_in_the_reader_s_language(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    def translate(session: Session, subject: Translatable, subject_id: int, text: str) -> None:
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=subject,
            subject_id=subject_id,
            language="ja",
            text=text,
            provenance=Provenance.HUMAN,
        )

    with database.write() as session:
        translate(session, Translatable.STATEMENT, statement(session, 1).id or 0, "意見1")
        published = publish(session, tenant, introduction="In June.")
        translate(session, Translatable.REPORT_TITLE, published.id, "住民の意見")
        translate(session, Translatable.REPORT_INTRODUCTION, published.id, "6月に。")
    with database.read() as session:
        found = reports.get(session, id_of(scooters), 1)
        assert found.contents.texts[1].reading("ja").text == "意見1"
        assert found.contents.texts[1].reading("ja").original == "Statement number 1 says this."
        assert reports.titles(session, [found.heading], "ja")[1].text == "住民の意見"
        assert reports.introduction(session, found, "ja").text == "6月に。"
        assert reports.introduction(session, found, "ko").text == "In June."


def test_texts_of_rejected_statements_are_never_given_out(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation, "Keep this.")
        make_statement(session, conversation, "Call me on 555.", state=StatementState.REJECTED)
    with database.read() as session:
        assert list(report_contents.texts_of(session, id_of(conversation), [1, 2])) == [1]


def test_a_report_says_when_votes_were_taken(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, opens_at=NOON)
    analyse(database, conversation)
    with database.write() as session:
        contents = publish(session, tenant).contents
    assert (contents.opens_at, contents.closes_at) == (NOON, None)
    assert contents.snapshot.made_at == NOON


def test_a_report_of_before_there_were_intervals_is_read_as_it_was_frozen(published: Published) -> None:
    plain = report_contents.to_plain(published.contents)
    found = plain["findings"]
    for name in ("kinds", "certainty"):
        del found[name]
    for name in ("basis", "divided_percent", "least_votes_for_a_kind"):
        del found["rules"][name]
    for figures in found["statements"]:
        for name in ("divides", "explained", "bridging"):
            del figures[name]
        for tally in (figures["everybody"], *figures["by_group"].values()):
            del tally["estimates"]
    read = report_contents.from_plain(plain).findings
    assert read.shared == published.contents.findings.shared
    assert (read.rules.by_intervals, read.certainty, read.kinds) == (False, None, {})
    assert read.figures(1).everybody == Tally(24, 0, 0)
    assert read.figures(1).everybody.estimates is None


def test_a_report_holds_whole_numbers_only_so_that_every_program_writes_them_alike(published: Published) -> None:
    def fractions(value: object) -> list[float]:
        if isinstance(value, dict):
            return [one for part in value.values() for one in fractions(part)]
        if isinstance(value, list):
            return [one for part in value for one in fractions(part)]
        return [value] if isinstance(value, float) else []

    assert fractions(report_contents.to_plain(published.contents)) == []
