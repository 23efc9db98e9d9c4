import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from deliberation import conversations, translatables, translation_work, translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, MachineTranslation, Translation, TranslationWork
from deliberation.translation_work import Due, Translating
from deliberation.values import LANGUAGES, ModerationMode, Provenance, Stage, StatementState, Translatable
from tests.support.make import NOON, answer, make_conversation, make_statement, make_tenant
from tests.support.translation_server import TranslationServer, translation_server
from web.translation_service import LibreTranslate

OTHERS = set(LANGUAGES) - {"en"}
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def server() -> Iterator[TranslationServer]:
    with translation_server() as running:
        yield running


@pytest.fixture
def statement(database: Database, tenant: Tenant) -> int:
    """The only text there is besides the topic, which is translated already."""
    with database.write() as session:
        row = make_conversation(session, tenant, background="")
        for language in OTHERS:
            put(session, tenant, Translatable.TOPIC, row.id, language, "Topic")
        return make_statement(session, row, "Park in bays & nowhere else.").id or 0


def put(session: Session, tenant: Tenant, subject: Translatable, key: int | None, language: str, text: str) -> None:
    translations.put(
        session,
        municipality_id=tenant.id,
        subject=subject,
        subject_id=key or 0,
        language=language,
        text=text,
        provenance=Provenance.HUMAN,
        translator="translator:1",
        now=NOON,
    )


def translating(database: Database, server: TranslationServer, **options: float) -> Translating:
    return Translating(database, LibreTranslate(server.url, **options), pause=0)


def work(errand: Translating, now: datetime = NOON) -> int:
    """Run until there is nothing more at once, and say how often there was."""
    times = 0
    while errand.run(now):
        times += 1
    return times


def texts(database: Database, subject: Translatable = Translatable.STATEMENT) -> dict[str, tuple[str, Provenance]]:
    with database.read() as session:
        rows = session.exec(select(Translation).where(Translation.subject == subject))
        return {row.language: (row.text, row.provenance) for row in rows}


def test_a_statement_is_translated_into_every_language_of_the_interface(
    database: Database, statement: int, server: TranslationServer
) -> None:
    with database.read() as session:
        version = session.exec(select(Conversation.version)).one()
    assert work(translating(database, server)) == 5
    assert texts(database)["ja"] == ("[ja] Park in bays & nowhere else.", Provenance.MACHINE)
    assert texts(database)["zh-Hans"][0].startswith("[zh] ")
    assert texts(database)["zh-Hant"][0].startswith("[zt] ")
    assert {asked["format"] for asked in server.asked} == {"text"}
    with database.read() as session:
        assert session.exec(select(Conversation.version)).one() == version + 5
        assert session.exec(select(TranslationWork)).all() == []
        shown = translations.readings(session, Translatable.STATEMENT, {statement: ("Park", "en")}, "th")[statement]
    assert (shown.provenance, shown.original, shown.original_language) == (Provenance.MACHINE, "Park", "en")
    assert work(translating(database, server), LATER) == 0
    assert len(server.asked) == 5


def test_what_the_service_once_answered_is_not_asked_again(database: Database, statement: int, server: TranslationServer) -> None:
    work(translating(database, server))
    with database.write() as session:
        translations.forget(session, Translatable.STATEMENT, statement)
    assert work(translating(database, server)) == 5
    assert len(server.asked) == 5
    with database.write() as session:
        translation_work.forget(session, "Park in bays & nowhere else.", "en")
        assert session.exec(select(MachineTranslation)).all() == []


def test_markup_comes_back_as_it_was(database: Database, tenant: Tenant, server: TranslationServer) -> None:
    background = "## Where?\n\n- See **the** [plan](https://example.org/a_b) for %(place)s\n\n| A | `x` |\n|---|---|"
    with database.write() as session:
        make_conversation(session, tenant, background=background)
    work(translating(database, server))
    assert texts(database, Translatable.BACKGROUND)["ja"][0] == (
        "## [ja] Where?\n\n- [ja] See **the** [plan](https://example.org/a_b) for %(place)s\n\n| [ja] A | [ja] `x` |\n|---|---|"
    )


