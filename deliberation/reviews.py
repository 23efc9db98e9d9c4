"""Answers that wait for a second person, or that one has given back, and the mails that say so.

Whoever may review an answer is told when it begins to wait and every week while it does; its author is told when it comes back.
What was asked within the same few minutes is one mail. Changing what waits already tells nobody again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation import accounts, municipalities, policy, reminders, response_drafts
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.reminders import AFTER_EVERY, Mail, Matter
from deliberation.storage.tables import ResponseDraft
from deliberation.values import STAFF_CONTENT_ROLES, DraftState, Role


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that somebody has to see to, with the recommendations that get this answer; several are one batch."""

    recommended: tuple[Recommended, ...]
    draft: ResponseDraft

    @property
    def given_back(self) -> bool:
        return self.draft.state == DraftState.RETURNED


Reviewing = Mail[Waiting]


def waiting_for(reader: Staff, begun: Iterable[tuple[Recommended, ResponseDraft]]) -> tuple[Waiting, ...]:
    """What this reader may review as the second person, each batch of answers once."""
    submitted = ((row, draft) for row, draft in begun if draft.state == DraftState.SUBMITTED)
    return _together((row, draft) for row, draft in submitted if response_drafts.may_review(draft, reader))


def due(session: Session, now: datetime) -> list[Reviewing]:
    """All mails that are due, in all municipalities."""
    found = []
    for tenant in reminders.tenants(session):
        unfinished = response_drafts.drafts(session, tenant.id)
        found += _due(session, tenant, {key: row for key, row in unfinished.items() if row.state != DraftState.WRITING}, now)
    return found


def _due(session: Session, tenant: Tenant, drafts: Mapping[int, ResponseDraft], now: datetime) -> list[Reviewing]:
    """Each in the language of whoever reads it."""
    found: list[Reviewing] = []
    staff = accounts.everyone(session, tenant.id) if drafts else []
    for language in sorted({reminders.recipient(one, tenant).language for one in staff}):
        recommended = policy.these(session, drafts, language, municipalities.today(session, tenant.id, now))
        waiting = _together((row, drafts[row.id]) for row in recommended)
        matters = reminders.untold(session, [Matter(one, _subject(one.draft), _stage(one, now)) for one in waiting])
        asked = [(one, [reminders.recipient(person, tenant) for person in _asked(one.about.draft, staff)]) for one in matters]
        found += reminders.addressed(tenant, [(one, [to for to in them if to.language == language]) for one, them in asked])
    return found


def _together(begun: Iterable[tuple[Recommended, ResponseDraft]]) -> tuple[Waiting, ...]:
    batches: dict[str, list[tuple[Recommended, ResponseDraft]]] = {}
    for row, draft in begun:
        batches.setdefault(_name(draft), []).append((row, draft))
    return tuple(Waiting(tuple(row for row, _ in together), together[0][1]) for together in batches.values())


def _asked(draft: ResponseDraft, staff: Sequence[Staff]) -> list[Staff]:
    """The author of what was given back; else the officials who may review it, administrators only where there are none."""
    if draft.state == DraftState.RETURNED:
        return [one for one in staff if one.id == draft.submitted_by]
    able = [one for one in staff if one.role in STAFF_CONTENT_ROLES and response_drafts.may_review(draft, one)]
    return [one for one in able if one.role == Role.OFFICIAL] or able


def _name(draft: ResponseDraft) -> str:
    return draft.batch or str(draft.recommendation_id)


def _subject(draft: ResponseDraft) -> str:
    assert draft.submitted_at is not None, "it was submitted"
    return f"{draft.state}/{_name(draft)}/{draft.submitted_at.isoformat()}"


def _stage(waiting: Waiting, now: datetime) -> int:
    """Of what waits, the last of the weeks that are over, counted downwards as `reminders.stage_of` does."""
    since = waiting.draft.submitted_at
    return 0 if waiting.given_back or since is None else -AFTER_EVERY * ((now - since).days // AFTER_EVERY)
