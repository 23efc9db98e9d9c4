from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation import accounts, ledger
from deliberation.errors import NotFound
from deliberation.errors.joining import SignInLinkInvalid
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import SignInLink
from deliberation.values import Role
from tests.support.make import NOON, make_staff


def test_a_link_signs_in_once(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant)
        token = accounts.issue_link(session, staff.id, NOON)
        assert accounts.sign_in(session, municipality_id=tenant.id, token=token, now=NOON) == staff
        with pytest.raises(SignInLinkInvalid):
            accounts.sign_in(session, municipality_id=tenant.id, token=token, now=NOON)


@pytest.mark.parametrize(("late_by", "works"), [(-timedelta(seconds=1), True), (timedelta(0), False), (timedelta(days=9), False)])
def test_a_link_runs_out(database: Database, tenant: Tenant, late_by: timedelta, works: bool) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant).id, NOON)
        now = NOON + accounts.LINK_LIFETIME + late_by
        if works:
            assert accounts.sign_in(session, municipality_id=tenant.id, token=token, now=now).role == Role.MODERATOR
        else:
            with pytest.raises(SignInLinkInvalid):
                accounts.sign_in(session, municipality_id=tenant.id, token=token, now=now)


def test_another_municipality_refuses_the_link_and_does_not_use_it_up(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant)
        token = accounts.issue_link(session, staff.id, NOON)
        with pytest.raises(SignInLinkInvalid):
            accounts.sign_in(session, municipality_id=other_tenant.id, token=token, now=NOON)
        assert accounts.sign_in(session, municipality_id=tenant.id, token=token, now=NOON) == staff
        with pytest.raises(NotFound):
            accounts.get(session, other_tenant.id, staff.id)


@pytest.mark.parametrize("token", ["", "x", "ü" * 1000])
def test_an_unknown_link_is_refused(database: Database, tenant: Tenant, token: str) -> None:
    with database.write() as session, pytest.raises(SignInLinkInvalid):
        accounts.sign_in(session, municipality_id=tenant.id, token=token, now=NOON)


def test_only_the_hash_of_a_link_is_kept(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant).id, NOON)
        assert token not in str(session.exec(select(SignInLink)).one().model_dump())


def test_a_closed_account_is_gone_until_it_is_added_again(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        admin, staff = make_staff(session, tenant, Role.ADMIN), make_staff(session, tenant)
        token = accounts.issue_link(session, staff.id, NOON)
        accounts.close(session, municipality_id=tenant.id, account_id=staff.id, actor=admin.actor, now=NOON)
        with pytest.raises(NotFound):
            accounts.get(session, tenant.id, staff.id)
        with pytest.raises(NotFound):
            accounts.close(session, municipality_id=tenant.id, account_id=staff.id, actor=admin.actor, now=NOON)
        with pytest.raises(SignInLinkInvalid):
            accounts.sign_in(session, municipality_id=tenant.id, token=token, now=NOON)
        assert accounts.everyone(session, tenant.id) == [admin]
        assert make_staff(session, tenant) == staff


def test_an_account_belongs_to_one_municipality(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        here, there = make_staff(session, tenant), make_staff(session, other_tenant, Role.ADMIN, "moderator@example.org")
        assert (here.role, there.role) == (Role.MODERATOR, Role.ADMIN)
        assert accounts.everyone(session, tenant.id) == [here]
        with pytest.raises(NotFound):
            accounts.close(session, municipality_id=other_tenant.id, account_id=here.id, actor=there.actor, now=NOON)


def test_the_ledger_tells_of_roles_and_not_of_addresses(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant)
        make_staff(session, tenant)
        make_staff(session, tenant, Role.ADMIN, "MODERATOR@example.org ")
        accounts.close(session, municipality_id=tenant.id, account_id=staff.id, actor=staff.actor, now=NOON)
        entries = list(ledger.entries(session, tenant.id))
        assert [(e.action, e.subject, e.facts) for e in entries] == [
            ("account.role", f"account/{staff.id}", {"role": "moderator"}),
            ("account.role", f"account/{staff.id}", {"role": "admin"}),
            ("account.closed", f"account/{staff.id}", {"role": "admin"}),
        ]
        assert "example.org" not in str(entries)
