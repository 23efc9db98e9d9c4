"""Every text by people that everybody may read: where it is kept, in which language, and whose it is. The only list of them.

The sentences of a report come from the catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, Subquery, func, literal, null, or_, select, union_all
from sqlmodel import Session, col

from deliberation.errors import NotFound
from deliberation.storage.tables import (
    AgendaItem,
    Area,
    Artefact,
    Comment,
    Conversation,
    Evidence,
    Extension,
    GroupName,
    Meeting,
    Milestone,
    Municipality,
    Office,
    Proposal,
    Recommendation,
    Report,
    Response,
    Statement,
)
from deliberation.values import ModerationMode, ProposalState, RecommendationState, StatementState, Translatable


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its original language. Without a conversation it belongs to the municipality as a whole."""

    subject: Translatable
    id: int
    municipality_id: int
    conversation_id: int | None
    language: str
    text: str


@dataclass(frozen=True)
class Kind:
    """`rows` gives its texts; `model` is the table whose `language` says in what they are written, None where nothing does.

    `markdown`: several paragraphs, with markup. `most`: how long a translation may be.
    """

    subject: Translatable
    rows: Select[Any]
    model: Any
    markdown: bool = False
    most: int = 20_000


def kind(subject: Translatable) -> Kind:
    return _kinds()[subject]


def rows() -> Subquery:
    """All texts: subject, subject_id, municipality_id, conversation_id, language, text, and `place`, the kinds in their order."""
    return _everything().subquery("texts")


def get(session: Session, municipality_id: int, subject: Translatable, subject_id: int) -> Text:
    """One of them. Raises NotFound, also for another municipality's and for what not everybody may read."""
    texts = kind(subject).rows.subquery()
    row = session.execute(
        select(texts).where(texts.c.subject_id == subject_id, texts.c.municipality_id == municipality_id)
    ).first()
    if row is None:
        raise NotFound()
    return Text(subject, row.subject_id, row.municipality_id, row.conversation_id, row.language, row.text)


@cache
def _everything() -> CompoundSelect[Any]:
    placed = (each.rows.add_columns(literal(place).label("place")) for place, each in enumerate(_kinds().values()))
    return union_all(*placed)


@cache
def _kinds() -> Mapping[Translatable, Kind]:
    """In the order in which readers meet them."""
    steps = (Recommendation, Conversation)
    found = (
        _kind(Translatable.TOPIC, Conversation, Conversation.topic, most=300),
        _kind(Translatable.BACKGROUND, Conversation, Conversation.background, markdown=True),
        _kind(Translatable.STATEMENT, Statement, Statement.text, Conversation, where=_public(Statement), most=2_000),
        _kind(Translatable.GROUP_NAME, GroupName, GroupName.name, Conversation, most=60),
        _kind(Translatable.REPORT_TITLE, Report, Report.title, Conversation, most=300),
        _kind(Translatable.REPORT_INTRODUCTION, Report, Report.introduction, Conversation, markdown=True),
        _kind(Translatable.REPORT_NOTE, Report, Report.note, Conversation, markdown=True),
        _kind(Translatable.REPORT_OVERRIDE, Report, Report.override, Conversation, markdown=True),
        _theme(),
        _kind(Translatable.RECOMMENDATION, Recommendation, Recommendation.text, Conversation, where=_public_recommendation()),
        _kind(Translatable.COMMENT, Comment, Comment.text, *steps, where=_public(Comment), most=2_000),
        _kind(Translatable.RESPONSE, Response, Response.reason, *steps, markdown=True),
        _kind(Translatable.LEGAL_BASIS, Response, Response.legal_basis, *steps, most=500),
        _kind(Translatable.BUDGET, Response, Response.budget, *steps, most=500),
        _kind(Translatable.MILESTONE, Milestone, Milestone.title, *steps, most=300),
        _kind(Translatable.EVIDENCE, Evidence, Evidence.title, Milestone, *steps, most=300),
        _kind(Translatable.EXTENSION_REASON, Extension, Extension.reason, *steps),
        _kind(Translatable.EXTENSION_PROGRESS, Extension, Extension.progress, *steps),
        _kind(Translatable.ARTEFACT, Artefact, Artefact.title, Conversation, most=300),
        _kind(Translatable.MEETING, Meeting, Meeting.title, Conversation, most=300),
        _kind(Translatable.CANCEL_REASON, Meeting, Meeting.cancel_reason, Conversation, most=2_000),
        _kind(Translatable.AGENDA_ITEM, AgendaItem, AgendaItem.title, Meeting, Conversation, most=500),
        _note(),
        _mandate(),
        _of_municipality(Translatable.OFFICE, Office, Office.name, most=200),
        _of_municipality(Translatable.AREA, Area, Area.name, most=200),
        _of_municipality(Translatable.PROPOSAL_TOPIC, Proposal, Proposal.topic, _public_proposal(), most=300),
        _of_municipality(Translatable.PROPOSAL_WHY, Proposal, Proposal.why, _public_proposal(), markdown=True),
    )
    return {each.subject: each for each in found}


