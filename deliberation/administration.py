"""What an administrator does with a conversation: open it, change its rules, move and date its stages."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from deliberation import (
    conversations,
    ledger,
    municipalities,
    releases,
    seen,
    slugs,
    statements,
    translations,
)
from deliberation.accounts import Staff
from deliberation.errors import Forbidden
from deliberation.errors.conversations import (
    ClosesBeforeItOpens,
    RulesChangedMeanwhile,
    SeedTooLong,
    SeedTwice,
    StageEndsBeforeItStarts,
    StagesOutOfOrder,
    TopicEmpty,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Municipality, Statement
from deliberation.values import ModerationMode, Role, Stage, StatementState, Translatable

TEXTS = {"topic": Translatable.TOPIC, "background": Translatable.BACKGROUND}


@dataclass(frozen=True, slots=True)
class Rules:
    """What residents read before they vote, and how it is run. `background` is Markdown."""

    topic: str
    background: str
    language: str
    moderation: ModerationMode
    statement_limit: int
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Period:
    """When a stage runs, first and last day."""

    starts_on: date | None
    ends_on: date | None


def open_conversation(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    rules: Rules,
    seeds: Sequence[str],
    now: datetime,
    releases_votes: bool = False,
    stage: Stage = Stage.OPINION,
    template: str = "",
) -> Conversation:
    """A new conversation in the stage of opinions or before it, with first statements by the municipality.

    `releases_votes`: whether it is announced that all votes leave as a file, without names, after the end.

    Raises Forbidden, SlugInvalid, SlugTaken, TopicEmpty, ClosesBeforeItOpens, SeedTooLong, SeedTwice.
    """
    _check_role(staff)
    slugs.check(slug)
    rules = _checked(rules)
    row = conversations.create(
        session,
        municipality_id=staff.municipality_id,
        slug=slug,
        now=now,
        actor=staff.actor,
        stage=stage,
        template=template,
        **asdict(rules),
    )
    releases.announce(session, staff=staff, slug=slug, releases_votes=releases_votes, now=now)
    _plant(session, staff, row, seeds, now)
    return row


def change_rules(session: Session, *, staff: Staff, slug: str, rules: Rules, now: datetime, had: str | None = None) -> None:
    """Change what residents read or how the conversation is run; a text that is written anew loses its translations.

    `had`: the marks of the rules that the administrator had before them, None for whoever has just read them.

    Raises NotFound, Forbidden, TopicEmpty, ClosesBeforeItOpens, RulesChangedMeanwhile.
    """
    row = alone(session, staff, slug)
    before, after = _rules(row), _checked(rules)
    changed = [name for name in Rules.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    if not changed:
        return
    if had is not None and had != marks(before):
        raise RulesChangedMeanwhile()
    for name in changed:
        setattr(row, name, getattr(after, name))
    for name in TEXTS.keys() & set(changed):
        translations.forget(session, TEXTS[name], identity(row))
    session.add(row)
    session.flush()
    conversations.touch(session, identity(row))
    codes = {name: [_code(getattr(before, name)), _code(getattr(after, name))] for name in changed if name not in TEXTS}
    record(session, staff, "conversation.rules", slug, {"texts": sorted(TEXTS.keys() & set(changed)), **codes}, now)


def marks(rules: Rules | Conversation) -> str:
    """Of the rules, field by field; see `deliberation.seen`."""
    return seen.marks(getattr(rules, name) for name in Rules.__dataclass_fields__)


def add_seeds(session: Session, *, staff: Staff, slug: str, seeds: Sequence[str], now: datetime) -> int:
    """Add statements by the municipality, and return how many. Raises NotFound, Forbidden, SeedTooLong, SeedTwice."""
    return _plant(session, staff, of_admin(session, staff, slug), seeds, now)


def enter_stage(session: Session, *, staff: Staff, slug: str, stage: Stage, now: datetime) -> None:
    """Raises NotFound, Forbidden."""
    conversation = of_admin(session, staff, slug)
    conversations.enter_stage(session, conversation, stage, actor=staff.actor, now=now)


def plan_stages(session: Session, *, staff: Staff, slug: str, plan: Mapping[Stage, Period], now: datetime) -> None:
    """Say when stages run. Raises NotFound, Forbidden, StageEndsBeforeItStarts, StagesOutOfOrder."""
    conversation = of_admin(session, staff, slug)
    known = conversations.periods(session, identity(conversation))
    _check_order({stage: Period(row.starts_on, row.ends_on) for stage, row in known.items()} | dict(plan))
    for stage, period in plan.items():
        if period.starts_on and period.ends_on and period.ends_on < period.starts_on:
            raise StageEndsBeforeItStarts(stage=stage)
        before = known.get(stage)
        if period == (Period(before.starts_on, before.ends_on) if before else Period(None, None)):
            continue
        conversations.plan_stage(session, conversation, stage, period.starts_on, period.ends_on)
        dates = {"starts_on": _code(period.starts_on), "ends_on": _code(period.ends_on)}
        record(session, staff, "conversation.dates", slug, {"stage": stage.value, **dates}, now)


def change_contact(session: Session, *, staff: Staff, email: str, now: datetime) -> None:
    """Say where residents may write about these pages; an empty text takes the address away. Raises Forbidden, EmailInvalid."""
    _check_role(staff)
    row = session.get_one(Municipality, staff.municipality_id)
    row.contact = municipalities.checked_contact(email)
    session.add(row)


def of_admin(session: Session, staff: Staff, slug: str) -> Conversation:
    """The conversation, for an administrator. Raises Forbidden, NotFound."""
    _check_role(staff)
    return conversations.get(session, staff.municipality_id, slug)


def alone(session: Session, staff: Staff, slug: str) -> Conversation:
    """The conversation, for this administrator alone until the transaction ends."""
    row = of_admin(session, staff, slug)
    session.refresh(row, with_for_update={"key_share": True})
    return row


def _check_order(plan: Mapping[Stage, Period]) -> None:
    """Stages may overlap, but none begins or ends before the one that comes before it. Raises StagesOutOfOrder."""
    first = last = date.min
    for stage in Stage:
        period = plan.get(stage, Period(None, None))
        starts_on, ends_on = period.starts_on or first, period.ends_on or max(first, last)
        if starts_on < first or ends_on < max(first, last):
            raise StagesOutOfOrder(stage=stage)
        first, last = starts_on, ends_on


def _check_role(staff: Staff) -> None:
    if staff.role != Role.ADMIN:
        raise Forbidden()


def _checked(rules: Rules) -> Rules:
    if not rules.topic.strip():
        raise TopicEmpty()
    if rules.opens_at and rules.closes_at and rules.closes_at <= rules.opens_at:
        raise ClosesBeforeItOpens()
    return rules


def _rules(row: Conversation) -> Rules:
    return Rules(**{name: getattr(row, name) for name in Rules.__dataclass_fields__})


def _plant(session: Session, staff: Staff, conversation: Conversation, seeds: Sequence[str], now: datetime) -> int:
    taken = set(session.exec(select(Statement.text_key).where(Statement.conversation_id == conversation.id)))
    texts = _seed_texts(seeds, conversation.statement_limit, taken)
    if not texts:
        return 0
    first = statements.next_number(session, identity(conversation))
    session.add_all(
        Statement(
            conversation_id=identity(conversation),
            number=number,
            text=text,
            text_key=statements.text_key(text),
            language=conversation.language,
            state=StatementState.ACCEPTED,
            is_seed=True,
            created_at=now,
            decided_at=now,
        )
        for number, text in enumerate(texts, start=first)
    )
    session.flush()
    conversations.touch(session, identity(conversation))
    numbers = list(range(first, first + len(texts)))
    record(session, staff, "statement.seeded", conversation.slug, {"statements": numbers}, now)
    return len(texts)


def _seed_texts(seeds: Sequence[str], limit: int, taken: set[str]) -> list[str]:
    """The texts in these lines; those that say nothing are left out. Raises SeedTooLong, SeedTwice."""
    texts = []
    for line, seed in enumerate(seeds, start=1):
        text = statements.tidy(seed)
        if not statements.says_something(text):
            continue
        if statements.length(text) > limit:
            raise SeedTooLong(line=line, length=statements.length(text), limit=limit)
        key = statements.text_key(text)
        if key in taken:
            raise SeedTwice(line=line)
        taken.add(key)
        texts.append(text)
    return texts


def _code(value: Any) -> Any:
    """As it stands in the ledger."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def record(session: Session, staff: Staff, action: str, slug: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Write into the ledger what was done with the conversation."""
    ledger.record(session, staff, action, f"conversation/{slug}", facts, now)
