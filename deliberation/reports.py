"""Publishing: an official makes a prepared draft a numbered report. Nothing changes it; a correction is a new number."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, literal
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from deliberation import conversations, frozen, ledger, ledger_chain, licences, report_contents, translations
from deliberation.accounts import Staff
from deliberation.errors import NotFound
from deliberation.errors.outcomes import ReportPublishedAlready
from deliberation.errors.reports import DraftReplaced, FileWithheld, NoteMissing, OverrideWithoutReason, ReportNotPrepared
from deliberation.frozen import Draft
from deliberation.report_contents import Contents
from deliberation.storage.tables import Analysis, Conversation, FrozenInput, Report, ReportStatement, Statement
from deliberation.texts import Text
from deliberation.translations import Reading
from deliberation.values import StatementState, Translatable


@dataclass(frozen=True, slots=True)
class Heading:
    """A published report in a list."""

    id: int
    number: int
    title: str
    language: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A published report with its frozen contents; texts of statements that were rejected since (`withdrawn`) are left out.

    `note`: what is different from the report before. `override`: why it was published although its groups are not stable.
    """

    heading: Heading
    introduction: str
    note: str
    override: str
    sha256: str
    contents: Contents
    withdrawn: frozenset[int]

    @property
    def id(self) -> int:
        return self.heading.id

    @property
    def number(self) -> int:
        return self.heading.number