def test_a_background_whose_links_are_lost_is_left_untranslated_and_tried_again_later(
    database: Database, tenant: Tenant, server: TranslationServer
) -> None:
    server.misbehave = "loses tags"
    with database.write() as session:
        make_conversation(session, tenant, background="See [the plan](https://example.org).")
    work(translating(database, server))
    assert texts(database, Translatable.BACKGROUND) == {}
    assert len(texts(database, Translatable.TOPIC)) == 5
    with database.read() as session:
        assert {row.failures for row in session.exec(select(TranslationWork))} == {1}
    server.misbehave = ""
    assert work(translating(database, server)) == 0
    assert work(translating(database, server), LATER) == 5


def test_open_and_large_conversations_come_first_and_the_topic_before_what_was_said(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "closed", topic="Closed", background="", closes_at=NOON)
        make_conversation(session, tenant, "small", topic="Small", background="")
        large = make_conversation(session, tenant, "large", topic="Large", background="")
        make_statement(session, large, "Said first.")
        make_statement(session, large, "Said last.")
        answer(session, tenant, "large", "mei" * 4, 1, None)
        found = translation_work.due(session, NOON)
        named = [translatables.get(session, tenant.id, one.subject, one.id).text for one in found if one.language == "ja"]
    assert named == ["Large", "Said last.", "Said first.", "Small", "Closed"]


