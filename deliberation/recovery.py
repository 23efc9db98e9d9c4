"""Being the same person on another device: a code that is shown once, and what becomes of what was said here before.

Only a hash of the code is kept. Two persons who turn out to be one keep one voice: in each conversation the newest answer counts.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from deliberation.errors.people import RecoveryCodeMistyped, RecoveryCodeUnknown, RecoveryNothingToTake
from deliberation.storage import votes
from deliberation.storage.engine import Upsert
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Comment,
    Conversation,
    Identity,
    ModerationDecision,
    Participant,
    Person,
    Proposal,
    ProposalSupport,
    RecoveryCode,
    Statement,
    Subscription,
    Vote,
)
from deliberation.storage.tables.columns import table_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without the letters that are taken for digits or for each other."""
SECRET_LENGTH = 16
"""Five bits each: 80."""
CHECK_LENGTH = 2
GROUP_LENGTH = 3
_TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SIGNS_BETWEEN = str.maketrans("", "", " -‐‑–—.·\u3000\t\r\n")
_SUPPORT = Upsert(table_of(ProposalSupport), key=["proposal_id", "person_id"])


@dataclass(frozen=True, slots=True)
class Recovered:
    """Who the bearer of a code is, and in how many conversations what this device had said was taken over."""

    person: str
    taken_over: int


def new_code(session: Session, *, municipality_id: int, person: str | None, now: datetime) -> str:
    """A code for this person, in place of an earlier one. It cannot be shown again.

    Raises RecoveryNothingToTake for somebody who has not done anything here yet.
    """
    row = session.get(Person, person) if person else None
    if row is None or row.municipality_id != municipality_id:
        raise RecoveryNothingToTake()
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == row.id))
    session.add(
        RecoveryCode(
            person_id=row.id, municipality_id=municipality_id, code_sha256=_digest(secret + check_of(secret)), created_at=now
        )
    )
    session.flush()
    return written(secret + check_of(secret))


def made_at(session: Session, municipality_id: int, person: str | None) -> datetime | None:
    """When this person's code was made; None without one."""
    return session.exec(
        select(RecoveryCode.created_at).where(RecoveryCode.person_id == person, RecoveryCode.municipality_id == municipality_id)
    ).first()


def recover(session: Session, *, municipality_id: int, code: str, here: str | None, now: datetime) -> Recovered:
    """Whose code this is. What was said as `here`, this device's own person, is taken over by them.

    Where somebody has signed in as `here`, the device is shared: their things stay theirs.
    Raises RecoveryCodeMistyped, RecoveryCodeUnknown.
    """
    row = session.exec(
        select(RecoveryCode).where(
            RecoveryCode.code_sha256 == _digest(read(code)), RecoveryCode.municipality_id == municipality_id
        )
    ).first()
    if row is None:
        raise RecoveryCodeUnknown()
    person = row.person_id
    if here is None or signed_in(session, here):
        return Recovered(person, 0)
    return Recovered(person, take_over(session, municipality_id=municipality_id, person=person, other=here, now=now))


def written(code: str) -> str:
    """A code as it is shown: in groups."""
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))


def read(typed: str) -> str:
    """The code that somebody typed, however it is written. Raises RecoveryCodeMistyped where its own check does not fit."""
    code = typed.upper().translate(_SIGNS_BETWEEN).translate(_TAKEN_FOR)
    secret, check = code[:SECRET_LENGTH], code[SECRET_LENGTH:]
    if len(code) != SECRET_LENGTH + CHECK_LENGTH or set(code) - set(ALPHABET) or check != check_of(secret):
        raise RecoveryCodeMistyped()
    return code


