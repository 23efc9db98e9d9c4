"""What has happened in a conversation, derived from what is stored: for mail and for feeds.

Nothing is written down when it happens, so nothing is lost and nothing is told that did not last.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from deliberation import analyses, conversations, figures, meeting_news, outcome_news, policy, reports, statements, translations
from deliberation.news_item import Item, Kind
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from deliberation.storage.tables import Analysis, Conversation, LedgerEntry, Statement
from deliberation.trace_items import recommendation_key
from deliberation.values import ModerationMode, Stage, Translatable

CLOSES_SOON = timedelta(days=3)


def of_conversation(
    session: Session, conversation: Conversation, *, since: datetime, now: datetime, locale: str, zone: ZoneInfo
) -> list[Item]:
    """What happened after `since` and up to `now`, in the order in which it happened; new statements are counted by day."""
    found = [
        *_dates(conversation, locale, session),
        *_stages(session, conversation, since),
        *_statements(session, conversation, since, zone),
        *_reports(session, conversation, locale),
        *of_recommendations(session, conversation, locale, now, zone),
        *meeting_news.of_conversation(session, conversation, locale),
    ]
    return sorted((item for item in found if since < item.at <= now), key=lambda item: (item.at, item.key))


def groups_since(session: Session, conversation: Conversation, since: datetime) -> Item | None:
    """That the map shows other groups than it did then; only groups that may be published."""
    conversation_id = identity(conversation)
    latest = analyses.latest(session, conversation_id)
    if latest is None or latest.created_at <= since:
        return None
    before = session.exec(
        select(Analysis)
        .where(Analysis.conversation_id == conversation_id, col(Analysis.created_at) <= since)
        .order_by(col(Analysis.sequence).desc())
        .limit(1)
        .options(defer(Analysis.people))  # type: ignore[arg-type]
    ).first()
    now_shown, then_shown = _shown(latest, conversation), _shown(before, conversation)
    if now_shown == then_shown or not now_shown:
        return None
    return Item(Kind.GROUPS, f"groups/{latest.sequence}", latest.created_at, len(now_shown))


def summed(items: Iterable[Item]) -> list[Item]:
    """For a digest: the days' new statements in one, the last stage, answer to each recommendation and word on each meeting."""
    last: dict[str, Item] = {}
    statements_in_all = 0
    for item in items:
        if item.kind == Kind.STATEMENTS:
            statements_in_all += item.number
            last.pop("statements", None)
            last["statements"] = Item(item.kind, item.key, item.at, statements_in_all)
        else:
            name = {
                Kind.STAGE: "stage",
                Kind.ANSWER: f"answer/{item.number}",
                Kind.MEETING: f"meeting/{item.number}",
                Kind.MEETING_MOVED: f"meeting/{item.number}",
            }.get(item.kind, item.key)
            last.pop(name, None)
            last[name] = item
    if "closed" in last:
        last.pop("closes-soon", None)
    return list(last.values())


def _shown(analysis: Analysis | None, conversation: Conversation) -> set[str]:
    if analysis is None:
        return set()
    groups = figures.groups_of(analysis.result, conversation.publication_minimum)
    return {group.label for group in groups if group.size is not None}


def _dates(conversation: Conversation, locale: str, session: Session) -> list[Item]:
    topic = conversations.headings(session, [conversation], locale)[identity(conversation)]
    found = [Item(Kind.OPENED, "opened", conversation.opens_at or conversation.created_at, text=topic)]
    closes = conversation.closes_at
    if closes is not None:
        found.append(Item(Kind.CLOSES_SOON, "closes-soon", closes - CLOSES_SOON, until=closes))
        found.append(Item(Kind.CLOSED, "closed", closes))
    return found


def _stages(session: Session, conversation: Conversation, since: datetime) -> list[Item]:
    rows = session.exec(
        select(LedgerEntry.sequence, LedgerEntry.at, LedgerEntry.facts).where(
            LedgerEntry.municipality_id == conversation.municipality_id,
            LedgerEntry.action == "conversation.stage",
            LedgerEntry.subject == f"conversation/{conversation.slug}",
            col(LedgerEntry.at) > since,
        )
    )
    return [Item(Kind.STAGE, f"stage/{sequence}", at, word=Stage(facts["to"])) for sequence, at, facts in rows]


def _statements(session: Session, conversation: Conversation, since: datetime, zone: ZoneInfo) -> list[Item]:
    """Statements that people can vote on since then: since they were accepted, or shared where nobody has to accept them."""
    at_once = conversation.moderation == ModerationMode.POST
    shown_at = col(Statement.created_at) if at_once else func.coalesce(Statement.decided_at, Statement.created_at)
    moments = session.exec(
        select(shown_at).where(
            Statement.conversation_id == conversation.id,
            col(Statement.state).in_(statements.public_states(conversation.moderation)),
            col(Statement.merged_into_id).is_(None),
            shown_at > since,
        )
    ).all()
    days: Counter[date] = Counter(at.astimezone(zone).date() for at in moments)
    newest = {day: max(at for at in moments if at.astimezone(zone).date() == day) for day in days}
    return [Item(Kind.STATEMENTS, f"statements/{day.isoformat()}", newest[day], count) for day, count in days.items()]


def _reports(session: Session, conversation: Conversation, locale: str) -> list[Item]:
    published = reports.listing(session, identity(conversation))
    texts = {one.id: (one.title, one.language) for one in published}
    titles = translations.readings(session, Translatable.REPORT_TITLE, texts, locale)
    return [Item(Kind.REPORT, f"report/{one.number}", one.published_at, one.number, text=titles[one.id]) for one in published]


def of_recommendations(session: Session, conversation: Conversation, locale: str, now: datetime, zone: ZoneInfo) -> list[Item]:
    """Whatever has happened to recommendations and to what came of them, in no order."""
    rows = policy.of_conversation(session, identity(conversation), locale, now.astimezone(zone).date())
    found = [item for row in rows for item in outcome_news.of_recommendation(row, zone)]
    return found + (_done(session, conversation, rows) if rows else [])


def _done(session: Session, conversation: Conversation, rows: list[Recommended]) -> list[Item]:
    """When somebody said that a step was done stands in the ledger; whether it still holds, with the step."""
    told: dict[str, Any] = dict(
        session.exec(
            select(LedgerEntry.subject, LedgerEntry.at)
            .where(
                LedgerEntry.municipality_id == conversation.municipality_id,
                LedgerEntry.action == "milestone.done",
                col(LedgerEntry.subject).startswith(f"milestone/{conversation.slug}/", autoescape=True),
            )
            .order_by(col(LedgerEntry.sequence))
        ).all()
    )
    found = []
    for row in rows:
        for step in row.steps:
            at = told.get(f"milestone/{conversation.slug}/{row.number}/{step.number}")
            if step.done_on is not None and at is not None:
                key = f"recommendation/{row.number}/milestone/{step.number}/done"
                about = f"{recommendation_key(row.number)}/m/{step.number}"
                found.append(Item(Kind.MILESTONE_DONE, key, at, row.number, text=step.title, about=about))
    return found
