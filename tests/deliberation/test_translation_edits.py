from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation import translatables, translation_desk, translation_edits, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.translations import (
    LanguageUnknown,
    OriginalChangedMeanwhile,
    OwnTranslation,
    TranslatedMeanwhile,
    TranslationEmpty,
    TranslationNotNeeded,
    TranslationTooLong,
)
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, Statement, Translation
from deliberation.translation_desk import Asked, Line, Need
from deliberation.values import Choice, Provenance, Role, StatementState, Translatable
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def translator(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.TRANSLATOR)


@pytest.fixture
def colleague(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.ADMIN)


@pytest.fixture
def statement(database: Database, tenant: Tenant) -> int:
    with database.write() as session:
        return make_statement(session, make_conversation(session, tenant), "Park in bays.").id or 0


def line(database: Database, staff: Staff, key: int, language: str = "ja", kind: Translatable = Translatable.STATEMENT) -> Line:
    with database.read() as session:
        return translation_desk.line(session, staff, kind, key, language, "en", NOON)


def save(
    database: Database,
    staff: Staff,
    seen: Line,
    text: str = "枠に停める。",
) -> None:
    with database.write() as session:
        translation_edits.save(
            session,
            staff=staff,
            subject=seen.text.subject,
            subject_id=seen.text.id,
            language=seen.language,
            text=text,
            seen=seen.seen,
            now=NOON,
        )


def review(database: Database, staff: Staff, seen: Line) -> None:
    with database.write() as session:
        translation_edits.review(
            session,
            staff=staff,
            subject=seen.text.subject,
            subject_id=seen.text.id,
            language=seen.language,
            seen=seen.seen,
            now=LATER,
        )


def put_by_machine(database: Database, tenant: Tenant, key: int, language: str = "ja", text: str = "機械の文") -> None:
    with database.write() as session:
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.STATEMENT,
            subject_id=key,
            language=language,
            text=text,
            provenance=Provenance.MACHINE,
            now=NOON,
        )