def take_over(session: Session, *, municipality_id: int, person: str, other: str, now: datetime) -> int:
    """Make what `other` said and asked for part of what `person` did: they are the same human being.

    Where both took part in a conversation, their newest answers count under `person`, and the votes of `other` are taken back;
    whoever was excluded as either stays excluded. Nobody can take part as `other` any more. Says in how many conversations
    something was taken over. Both must belong to the municipality.
    """
    known = session.exec(
        select(Person.id).where(col(Person.id).in_([person, other]), Person.municipality_id == municipality_id)
    ).all()
    if person == other or set(known) != {person, other}:
        return 0
    theirs = _participants(session, other)
    ours = {row.conversation_id: row for row in _participants(session, person)}
    for row in theirs:
        kept = ours.get(row.conversation_id)
        if kept is None:
            row.person_id = person
            session.add(row)
        else:
            _merge(session, kept, row, now)
    session.flush()
    _take_contacts(session, person, other)
    session.execute(delete(Person).where(col(Person.id) == other))
    return len(theirs)


def _participants(session: Session, person: str) -> list[Participant]:
    """Held until the transaction ends, in the order of their ids, so that two of these wait for each other."""
    return list(
        session.exec(
            select(Participant)
            .join(Conversation)
            .where(Participant.person_id == person)
            .order_by(col(Participant.id))
            .with_for_update(of=Participant)
        )
    )


def _merge(session: Session, kept: Participant, gone: Participant, now: datetime) -> None:
    """One voice of two. The participant that is left without votes belongs to nobody, so that it cannot be used again."""
    ours = {row.statement_id: row for row in _votes(session, kept)}
    for vote in _votes(session, gone):
        own = ours.get(vote.statement_id)
        if own is None or (vote.voted_at, vote.choice) > (own.voted_at, own.choice):
            _write(session, kept, vote, vote.choice, vote.voted_at)
        _write(session, gone, vote, None, now)
    _move(session, kept, gone)
    if gone.banned_at is not None and kept.banned_at is None:
        kept.banned_at, kept.ban_reason = gone.banned_at, gone.ban_reason
    gone.person_id = None
    session.add_all([kept, gone])


def _votes(session: Session, participant: Participant) -> list[Vote]:
    rows = session.exec(select(Vote).where(Vote.participant_id == participant.id).order_by(col(Vote.statement_id)))
    return list(rows)


def _write(session: Session, participant: Participant, vote: Vote, choice: int | None, at: datetime) -> None:
    """An answer keeps its time, by which the newest is found among statements that say the same."""
    votes.put(
        session.connection(),
        conversation_id=vote.conversation_id,
        participant_id=identity(participant),
        statement_id=vote.statement_id,
        choice=choice,
        important=vote.important and choice is not None,
        ballot=None,
        propensity=None,
        now=at,
    )


def _move(session: Session, kept: Participant, gone: Participant) -> None:
    """Statements keep their author, and moderators find whom they decided about."""
    session.execute(update(Statement).where(col(Statement.author_id) == gone.id).values(author_id=kept.id))
    session.execute(
        update(ModerationDecision).where(col(ModerationDecision.participant_id) == gone.id).values(participant_id=kept.id)
    )


def _take_contacts(session: Session, person: str, other: str) -> None:
    """Addresses, sign-ins, proposals, comments and what was supported. The other's code is void."""
    session.execute(update(Subscription).where(col(Subscription.person_id) == other).values(person_id=person))
    session.execute(update(Identity).where(col(Identity.person_id) == other).values(person_id=person))
    session.execute(update(Proposal).where(col(Proposal.author_id) == other).values(author_id=person))
    session.execute(update(Comment).where(col(Comment.person_id) == other).values(person_id=person))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == other))
    supported = session.exec(select(ProposalSupport).where(ProposalSupport.person_id == other)).all()
    if supported:
        rows = [{"proposal_id": s.proposal_id, "person_id": person, "supported_at": s.supported_at} for s in supported]
        _SUPPORT.run(session.connection(), rows)
        session.execute(delete(ProposalSupport).where(col(ProposalSupport.person_id) == other))


def signed_in(session: Session, person: str) -> bool:
    """Whether an identity provider has confirmed anything about this person."""
    return session.exec(select(Identity.id).where(Identity.person_id == person)).first() is not None


def check_of(secret: str) -> str:
    """Two signs that follow from the others: a typing error is told from a code that nobody has."""
    digest = hashlib.sha256(secret.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CHECK_LENGTH])


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
