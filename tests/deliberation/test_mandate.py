"""“Agreement is not a mandate”, in a municipality's own words."""

from dataclasses import replace

import pytest
from sqlmodel import select

from deliberation import mandate, municipalities, translatables, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.places import MandateNoticeTooLong
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import LedgerEntry
from deliberation.values import Provenance, Role, Translatable
from tests.support.make import NOON, make_staff

OURS = "The council decides."


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.ADMIN)


def say(database: Database, staff: Staff, text: str, language: str = "en") -> None:
    with database.write() as session:
        mandate.change(session, staff=staff, text=text, language=language, now=NOON)


def read(database: Database, tenant: Tenant, locale: str = "en") -> str | None:
    with database.read() as session:
        notice = mandate.of(session, [tenant.id]).get(tenant.id)
        [known] = [each.mandate for each in municipalities.everyone(session) if each.id == tenant.id]
        assert known == notice
        return None if notice is None else notice.reading(locale).text


def test_it_is_kept_translated_and_written_into_the_ledger_without_its_text(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: Staff
) -> None:
    assert read(database, tenant) is None
    for _ in range(2):
        say(database, admin, f"  {OURS} ")
    assert (read(database, tenant), read(database, other_tenant)) == (OURS, None)
    with database.write() as session:
        found = translatables.get(session, tenant.id, Translatable.MANDATE_NOTICE, tenant.id)
        assert (found.text, found.language, found.conversation_id) == (OURS, "en", None)
        with pytest.raises(NotFound):
            translatables.get(session, other_tenant.id, Translatable.MANDATE_NOTICE, tenant.id)
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.MANDATE_NOTICE,
            subject_id=tenant.id,
            language="ja",
            text="決めるのは議会です。",
            provenance=Provenance.HUMAN,
        )
    assert (read(database, tenant, "ja"), read(database, tenant, "ko")) == ("決めるのは議会です。", OURS)
    say(database, admin, "議会が決めます。", "ja")
    assert read(database, tenant, "ja") == "議会が決めます。"
    say(database, admin, "")
    assert read(database, tenant) is None
    with database.read() as session:
        entries = session.exec(select(LedgerEntry).where(LedgerEntry.subject == "municipality/harbour")).all()
    assert [(entry.action, entry.facts) for entry in entries] == [
        ("municipality.mandate", {"language": "en"}),
        ("municipality.mandate", {"language": "ja"}),
        ("municipality.mandate_usual", {}),
    ]


@pytest.mark.parametrize("length", [600, 601])
def test_it_has_a_longest_length(database: Database, tenant: Tenant, admin: Staff, length: int) -> None:
    if length <= mandate.MOST_CHARACTERS:
        say(database, admin, "x" * length)
        assert read(database, tenant) == "x" * length
    else:
        with pytest.raises(MandateNoticeTooLong):
            say(database, admin, "x" * length)
        assert read(database, tenant) is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_administrators_say_it(database: Database, tenant: Tenant, admin: Staff, role: Role) -> None:
    with pytest.raises(Forbidden):
        say(database, replace(admin, role=role), OURS)
    assert read(database, tenant) is None