def actions(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    with database.read() as session:
        rows = session.exec(select(LedgerEntry).where(LedgerEntry.subject.startswith("statement/"))).all()  # type: ignore[attr-defined]
        return [(row.action, row.subject, row.facts) for row in rows]


def test_a_translation_is_kept_with_who_wrote_it_and_ballots_show_it(
    database: Database, tenant: Tenant, translator: Staff, statement: int
) -> None:
    with database.read() as session:
        version = session.exec(select(Conversation.version)).one()
    save(database, translator, line(database, translator, statement), "  枠に\u202e停める。 ")
    with database.read() as session:
        row = session.exec(select(Translation)).one()
        assert (row.text, row.provenance, row.translator, row.translated_at) == (
            "枠に停める。",
            Provenance.HUMAN,
            translator.actor.name,
            NOON,
        )
        assert session.exec(select(Conversation.version)).one() == version + 1
    assert actions(database) == [("translation.saved", "statement/scooters/1", {"language": "ja"})]


def test_nobody_checks_their_own_translation_but_a_colleague_does(
    database: Database, translator: Staff, colleague: Staff, statement: int
) -> None:
    save(database, translator, line(database, translator, statement))
    mine = line(database, translator, statement)
    assert not mine.may_check
    with pytest.raises(OwnTranslation):
        review(database, translator, mine)
    assert line(database, colleague, statement).may_check
    review(database, colleague, line(database, colleague, statement))
    assert line(database, colleague, statement).checked_at == LATER
    review(database, colleague, line(database, colleague, statement))  # once more changes nothing
    assert [action for action, _, _ in actions(database)] == ["translation.saved", "translation.reviewed"]


def test_what_a_machine_wrote_can_be_found_correct_and_is_then_read_so(
    database: Database, tenant: Tenant, translator: Staff, statement: int
) -> None:
    put_by_machine(database, tenant, statement)
    review(database, translator, line(database, translator, statement))
    with database.read() as session:
        shown = translations.readings(session, Translatable.STATEMENT, {statement: ("Park", "en")}, "ja")[statement]
        stored = session.exec(select(Translation)).one()
    assert shown.provenance == Provenance.REVIEWED
    assert (stored.provenance, stored.reviewer) == (Provenance.MACHINE, translator.actor.name)


def test_a_machines_text_sent_back_unchanged_is_found_correct_and_an_improved_one_is_a_persons(
    database: Database, tenant: Tenant, translator: Staff, statement: int
) -> None:
    put_by_machine(database, tenant, statement)
    save(database, translator, line(database, translator, statement), "機械の文")
    assert line(database, translator, statement).checked_at == NOON
    save(database, translator, line(database, translator, statement), "人の文")
    improved = line(database, translator, statement)
    assert (improved.provenance, improved.checked_at) == (Provenance.HUMAN, None)


def test_two_translators_at_once_do_not_overwrite_each_other(
    database: Database, translator: Staff, colleague: Staff, statement: int
) -> None:
    seen = line(database, translator, statement)
    save(database, colleague, line(database, colleague, statement), "先に訳した。")
    with pytest.raises(TranslatedMeanwhile):
        save(database, translator, seen)
    with pytest.raises(TranslatedMeanwhile):
        review(database, translator, seen)
    assert line(database, translator, statement).translation == "先に訳した。"
    save(database, translator, line(database, translator, statement))
    assert line(database, translator, statement).translation == "枠に停める。"


def test_an_original_that_changed_meanwhile_is_told(
    database: Database, tenant: Tenant, translator: Staff, statement: int
) -> None:
    with database.read() as session:
        topic = session.exec(select(Conversation.id)).one()
    seen = line(database, translator, topic or 0, kind=Translatable.TOPIC)
    with database.write() as session:
        session.exec(select(Conversation)).one().topic = "All that rolls"
    with pytest.raises(OriginalChangedMeanwhile):
        save(database, translator, seen)


@pytest.mark.parametrize("text", ["", "  \n", "!?", "\u202e\u2066"])
def test_a_translation_says_something(database: Database, translator: Staff, statement: int, text: str) -> None:
    with pytest.raises(TranslationEmpty):
        save(database, translator, line(database, translator, statement), text)


def test_a_translation_ends_somewhere(database: Database, translator: Staff, statement: int) -> None:
    with pytest.raises(TranslationTooLong):
        save(database, translator, line(database, translator, statement), "あ" * 2001)


def test_paragraphs_and_markup_of_a_background_stay(database: Database, translator: Staff, statement: int) -> None:
    with database.read() as session:
        key = session.exec(select(Conversation.id)).one() or 0
    written = "## どこに\r\n\r\n- 一\u200b\r\n  - 二\r\n"
    save(database, translator, line(database, translator, key, kind=Translatable.BACKGROUND), written)
    assert line(database, translator, key, kind=Translatable.BACKGROUND).translation == "## どこに\n\n- 一\n  - 二"


def test_only_translators_translate_and_only_their_municipalitys_texts(
    database: Database, tenant: Tenant, other_tenant: Tenant, translator: Staff, statement: int
) -> None:
    seen = line(database, translator, statement)
    with database.write() as session:
        moderator = make_staff(session, tenant, Role.MODERATOR)
        stranger = make_staff(session, other_tenant, Role.TRANSLATOR)
    with pytest.raises(Forbidden):
        save(database, moderator, seen)
    with pytest.raises(Forbidden):
        line(database, moderator, statement)
    with pytest.raises(NotFound):
        save(database, stranger, seen)
    with pytest.raises(NotFound):
        line(database, stranger, statement)
    with database.read() as session:
        desk = translation_desk.desk(session, stranger, Asked("ja", Need.EVERYTHING), "en", NOON)
    assert (list(desk.lines), desk.counts.all) == ([], 0)


def test_what_not_everybody_may_read_is_not_translated(database: Database, tenant: Tenant, translator: Staff) -> None:
    with database.write() as session:
        row = make_statement(session, make_conversation(session, tenant), state=StatementState.PENDING)
    with pytest.raises(NotFound):
        line(database, translator, row.id or 0)


def test_no_translation_into_the_language_of_the_original(database: Database, translator: Staff, statement: int) -> None:
    with pytest.raises(TranslationNotNeeded):
        save(database, translator, line(database, translator, statement, "en"))
    with pytest.raises(NotFound):
        line(database, translator, statement, "fr")


def test_first_comes_what_is_missing_where_most_people_have_still_to_read_it(
    database: Database, tenant: Tenant, translator: Staff
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "closed", topic="Closed", background="", closes_at=NOON)
        row = make_conversation(session, tenant, "open", topic="Open", background="")
        first = make_statement(session, row, "Everybody has read this.")
        make_statement(session, row, "Half have read this.")
        make_statement(session, row, "Nobody has read this.")
        by_machine = make_statement(session, row, "A machine has translated this.")
        for person, numbers in (("mei" * 4, (1, 2)), ("ken" * 4, (1,))):
            for number in numbers:
                answer(session, tenant, "open", person, number, Choice.AGREE)
    put_by_machine(database, tenant, by_machine.id or 0)
    with database.read() as session:
        desk = translation_desk.desk(session, translator, Asked("ja"), "en", NOON)
        told = {line.text.text: line.readers for line in desk.lines}
    assert list(told) == [
        "Open",
        "Nobody has read this.",
        "Half have read this.",
        "Everybody has read this.",
        "A machine has translated this.",
        "Closed",
    ]
    assert list(told.values()) == [2, 2, 1, 0, 2, 0]
    assert (desk.counts.missing, desk.counts.machine, desk.counts.all) == (5, 1, 6)
    assert first.number == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"need": Need.MISSING, "slug": "scooters"}, 3),
        ({"need": Need.MACHINE}, 1),
        ({"need": Need.UNCHECKED}, 1),
        ({"need": Need.EVERYTHING, "kind": Translatable.STATEMENT}, 2),
        ({"need": Need.EVERYTHING, "words": "ＢＡＹＳ park"}, 1),
        ({"need": Need.EVERYTHING, "words": "機械"}, 1),
        ({"words": "nowhere"}, 0),
        ({"page": 2}, 0),
    ],
)
def test_texts_can_be_asked_for(
    database: Database, tenant: Tenant, translator: Staff, statement: int, asked: dict[str, object], found: int
) -> None:
    with database.write() as session:
        row = session.exec(select(Conversation)).one()
        other = make_statement(session, row, "Something else.")
    put_by_machine(database, tenant, other.id or 0)
    with database.read() as session:
        desk = translation_desk.desk(session, translator, Asked("ja", **asked), "en", NOON)  # type: ignore[arg-type]
    assert len(desk.lines) == found