def test_only_what_everybody_may_read_is_sent(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        row = make_conversation(session, tenant, background="")
        make_statement(session, row, "Waits.", state=StatementState.PENDING)
        make_statement(session, row, "Rejected.", state=StatementState.REJECTED, note="Off the topic.")
        assert {one.subject for one in translation_work.due(session, NOON)} == {Translatable.TOPIC, Translatable.NOTE}
        row.moderation = ModerationMode.POST
        session.add(row)
        session.flush()
        assert Translatable.STATEMENT in {one.subject for one in translation_work.due(session, NOON)}


def test_two_workers_do_nothing_twice(database: Database, statement: int, server: TranslationServer) -> None:
    server.slowness = 0.05
    threads = [threading.Thread(target=work, args=(translating(database, server),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked["target"] for asked in server.asked) == ["ja", "ko", "th", "zh", "zt"]
    assert set(texts(database)) == OTHERS


def test_a_claim_is_for_one_until_it_runs_out(database: Database, tenant: Tenant, statement: int) -> None:
    one = Due(Translatable.STATEMENT, statement, tenant.id, "ja")
    with database.write() as session:
        assert translation_work.claim(session, one, NOON) is not None
        assert translation_work.claim(session, one, NOON) is None
        assert one not in translation_work.due(session, NOON)
        assert one in translation_work.due(session, NOON + translation_work.LEASE)
        assert translation_work.claim(session, one, NOON + translation_work.LEASE) is not None


def test_what_a_person_translated_meanwhile_stands(database: Database, tenant: Tenant, statement: int) -> None:
    one = Due(Translatable.STATEMENT, statement, tenant.id, "ja")
    with database.write() as session:
        original = translation_work.claim(session, one, NOON)
        assert original is not None
        put(session, tenant, Translatable.STATEMENT, statement, "ja", "人が訳した文")
        assert not translation_work.keep(session, one, original, "機械の文", NOON)
        assert translation_work.claim(session, one, LATER) is None
    assert texts(database)["ja"] == ("人が訳した文", Provenance.HUMAN)


def test_a_text_that_changed_meanwhile_is_not_given_the_old_translation(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        row = make_conversation(session, tenant)
        one = Due(Translatable.TOPIC, conversations.identify(row), tenant.id, "ja")
        original = translation_work.claim(session, one, NOON)
        assert original is not None
        row.topic = "Rules for all that rolls"
        session.add(row)
        session.flush()
        assert not translation_work.keep(session, one, original, "古い", NOON)
        assert one in translation_work.due(session, NOON)
    assert texts(database, Translatable.TOPIC) == {}


@pytest.mark.parametrize("misbehaviour", ["garbage", "other", "broken", "busy", "no languages"])
def test_a_service_that_fails_is_left_alone_for_a_while(
    database: Database, statement: int, server: TranslationServer, misbehaviour: str
) -> None:
    server.misbehave = misbehaviour
    errand = translating(database, server)
    assert not errand.run(NOON)
    asked = len(server.asked)
    assert not errand.run(NOON + timedelta(seconds=4))
    assert len(server.asked) == asked
    server.misbehave = ""
    assert work(errand, LATER) == 5
    assert set(texts(database)) == OTHERS


def test_a_service_may_say_how_long_it_wants_to_be_left_alone(
    database: Database, statement: int, server: TranslationServer
) -> None:
    server.misbehave = "busy"
    errand = translating(database, server)
    errand.run(NOON)
    errand.run(NOON + timedelta(seconds=119))
    assert len(server.asked) == 1
    errand.run(NOON + timedelta(seconds=120))
    assert len(server.asked) == 2


def test_a_service_that_answers_too_slowly_or_not_at_all_fails(
    database: Database, statement: int, server: TranslationServer
) -> None:
    server.slowness = 0.5
    slow = translating(database, server, answer_seconds=0.1)
    assert not slow.run(NOON)
    nobody = Translating(database, LibreTranslate("http://127.0.0.1:9"), pause=0)
    assert not nobody.run(NOON)
    assert texts(database) == {}


def test_an_answer_that_does_not_come_to_an_end_is_given_up(
    database: Database, statement: int, server: TranslationServer
) -> None:
    server.drip = 0.05
    began = time.monotonic()
    assert not translating(database, server, answer_seconds=0.3).run(NOON)
    assert time.monotonic() - began < 5
    assert texts(database) == {}


def test_what_a_machine_wrote_is_tidied_and_never_far_longer_than_the_text(
    database: Database, statement: int, server: TranslationServer
) -> None:
    server.misbehave = "raves"
    work(translating(database, server))
    assert texts(database) == {}
    server.misbehave = "odd signs"
    work(translating(database, server), NOON + timedelta(days=2))
    assert set(texts(database)) == OTHERS
    assert not any(set(text) & {"\u202e", "\0", "\n"} for text, _ in texts(database).values())


def test_a_text_that_is_refused_does_not_hold_up_the_others(
    database: Database, tenant: Tenant, statement: int, server: TranslationServer
) -> None:
    with database.write() as session:
        row = conversations.get(session, tenant.id, "scooters")
        nepali = make_statement(session, row, "फुटपाथ खाली हुनुपर्छ।", language="ne")
    assert work(translating(database, server)) == 11
    with database.read() as session:
        waiting = session.exec(select(TranslationWork)).all()
        assert {(one.subject_id, one.failures) for one in waiting} == {(nepali.id, 1)}
        assert all("ne" in (one.failure or "") for one in waiting)
        assert session.exec(select(Translation).where(col(Translation.subject_id) == nepali.id)).first() is None
    assert len(server.asked) == 5  # and what cannot be translated was never sent


def test_an_empty_answer_is_none(database: Database, statement: int, server: TranslationServer) -> None:
    server.misbehave = "empty"
    work(translating(database, server))
    assert texts(database) == {}


def test_requests_are_spaced_out(database: Database, statement: int, server: TranslationServer) -> None:
    waits: list[float] = []
    errand = Translating(database, LibreTranslate(server.url), sleep=waits.append)
    work(errand)
    assert waits[0] == 0
    assert all(0 < wait <= 1 for wait in waits[1:])


def test_conversations_that_are_not_open_yet_wait_behind(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "proposed", topic="Proposed", background="", stage=Stage.PROPOSAL)
        make_conversation(session, tenant, "open", topic="Open", background="")
        other = make_tenant(session, "mountain", host="mountain.test")
        found = translation_work.due(session, NOON)
    assert [one.municipality_id for one in found if one.language == "ja"] == [tenant.id, tenant.id]
    assert other.id != tenant.id
    assert found[0].id > found[-1].id
