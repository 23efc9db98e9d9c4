"""Publishing: an official freezes the present snapshot as a numbered report. Nothing changes it; a new state is a new number."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from deliberation import analyses, conversations, ledger, report_contents, translations
from deliberation.accounts import Staff
from deliberation.errors import N_, Conflict, NotFound, ReportPublishedAlready
from deliberation.report_contents import Contents
from deliberation.storage.tables import Conversation, Report, Statement
from deliberation.texts import Text
from deliberation.translations import Reading
from deliberation.values import StatementState, Translatable


class NothingToPublish(Conflict):
    code = "nothing_to_publish"
    message = N_(
        "There is no analysis yet that a report could be made of. The first one follows a few seconds after the first votes."
    )


class FileWithheld(Conflict):
    code = "report_file_withheld"
    message = N_(
        "A statement in this report was rejected after the publication, so the file with its text is no longer handed out."
    )


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
    """A published report with its frozen contents; texts of statements that were rejected since (`withdrawn`) are left out."""

    heading: Heading
    introduction: str
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
) -> Published:
    """Freeze the present snapshot. `introduction` is Markdown. Raises NothingToPublish, ReportPublishedAlready, NotFound."""
    conversation = conversations.get(session, municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    analysis = analyses.latest(session, conversation_id)
    if analysis is None or analysis.id is None:
        raise NothingToPublish()
    number = _next_number(session, conversation_id)
    _refuse_again(session, conversation_id, number - 1, analysis.id, (title, introduction, language))
    content = {
        "number": number,
        "title": title,
        "introduction": introduction,
        "language": language,
        **report_contents.to_plain(report_contents.of_analysis(session, conversation, analysis)),
    }
    row = Report(
        conversation_id=conversation_id,
        number=number,
        analysis_id=analysis.id,
        title=title,
        introduction=introduction,
        language=language,
        content=content,
        sha256=ledger.digest_of(content),
        published_at=now,
        account_id=staff.id,
    )
    session.add(row)
    session.flush()
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=staff.actor,
        action="report.published",
        subject=f"report/{slug}/{number}",
        facts={
            "number": number,
            "sha256": row.sha256,
            "analysis": analysis.sequence,
            "input_sha256": analysis.input_sha256,
        },
        now=now,
    )
    return _published(session, row)


def newest(session: Session, conversation_id: int) -> Published | None:
    row = session.exec(_newest_first(conversation_id).limit(1)).first()
    return None if row is None else _published(session, row)


def get(session: Session, conversation_id: int, number: int) -> Published:
    """Raises NotFound."""
    return _published(session, _row(session, conversation_id, number))


def listing(session: Session, conversation_id: int) -> list[Heading]:
    """The published reports, newest first."""
    rows = session.exec(_newest_first(conversation_id).options(defer(Report.content)))  # type: ignore[arg-type]
    return [_heading(row) for row in rows]


def file(session: Session, conversation_id: int, number: int) -> bytes:
    """The report as it was hashed: JSON with sorted keys and no spaces, in UTF-8. Raises NotFound, FileWithheld."""
    row = _row(session, conversation_id, number)
    if _rejected(session, conversation_id, row.content["texts"]):
        raise FileWithheld()
    return json.dumps(row.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def titles(session: Session, headings: Sequence[Heading], locale: str) -> dict[int, Reading]:
    """What the reports are called, as a reader of `locale` sees it, by report number."""
    found = translations.of(session, Translatable.REPORT_TITLE, [heading.id for heading in headings])
    return {h.number: translations.read(h.title, h.language, found.get(h.id, {}), locale) for h in headings}


def introduction(session: Session, published: Published, locale: str) -> Reading:
    found = translations.of(session, Translatable.REPORT_INTRODUCTION, [published.id])
    return translations.read(published.introduction, published.heading.language, found.get(published.id, {}), locale)


def _heading(row: Report) -> Heading:
    assert row.id is not None
    return Heading(row.id, row.number, row.title, row.language, row.published_at)


def _newest_first(conversation_id: int) -> SelectOfScalar[Report]:
    return select(Report).where(Report.conversation_id == conversation_id).order_by(col(Report.number).desc())


def _row(session: Session, conversation_id: int, number: int) -> Report:
    row = session.exec(select(Report).where(Report.conversation_id == conversation_id, Report.number == number)).first()
    if row is None:
        raise NotFound()
    return row


def _next_number(session: Session, conversation_id: int) -> int:
    """Whoever counts up in one conversation waits for the others."""
    session.exec(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)).one()
    last = session.exec(select(func.max(Report.number)).where(Report.conversation_id == conversation_id)).one()
    return 1 if last is None else last + 1


def _refuse_again(session: Session, conversation_id: int, newest: int, analysis_id: int, said: tuple[str, str, str]) -> None:
    """A form that was sent twice is one report."""
    row = session.exec(
        select(Report.analysis_id, Report.title, Report.introduction, Report.language).where(
            Report.conversation_id == conversation_id, Report.number == newest
        )
    ).first()
    if row is not None and tuple(row) == (analysis_id, *said):
        raise ReportPublishedAlready(number=newest)


def _published(session: Session, row: Report) -> Published:
    contents = report_contents.from_plain(row.content)
    withdrawn = _rejected(session, row.conversation_id, row.content["texts"])
    texts = {number: text for number, text in contents.texts.items() if number not in withdrawn}
    texts = _with_translations_of_today(session, row.conversation_id, texts)
    return Published(_heading(row), row.introduction, row.sha256, replace(contents, texts=texts), withdrawn)


def _with_translations_of_today(session: Session, conversation_id: int, texts: dict[int, Text]) -> dict[int, Text]:
    """What was said is frozen; who reads it later may read a better translation. The file stays as it was hashed."""
    today = report_contents.texts_of(session, conversation_id, texts)
    return {
        number: replace(text, translations=text.translations | today[number].translations) if number in today else text
        for number, text in texts.items()
    }


def _rejected(session: Session, conversation_id: int, texts: Iterable[str]) -> frozenset[int]:
    """Numbers of statements in these texts that a moderator has rejected."""
    rejected = session.exec(
        select(Statement.number).where(Statement.conversation_id == conversation_id, Statement.state == StatementState.REJECTED)
    )
    return frozenset(rejected) & {int(number) for number in texts}