def test_the_language_of_an_original_can_be_put_right(
    database: Database, tenant: Tenant, translator: Staff, statement: int
) -> None:
    put_by_machine(database, tenant, statement, "ja")
    put_by_machine(database, tenant, statement, "th")
    review(database, translator, line(database, translator, statement, "th"))
    with database.write() as session:
        translation_edits.correct_language(
            session, staff=translator, subject=Translatable.STATEMENT, subject_id=statement, language="vi", now=NOON
        )
    with database.read() as session:
        assert session.exec(select(Statement.language)).one() == "vi"
        assert session.exec(select(Translation.language)).all() == ["th"]  # what a machine made of the wrong language is gone
    assert actions(database)[-1] == ("original.language", "statement/scooters/1", {"from": "en", "to": "vi"})


def test_who_may_put_a_language_right(database: Database, tenant: Tenant, statement: int) -> None:
    with database.write() as session:
        moderator, official = make_staff(session, tenant), make_staff(session, tenant, Role.OFFICIAL)
        key = session.exec(select(Conversation.id)).one()
    with database.write() as session:
        translation_edits.correct_statement(session, staff=moderator, slug="scooters", number=1, language="id", now=NOON)
    for staff, subject, subject_id in ((official, Translatable.STATEMENT, statement), (moderator, Translatable.TOPIC, key)):
        with database.write() as session, pytest.raises(Forbidden):
            translation_edits.correct_language(
                session, staff=staff, subject=subject, subject_id=subject_id or 0, language="ja", now=NOON
            )
    with database.write() as session:
        unread = make_statement(session, session.exec(select(Conversation)).one(), state=StatementState.PENDING)
        translation_edits.correct_statement(
            session, staff=moderator, slug="scooters", number=unread.number, language="id", now=NOON
        )
    with database.write() as session, pytest.raises(LanguageUnknown):
        translation_edits.correct_statement(session, staff=moderator, slug="scooters", number=1, language="tlh", now=NOON)


def test_every_kind_of_text_can_be_listed(database: Database, tenant: Tenant) -> None:
    with database.read() as session:
        for kind in Translatable:
            assert translatables.kind(kind).subject == kind
            with pytest.raises(NotFound):
                translatables.get(session, tenant.id, kind, 1)
