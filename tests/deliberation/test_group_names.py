import json

import pytest
from sqlmodel import col, select

from deliberation import conversations, group_names, report_contents, reports, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound, Refusal
from deliberation.errors.groups import GroupNameTaken, GroupNameTooLong, GroupNameWithoutWords, GroupUnknown
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, GroupName, LedgerEntry
from deliberation.values import Provenance, Role, Translatable
from tests.support.make import NOON, make_staff
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, publish


@pytest.fixture
def camps(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
    analyse(database, conversation)
    return conversation


@pytest.fixture
def moderator(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant)


def give(database: Database, staff: Staff, name: str, label: str = "A", language: str = "en") -> None:
    with database.write() as session:
        group_names.give(session, staff=staff, slug="scooters", label=label, name=name, language=language, now=NOON)


def names(database: Database, conversation: Conversation) -> dict[str, str]:
    with database.read() as session:
        return {label: text.text for label, text in group_names.of(session, conversations.identify(conversation)).items()}


def told(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as session:
        entries = session.exec(
            select(LedgerEntry).where(col(LedgerEntry.action).startswith("group.")).order_by(col(LedgerEntry.sequence))
        )
        return [(entry.action, entry.facts) for entry in entries]


def test_a_name_is_kept_tidied_and_the_ledger_knows_that_but_not_what(
    database: Database, camps: Conversation, moderator: Staff
) -> None:
    give(database, moderator, "  Pavements\u202e \u0000 first ")
    assert names(database, camps) == {"A": "Pavements first"}
    assert told(database) == [("group.named", {"group": "A", "language": "en"})]
    assert "Pavements" not in json.dumps(told(database))


def test_the_same_name_again_changes_nothing_and_an_empty_one_takes_it_away(
    database: Database, camps: Conversation, moderator: Staff
) -> None:
    give(database, moderator, "")
    assert told(database) == []
    for name in ("Walkers", "Walkers ", "", " "):
        give(database, moderator, name)
    assert names(database, camps) == {}
    assert [action for action, _ in told(database)] == ["group.named", "group.unnamed"]


def test_a_new_name_has_none_of_the_old_one_s_translations(
    database: Database, tenant: Tenant, camps: Conversation, moderator: Staff
) -> None:
    give(database, moderator, "Walkers")
    with database.write() as session:
        row = session.exec(select(GroupName)).one()
        assert row.id is not None
        subject = {"municipality_id": tenant.id, "subject": Translatable.GROUP_NAME, "subject_id": row.id}
        translations.put(session, **subject, language="ja", text="歩く人", provenance=Provenance.HUMAN)
        assert group_names.of(session, row.conversation_id)["A"].reading("ja").text == "歩く人"
    give(database, moderator, "Pavements first")
    with database.read() as session:
        assert group_names.of(session, conversations.identify(camps))["A"].reading("ja").text == "Pavements first"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("🙂🙂", GroupNameWithoutWords),
        ("\u200b\u200d", GroupNameWithoutWords),
        ("歩" * 41, GroupNameTooLong),
        ("e" + "\u0301\u0302" * 40, GroupNameTooLong),
        ("a" * 10_000, GroupNameTooLong),
    ],
)
def test_what_is_no_name_is_refused(
    database: Database, camps: Conversation, moderator: Staff, name: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        give(database, moderator, name)
    assert names(database, camps) == {}


def test_forty_characters_of_any_script_fit(database: Database, camps: Conversation, moderator: Staff) -> None:
    for label, name in (("A", "歩" * 40), ("B", "ที่" * 20)):
        give(database, moderator, name, label)
    assert names(database, camps) == {"A": "歩" * 40, "B": "ที่" * 20}


def test_two_groups_cannot_have_one_name(database: Database, camps: Conversation, moderator: Staff) -> None:
    give(database, moderator, "Walkers")
    with pytest.raises(GroupNameTaken):
        give(database, moderator, "walkers!", "B")


def test_only_a_letter_that_a_group_has_or_had_can_be_named(database: Database, camps: Conversation, moderator: Staff) -> None:
    with pytest.raises(GroupUnknown):
        give(database, moderator, "Walkers", "C")


def test_a_letter_that_no_group_has_any_more_keeps_its_name(database: Database, camps: Conversation, moderator: Staff) -> None:
    give(database, moderator, "Walkers", "B")
    with database.write() as session:
        analysis = session.exec(select(Analysis)).one()
        analysis.result = json.loads(json.dumps(analysis.result).replace('"B"', '"C"')) | {"letters_given": ["A", "B", "C"]}
    with database.read() as session:
        found = group_names.given(session, conversations.identify(camps))
    assert [(name.label, name.name, name.is_there) for name in found] == [("B", "Walkers", False)]
    give(database, moderator, "People on foot", "B")
    assert names(database, camps)["B"] == "People on foot"


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRANSLATOR, Role.CLERK])
def test_others_than_moderators_name_nothing(database: Database, tenant: Tenant, camps: Conversation, role: Role) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant, role)
    with pytest.raises(Forbidden):
        give(database, staff, "Walkers")


def test_another_municipality_s_moderator_finds_nothing(database: Database, other_tenant: Tenant, camps: Conversation) -> None:
    with database.write() as session:
        stranger = make_staff(session, other_tenant)
    with pytest.raises(NotFound):
        give(database, stranger, "Walkers")


def test_a_published_report_keeps_the_names_of_its_day(
    database: Database, tenant: Tenant, camps: Conversation, moderator: Staff
) -> None:
    give(database, moderator, "Walkers")
    with database.write() as session:
        number = publish(session, tenant).number
    give(database, moderator, "Pavements first")
    with database.read() as session:
        frozen = reports.get(session, conversations.identify(camps), number).contents
    assert {label: name.text for label, name in frozen.names.items()} == {"A": "Walkers"}


def test_a_report_of_before_groups_had_names_can_be_read(database: Database, tenant: Tenant, camps: Conversation) -> None:
    with database.write() as session:
        plain = report_contents.to_plain(publish(session, tenant).contents)
    plain.pop("names")
    assert report_contents.from_plain(plain).names == {}
