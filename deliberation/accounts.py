"""Staff: accounts, roles, and signing in with a one-time link."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from deliberation import ledger
from deliberation.errors import NotFound
from deliberation.errors.joining import SignInLinkInvalid
from deliberation.ledger import Actor
from deliberation.storage.tables import Account, SignInLink
from deliberation.values import Role

LINK_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `language`: of their mail, empty for the municipality's."""

    id: int
    municipality_id: int
    email: str
    role: Role
    language: str = ""

    @property
    def actor(self) -> Actor:
        """The name in the public ledger: role and number, not the person."""
        return Actor(f"{self.role.value}:{self.id}")


def add(session: Session, *, municipality_id: int, email: str, role: Role, now: datetime) -> Staff:
    """An account for this address; an existing one gets the role. The ledger says that there is one, not whose."""
    email = email.strip().casefold()
    row = session.exec(select(Account).where(Account.municipality_id == municipality_id, Account.email == email)).first()
    if row is None:
        row = Account(municipality_id=municipality_id, email=email, role=role, created_at=now)
    elif row.role == role and row.disabled_at is None:
        return _staff(row)
    row.role, row.disabled_at = role, None
    session.add(row)
    session.flush()
    staff = _staff(row)
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=ledger.SYSTEM,
        action="account.role",
        subject=f"account/{staff.id}",
        facts={"role": role.value},
        now=now,
    )
    return staff


def close(session: Session, *, municipality_id: int, account_id: int, actor: Actor, now: datetime) -> None:
    """Shut an account: whoever is signed in with it is out at once, and its links no longer work. Adding it again opens it.

    Raises NotFound, also when it is shut already.
    """
    staff = get(session, municipality_id, account_id)
    session.get_one(Account, staff.id).disabled_at = now
    session.flush()
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=actor,
        action="account.closed",
        subject=f"account/{staff.id}",
        facts={"role": staff.role.value},
        now=now,
    )


def issue_link(session: Session, account_id: int, now: datetime) -> str:
    """The token of a new one-time link. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(token_sha256=_hash(token), account_id=account_id, expires_at=now + LINK_LIFETIME))
    session.flush()
    return token


def sign_in(session: Session, *, municipality_id: int, token: str, now: datetime, language: str = "") -> Staff:
    """Use a one-time link, on a page in this language.

    Raises SignInLinkInvalid when the link is unknown, used, too old, or of another municipality.
    """
    link = session.get(SignInLink, _hash(token))
    row = session.get(Account, link.account_id) if link else None
    if link is None or row is None or row.municipality_id != municipality_id or row.disabled_at is not None:
        raise SignInLinkInvalid()
    taken = session.execute(
        update(SignInLink)
        .where(
            col(SignInLink.token_sha256) == link.token_sha256, col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > now
        )
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise SignInLinkInvalid()
    row.language = language or row.language
    session.add(row)
    return _staff(row)


def choose_language(session: Session, *, account_id: int, language: str, now: datetime) -> None:
    """From now on mail to this member of staff is written in it."""
    session.execute(update(Account).where(col(Account.id) == account_id).values(language=language))


def sign_out(session: Session, *, account_id: int, now: datetime) -> None:
    """End every session of this account, also that of a copied cookie."""
    session.execute(update(Account).where(col(Account.id) == account_id).values(signed_out_at=now))


def signed_in(session: Session, municipality_id: int, account_id: int, since: datetime) -> Staff | None:
    """Who signed in at that moment, unless the account was closed or signed out meanwhile or belongs to another municipality."""
    row = session.get(Account, account_id)
    if row is None or row.municipality_id != municipality_id or row.disabled_at is not None:
        return None
    if row.signed_out_at is not None and since <= row.signed_out_at:
        return None
    return _staff(row)


def get(session: Session, municipality_id: int, account_id: int) -> Staff:
    row = session.get(Account, account_id)
    if row is None or row.municipality_id != municipality_id or row.disabled_at is not None:
        raise NotFound()
    return _staff(row)


def address_of(session: Session, municipality_id: int, account_id: int | None) -> str:
    """The mail address behind a number, for colleagues; empty where there is none in this municipality."""
    row = session.get(Account, account_id) if account_id is not None else None
    return row.email if row is not None and row.municipality_id == municipality_id else ""


def with_address(session: Session, municipality_id: int, email: str) -> Staff | None:
    """The open account with this mail address."""
    row = session.exec(
        select(Account).where(
            Account.municipality_id == municipality_id,
            Account.email == email.strip().casefold(),
            col(Account.disabled_at).is_(None),
        )
    ).first()
    return _staff(row) if row else None


def everyone(session: Session, municipality_id: int) -> list[Staff]:
    """The municipality's staff by address, closed accounts left out."""
    rows = session.exec(
        select(Account)
        .where(Account.municipality_id == municipality_id, col(Account.disabled_at).is_(None))
        .order_by(col(Account.email))
    )
    return [_staff(row) for row in rows]


def _staff(row: Account) -> Staff:
    assert row.id is not None
    return Staff(row.id, row.municipality_id, row.email, row.role, row.language)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
