import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from deliberation import ledger, ledger_chain
from deliberation.ledger import Actor
from deliberation.ledger_chain import Entry, Fault, LineUnreadable, Problem
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import LedgerEntry
from tests.support.make import NOON

MODERATOR = Actor("moderator:1")


def write(session: Session, tenant: Tenant, number: int, **facts: Any) -> str:
    return ledger.append(
        session,
        municipality_id=tenant.id,
        actor=MODERATOR,
        action="statement.accepted",
        subject=f"statement/scooters/{number}",
        facts={"from": "pending"} | facts,
        now=NOON + timedelta(minutes=number, microseconds=number),
    )


@pytest.fixture
def chain(database: Database, tenant: Tenant) -> list[str]:
    """The hashes of five entries."""
    with database.write() as session:
        return [write(session, tenant, number) for number in range(1, 6)]


def verify(database: Database, tenant: Tenant, **options: str) -> Fault | None:
    with database.read() as session:
        return ledger_chain.examine(ledger.entries(session, tenant.id), **options).fault


def exported(database: Database, tenant: Tenant) -> list[dict[str, Any]]:
    with database.read() as session:
        return [entry.published() for entry in ledger.entries(session, tenant.id)]


def read(lines: list[dict[str, Any]]) -> Iterator[Entry]:
    return ledger_chain.read_lines(json.dumps(line).encode() for line in lines)


def rehashed(lines: list[dict[str, Any]], start: int) -> list[dict[str, Any]]:
    """The lines with every hash from `start` on made to fit, as somebody would who rewrites history."""
    for index in range(start, len(lines)):
        content = {name: value for name, value in lines[index].items() if name != "hash"}
        content["previous_hash"] = lines[index - 1]["hash"] if index else ledger_chain.BEGINNING
        lines[index] = content | {"hash": ledger_chain.digest_of(content)}
    return lines


def test_a_chain_that_nobody_touched_is_whole(database: Database, tenant: Tenant, chain: list[str]) -> None:
    assert verify(database, tenant) is None
    with database.read() as session:
        found = list(ledger.entries(session, tenant.id))
        assert [entry.sequence for entry in found] == [1, 2, 3, 4, 5]
        assert [entry.hash for entry in found] == chain
        assert [entry.previous_hash for entry in found] == [ledger_chain.BEGINNING, *chain[:-1]]
        assert ledger.head(session, tenant.id) == chain[-1]
        assert ledger.count(session, tenant.id) == 5


def test_a_municipality_without_entries_has_a_whole_chain(database: Database, tenant: Tenant) -> None:
    assert verify(database, tenant) is None
    with database.read() as session:
        assert ledger.head(session, tenant.id) == ledger_chain.BEGINNING


def test_every_municipality_has_its_own_chain(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        for number in range(1, 4):
            write(session, tenant, number)
            write(session, other_tenant, number)
    assert [verify(database, each) for each in (tenant, other_tenant)] == [None, None]
    assert {line["municipality"] for line in exported(database, other_tenant)} == {"mountain"}


def test_the_newest_entries_come_first_and_page_by_page(database: Database, tenant: Tenant, chain: list[str]) -> None:
    with database.read() as session:
        assert [entry.sequence for entry in ledger.newest(session, tenant.id, limit=2)] == [5, 4]
        assert [entry.sequence for entry in ledger.newest(session, tenant.id, limit=2, before=4)] == [3, 2]
        assert ledger.newest(session, tenant.id, limit=2, before=1) == []
        assert [entry.sequence for entry in ledger.entries(session, tenant.id, after=2, limit=2)] == [3, 4]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON),
        ("actor", "system"),
        ("action", "statement.rejected"),
        ("subject", "statement/scooters/9"),
        ("facts", {"from": "rejected"}),
        ("facts", {}),
        ("hash", "0" * 64),
    ],
)
def test_an_entry_that_was_altered_in_the_database_is_found(
    database: Database, tenant: Tenant, chain: list[str], column: str, value: Any
) -> None:
    with database.write() as session:
        session.execute(update(LedgerEntry).where(col(LedgerEntry.sequence) == 3).values({column: value}))
    assert verify(database, tenant) == Fault(3, Problem.ALTERED)