def publish(
    session: Session,
    *,
    municipality_id: int,
    slug: str,
    staff: Staff,
    title: str,
    introduction: str,
    language: str,
    now: datetime,
    note: str = "",
    override: str = "",
    draft: int | None = None,
    corrects: int | None = None,
) -> Published:
    """Publish the newest draft, once; `draft` names the one that was looked at.

    `introduction`, `note` and `override` are Markdown.
    `corrects`: the report that was published from this draft last, where its words alone are published anew.

    Raises NotFound, ReportNotPrepared, DraftReplaced, ReportPublishedAlready, OverrideWithoutReason, NoteMissing.
    """
    conversation = conversations.get(session, municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    number = _next_number(session, conversation_id)
    row = frozen.newest_made(session, conversation_id)
    if row is None:
        raise ReportNotPrepared()
    if draft is not None and draft != row.id:
        raise DraftReplaced()
    prepared = frozen.as_draft(session, row)
    if prepared.report is not None and prepared.report != corrects:
        raise ReportPublishedAlready(number=prepared.report)
    asked = {"note": note if number > 1 else "", "override": override if prepared.needs_reason else ""}
    said = {"title": title, "introduction": introduction, "language": language, **asked}
    _refuse_again(session, conversation_id, number - 1, row, said)
    _check_reasons(prepared, number, note, override)
    report = _add(session, row, prepared, number, said, staff, now)
    _record(session, staff, slug, report, row, now)
    return _published(session, report)


def _check_reasons(prepared: Draft, number: int, note: str, override: str) -> None:
    if prepared.needs_reason and not override.strip():
        raise OverrideWithoutReason()
    if number > 1 and not note.strip():
        raise NoteMissing(number=number - 1)


def _add(
    session: Session, row: FrozenInput, prepared: Draft, number: int, said: dict[str, str], staff: Staff, now: datetime
) -> Report:
    sealed_with = {"salt": ledger.seal(said["override"])[0]} if said["override"] else {}
    licence = {licences.LICENCE: licences.of(session, staff.municipality_id).spdx}
    content = {"number": number, **said, **sealed_with, **licence, **report_contents.to_plain(prepared.contents)}
    report = Report(
        conversation_id=row.conversation_id,
        number=number,
        analysis_id=_snapshot_then(session, row),
        frozen_id=row.id,
        content=content,
        sha256=ledger_chain.digest_of(content),
        published_at=now,
        account_id=staff.id,
        title=said["title"],
        introduction=said["introduction"],
        language=said["language"],
        note=said["note"],
        override=said["override"],
    )
    session.add(report)
    session.flush()
    _list_statements(session, report, prepared.contents.texts)
    return report


def _list_statements(session: Session, report: Report, numbers: Iterable[int]) -> None:
    of_report = select(literal(report.id), col(Statement.id)).where(
        Statement.conversation_id == report.conversation_id, col(Statement.number).in_(list(numbers))
    )
    session.execute(insert(ReportStatement).from_select(["report_id", "statement_id"], of_report))


def _snapshot_then(session: Session, row: FrozenInput) -> int:
    """The snapshot that was the latest one when the input was frozen."""
    query = select(Analysis.id).where(Analysis.conversation_id == row.conversation_id, Analysis.sequence == row.sequence)
    found = session.exec(query).one()
    assert found is not None
    return found


def _record(session: Session, staff: Staff, slug: str, report: Report, row: FrozenInput, now: datetime) -> None:
    ledger.record(
        session,
        staff,
        "report.published",
        f"report/{slug}/{report.number}",
        {
            "number": report.number,
            "sha256": report.sha256,
            "analysis": row.sequence,
            "input_sha256": row.input_sha256,
            "votes_sha256": row.votes_sha256,
            **({"override": ledger.sealed(report.override, report.content["salt"])} if report.override else {}),
        },
        now,
    )


def newest(session: Session, conversation_id: int, language: str | None = None) -> Published | None:
    """With a `language`, only translations into it are today's."""
    row = session.exec(_newest_first(conversation_id).limit(1)).first()
    return None if row is None else _published(session, row, language)


def get(session: Session, conversation_id: int, number: int, language: str | None = None) -> Published:
    """With a `language`, only translations into it are today's. Raises NotFound."""
    return _published(session, _row(session, conversation_id, number), language)


def listing(session: Session, conversation_id: int) -> list[Heading]:
    """The published reports, newest first."""
    return [_heading(row) for row in session.exec(_newest_first(conversation_id))]


def file(session: Session, conversation_id: int, number: int) -> bytes:
    """The report as it was hashed: JSON with sorted keys and no spaces, in UTF-8. Raises NotFound, FileWithheld."""
    row = _row(session, conversation_id, number)
    if _rejected(session, conversation_id, map(int, row.content["texts"])):
        raise FileWithheld()
    return as_file(row)


def as_file(row: Report) -> bytes:
    return json.dumps(row.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def titles(session: Session, headings: Sequence[Heading], locale: str) -> dict[int, Reading]:
    """What the reports are called, as a reader of `locale` sees it, by report number."""
    found = translations.of(session, Translatable.REPORT_TITLE, [heading.id for heading in headings])
    return {h.number: translations.read(h.title, h.language, found.get(h.id, {}), locale) for h in headings}


def introduction(session: Session, published: Published, locale: str) -> Reading:
    return _reading(session, Translatable.REPORT_INTRODUCTION, published.introduction, published, locale)


def note(session: Session, published: Published, locale: str) -> Reading | None:
    """What is different from the report before, as the officials say it; None for the first one."""
    if not published.note:
        return None
    return _reading(session, Translatable.REPORT_NOTE, published.note, published, locale)


def override(session: Session, published: Published, locale: str) -> Reading | None:
    """Why it was published in spite of everything, where it needed a reason."""
    if not published.override:
        return None
    return _reading(session, Translatable.REPORT_OVERRIDE, published.override, published, locale)


def _reading(session: Session, subject: Translatable, text: str, published: Published, locale: str) -> Reading:
    found = translations.of(session, subject, [published.id])
    return translations.read(text, published.heading.language, found.get(published.id, {}), locale)


def _heading(row: Report) -> Heading:
    assert row.id is not None
    return Heading(row.id, row.number, row.title, row.language, row.published_at)


def _newest_first(conversation_id: int) -> SelectOfScalar[Report]:
    """Their large contents are only read when asked for within the session."""
    of_conversation = select(Report).where(Report.conversation_id == conversation_id)
    return of_conversation.order_by(col(Report.number).desc()).options(defer(Report.content))  # type: ignore[arg-type]


def _row(session: Session, conversation_id: int, number: int) -> Report:
    row = session.exec(_newest_first(conversation_id).where(Report.number == number)).first()
    if row is None:
        raise NotFound()
    return row


def _next_number(session: Session, conversation_id: int) -> int:
    """Whoever counts up in one conversation waits for the others."""
    session.exec(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)).one()
    last = session.exec(select(func.max(Report.number)).where(Report.conversation_id == conversation_id)).one()
    return 1 if last is None else last + 1


def _refuse_again(session: Session, conversation_id: int, newest: int, frozen_row: FrozenInput, said: dict[str, str]) -> None:
    """A form that was sent twice is one report. The first has no note, whatever was sent with it."""
    said = said | ({"note": ""} if newest == 1 else {})
    row = session.exec(
        select(Report).where(Report.conversation_id == conversation_id, Report.number == newest).options(defer(Report.content))  # type: ignore[arg-type]
    ).first()
    if row is not None and row.frozen_id == frozen_row.id and all(getattr(row, name) == text for name, text in said.items()):
        raise ReportPublishedAlready(number=newest)


def _published(session: Session, row: Report, language: str | None = None) -> Published:
    contents = report_contents.frozen(session, row)
    withdrawn = _rejected(session, row.conversation_id, contents.texts)
    texts = {number: text for number, text in contents.texts.items() if number not in withdrawn}
    texts = _with_translations_of_today(session, row.conversation_id, texts, language)
    shown = replace(contents, texts=texts)
    return Published(_heading(row), row.introduction, row.note, row.override, row.sha256, shown, withdrawn)


def _with_translations_of_today(
    session: Session, conversation_id: int, texts: dict[int, Text], language: str | None
) -> dict[int, Text]:
    """What was said is frozen; who reads it later may read a better translation. The file stays as it was hashed."""
    today = report_contents.translations_of(session, conversation_id, texts, language)
    return {
        number: replace(text, translations=text.translations | today[number]) if number in today else text
        for number, text in texts.items()
    }


def _rejected(session: Session, conversation_id: int, texts: Iterable[int]) -> frozenset[int]:
    """Numbers of statements in these texts that a moderator has rejected."""
    rejected = session.exec(
        select(Statement.number).where(Statement.conversation_id == conversation_id, Statement.state == StatementState.REJECTED)
    )
    return frozenset(rejected) & frozenset(texts)