def _kind(
    subject: Translatable, model: Any, text: Any, *owners: Any, where: ColumnElement[bool] | None = None, **more: Any
) -> Kind:
    """Texts that belong to a conversation, reached from table to table through `owners`."""
    query = _columns(subject, model, text, Conversation.municipality_id, col(Conversation.id), model.language).select_from(model)
    inner = model
    for owner in owners:
        query = query.join(owner, col(owner.id) == getattr(inner, f"{owner.__table__.name}_id"))
        inner = owner
    return Kind(subject, query if where is None else query.where(where), model, **more)


def _note() -> Kind:
    """What a moderator wrote beside a decision; in the conversation's language, there being nothing that says otherwise."""
    decided = col(Statement.state).in_((StatementState.REJECTED, StatementState.MERGED))
    query = _columns(
        Translatable.NOTE,
        Statement,
        Statement.note,
        Conversation.municipality_id,
        col(Conversation.id),
        Conversation.language,
    )
    return Kind(
        Translatable.NOTE,
        query.select_from(Statement).join(Conversation, col(Conversation.id) == Statement.conversation_id).where(decided),
        None,
        most=2_000,
    )


def _mandate() -> Kind:
    """The municipality's own words on what agreement obliges it to; their language is changed together with them."""
    query = _columns(
        Translatable.MANDATE_NOTICE,
        Municipality,
        Municipality.mandate_notice,
        Municipality.id,
        null(),
        Municipality.mandate_notice_language,
    )
    return Kind(Translatable.MANDATE_NOTICE, query.select_from(Municipality), None, most=2_000)


def _of_municipality(subject: Translatable, model: Any, text: Any, where: ColumnElement[bool] | None = None, **more: Any) -> Kind:
    query = _columns(subject, model, text, model.municipality_id, null(), model.language)
    return Kind(subject, query if where is None else query.where(where), model, **more)


def _columns(subject: Translatable, model: Any, text: Any, municipality: Any, conversation: Any, language: Any) -> Select[Any]:
    return select(
        literal(subject.value, String).label("subject"),
        col(model.id).label("subject_id"),
        col(municipality).label("municipality_id"),
        conversation.label("conversation_id"),
        col(language).label("language"),
        col(text).label("text"),
    ).where(func.trim(text) != "")


def _theme() -> Kind:
    """A recommendation's heading, which has a language of its own."""
    query = _columns(
        Translatable.THEME,
        Recommendation,
        Recommendation.theme,
        Conversation.municipality_id,
        col(Conversation.id),
        Recommendation.theme_language,
    )
    query = query.select_from(Recommendation).join(Conversation, col(Conversation.id) == Recommendation.conversation_id)
    return Kind(Translatable.THEME, query.where(_public_recommendation()), None, most=200)


def _public(model: Any) -> ColumnElement[bool]:
    """Of what moderators decide about: statements, comments."""
    return or_(
        col(model.state).in_((StatementState.ACCEPTED, StatementState.MERGED)),
        (col(model.state) == StatementState.PENDING) & (col(Conversation.moderation) == ModerationMode.POST),
    )


def _public_recommendation() -> ColumnElement[bool]:
    return col(Recommendation.state) != RecommendationState.DRAFT


def _public_proposal() -> ColumnElement[bool]:
    return col(Proposal.state).in_((ProposalState.SUPPORTABLE, ProposalState.OPENED))