def test_an_altered_link_to_the_entry_before_is_found(database: Database, tenant: Tenant, chain: list[str]) -> None:
    with database.write() as session:
        session.execute(update(LedgerEntry).where(col(LedgerEntry.sequence) == 3).values(previous_hash=chain[0]))
    assert verify(database, tenant) == Fault(3, Problem.LINK)


@pytest.mark.parametrize(
    ("gone", "fault"), [(1, Fault(1, Problem.GAP)), (3, Fault(3, Problem.GAP)), (4, Fault(4, Problem.GAP)), (5, None)]
)
def test_an_entry_that_was_removed_from_the_database_is_found_unless_it_was_the_last(
    database: Database, tenant: Tenant, chain: list[str], gone: int, fault: Fault | None
) -> None:
    with database.write() as session:
        session.connection().execute(text("DELETE FROM ledger_entry WHERE sequence = :gone"), {"gone": gone})
    assert verify(database, tenant) == fault


@pytest.mark.parametrize("gone", [1, 2, 5])
def test_a_head_saved_earlier_shows_that_the_last_entries_are_gone(
    database: Database, tenant: Tenant, chain: list[str], gone: int
) -> None:
    with database.write() as session:
        session.connection().execute(text("DELETE FROM ledger_entry WHERE sequence > :kept"), {"kept": 5 - gone})
    assert verify(database, tenant) is None
    assert verify(database, tenant, expected_head=chain[-1]) == Fault(5 - gone, Problem.HEAD)


def test_entries_that_changed_places_in_the_database_are_found(database: Database, tenant: Tenant, chain: list[str]) -> None:
    with database.write() as session:
        for old, new in ((2, 99), (4, 2), (99, 4)):
            session.execute(update(LedgerEntry).where(col(LedgerEntry.sequence) == old).values(sequence=new))
    assert verify(database, tenant) == Fault(2, Problem.LINK)


def test_an_entry_moved_to_another_municipality_is_found(
    database: Database, tenant: Tenant, other_tenant: Tenant, chain: list[str]
) -> None:
    with database.write() as session:
        session.execute(update(LedgerEntry).where(col(LedgerEntry.sequence) == 1).values(municipality_id=other_tenant.id))
    assert verify(database, other_tenant) == Fault(1, Problem.ALTERED)
    assert verify(database, tenant) == Fault(1, Problem.GAP)


def test_a_content_changed_together_with_its_own_hash_is_found_by_the_next_entry(
    database: Database, tenant: Tenant, chain: list[str]
) -> None:
    lines = exported(database, tenant)
    lines[2]["facts"] = {"from": "rejected"}
    forged = rehashed([*lines[:2], lines[2]], 2)[2]
    with database.write() as session:
        row = session.exec(select(LedgerEntry).where(LedgerEntry.sequence == 3)).one()
        row.facts, row.hash = forged["facts"], forged["hash"]
        session.add(row)
    assert verify(database, tenant) == Fault(4, Problem.LINK)


@pytest.mark.parametrize("start", [0, 2, 4])
def test_a_tail_that_was_hashed_anew_is_found_by_a_head_saved_before(
    database: Database, tenant: Tenant, chain: list[str], start: int
) -> None:
    lines = exported(database, tenant)
    lines[start]["facts"] = {"from": "rejected"}
    forged = rehashed(lines, start)
    assert ledger_chain.examine(read(forged)).fault is None
    assert ledger_chain.examine(read(forged), expected_head=chain[-1]).fault == Fault(5, Problem.HEAD)


@pytest.mark.parametrize("saved", range(5))
def test_every_earlier_head_is_found_in_a_chain_that_went_on(
    database: Database, tenant: Tenant, chain: list[str], saved: int
) -> None:
    assert verify(database, tenant, expected_head=chain[saved]) is None


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        (lambda lines: [lines[1], lines[0], *lines[2:]], Fault(1, Problem.GAP)),
        (lambda lines: [*lines[:3], lines[4], lines[3]], Fault(4, Problem.GAP)),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], Fault(4, Problem.ORDER)),
        (lambda lines: lines[1:], Fault(1, Problem.GAP)),
        (lambda lines: [*lines[:2], *lines[3:]], Fault(3, Problem.GAP)),
        (lambda lines: [*lines[:2], lines[2] | {"actor": "admin:9"}, *lines[3:]], Fault(3, Problem.ALTERED)),
        (lambda lines: [*lines[:2], lines[2] | {"municipality": "mountain"}, *lines[3:]], Fault(3, Problem.MUNICIPALITY)),
        (lambda lines: [lines[0] | {"sequence": 0}, *lines[1:]], Fault(1, Problem.ORDER)),
        (lambda lines: [*lines[:4], lines[4] | {"hash": lines[4]["hash"].upper()}], Fault(5, Problem.ALTERED)),
    ],
)
def test_an_exported_file_that_was_tampered_with_is_found(
    database: Database,
    tenant: Tenant,
    chain: list[str],
    tampered: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    fault: Fault,
) -> None:
    assert ledger_chain.examine(read(tampered(exported(database, tenant)))).fault == fault


def test_a_file_of_another_municipality_does_not_pass_for_this_one(database: Database, tenant: Tenant, chain: list[str]) -> None:
    assert ledger_chain.examine(read(exported(database, tenant)), municipality="harbour").fault is None
    assert ledger_chain.examine(read(exported(database, tenant)), municipality="mountain").fault == Fault(1, Problem.MUNICIPALITY)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"{",
        b"no",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"facts": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"sequence": 1.0}',
        b'{"sequence": NaN}',
        b'{"actor": "a", "actor": "b"}',
        (
            b'{"municipality": "h", "sequence": 3, "at": "", "actor": "\\ud800", "action": "", "subject": "", "facts": {}, '
            b'"previous_hash": "", "hash": ""}'
        ),
    ],
)
def test_a_line_that_is_no_entry_is_named(database: Database, tenant: Tenant, chain: list[str], spoilt: bytes) -> None:
    lines = [json.dumps(line).encode() for line in exported(database, tenant)]
    with pytest.raises(LineUnreadable) as found:
        ledger_chain.examine(ledger_chain.read_lines([*lines[:2], b"\n", spoilt, *lines[2:]]))
    assert found.value.line == 4


@pytest.mark.parametrize("change", [{"facts": "none"}, {"sequence": "1"}, {"sequence": True}, {"hash": None}, {"extra": 1}])
def test_an_entry_with_a_field_of_another_kind_is_refused(
    database: Database, tenant: Tenant, chain: list[str], change: dict[str, Any]
) -> None:
    first = exported(database, tenant)[0]
    with pytest.raises(LineUnreadable):
        ledger_chain.examine(read([first | change]))


FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(FACTS)
def test_what_is_hashed_survives_being_written_and_read_in_any_order_of_names(value: Any) -> None:
    content = {"b": value, "a": {"y": 1, "x": '広場 ไทย 한국어 “—” \u2028 \t" \\'}}
    again = json.loads(json.dumps(dict(reversed(content.items()))))
    assert ledger_chain.digest_of(again) == ledger_chain.digest_of(content)


def test_texts_in_every_script_survive_the_database(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        write(session, tenant, 1, z="広場", a="จัตุรัส", m=["한국어", None, True, 7, {"k": "🏘️\u2028"}])
    assert verify(database, tenant) is None


@pytest.mark.parametrize("fact", [0.5, float("nan"), 2**53, -(2**53), {1: "a"}, {"é": 1}, {"a": [0.5]}, NOON, b"x", {1, 2}])
def test_what_two_programs_may_write_differently_is_kept_out(database: Database, tenant: Tenant, fact: Any) -> None:
    with pytest.raises(ValueError, match="ledger"), database.write() as session:
        write(session, tenant, 1, fact=fact)
    with database.read() as session:
        assert ledger.count(session, tenant.id) == 0


def test_the_canonical_form_is_what_the_documentation_says() -> None:
    content = {"b": [1, None, True], "a": "é\n\u2028/\x7f", "B": {}}
    assert ledger_chain.canonical(content) == '{"B":{},"a":"é\\n\u2028/\x7f","b":[1,null,true]}'.encode()


def test_a_sealed_text_can_be_checked_with_its_salt_and_not_guessed_without() -> None:
    salt, digest = ledger.seal("a note")
    assert ledger.sealed("a note", salt) == digest
    assert ledger.seal("a note")[1] != digest
