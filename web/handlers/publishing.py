"""Preparing the next report, looking at how far it has come, and publishing it."""

from typing import Annotated

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import conversations, frozen, reports
from deliberation.errors import N_
from deliberation.errors.outcomes import ReportPublishedAlready
from deliberation.errors.reports import DraftReplaced, NoteMissing, NothingToPublish, OverrideWithoutReason, ReportNotPrepared
from deliberation.frozen import Preparation
from web.errors import message_of
from web.field_types import EmptyIsNone, Number
from web.forms import Form, FormInvalid, Line, OptionalParagraphs, Tag
from web.handlers.conversations import read_page
from web.handlers.reports import DRAFT, PRESENT, report_page
from web.http import locale, municipality, read, read_form, render, staff, tell, transact, wants_fragment
from web.i18n import translate

PUBLISHED = N_("The report is published. Nothing changes it any more; a correction is a new version.")


class ReportForm(Form):
    """`draft`: the one that was looked at. `corrects`: the report that had been published from it by then."""

    draft: Number = 0
    corrects: Annotated[Number | None, EmptyIsNone] = None
    title: Line
    introduction: OptionalParagraphs = ""
    note: OptionalParagraphs = ""
    override: OptionalParagraphs = ""
    language: Tag


async def prepare(request: Request) -> Response:
    """Ask for the next report's input. Asking again while it is being made changes nothing."""
    slug = request.path_params["slug"]
    try:
        await transact(request, frozen.prepare, staff=staff(request), slug=slug)
    except NothingToPublish as refusal:
        if wants_fragment(request):
            return await _state(request, 409, message_of(refusal, locale(request)))
        return await report_page(request, 409, PRESENT, refusal=message_of(refusal, locale(request)))
    return await _state(request) if wants_fragment(request) else _to(request, slug, f"{PRESENT}#publish")


async def prepared(request: Request) -> Response:
    """How far it has come: a fragment for the page that waits; for everybody else, that page."""
    if wants_fragment(request):
        return await _state(request)
    return _to(request, request.path_params["slug"], f"{PRESENT}#publish")


async def publish(request: Request) -> Response:
    """Make the draft that was looked at a report. Whatever is wrong, what was typed comes back."""
    slug = request.path_params["slug"]
    try:
        form = await read_form(request, ReportForm)
        published = await transact(
            request,
            reports.publish,
            municipality_id=municipality(request).id,
            slug=slug,
            staff=staff(request),
            **form.model_dump(),
        )
    except FormInvalid as invalid:
        problems = {field: translate(locale(request), message) for field, message in invalid.errors.items()}
        return await report_page(request, 422, DRAFT, typed=invalid.typed, errors=problems)
    except (NoteMissing, OverrideWithoutReason) as refusal:
        problems = {refusal.field: message_of(refusal, locale(request))}
        return await report_page(request, 422, DRAFT, typed=form.model_dump(), errors=problems)
    except (ReportNotPrepared, DraftReplaced, ReportPublishedAlready) as refusal:
        return await report_page(request, 409, DRAFT, typed=form.model_dump(), refusal=message_of(refusal, locale(request)))
    tell(request, PUBLISHED)
    return _to(request, slug, str(published.number))


async def _state(request: Request, status: int = 200, refusal: str | None = None) -> Response:
    page = await read_page(request)
    preparation = await read(request, _preparation, municipality(request).id, page.conversation.slug)
    return render(
        request, "reports/_preparation.html", status, page=page, preparation=preparation, refusal=refusal, waited=True, here=False
    )


def _preparation(session: Session, municipality_id: int, slug: str) -> Preparation:
    return frozen.preparation(session, conversations.identify(conversations.get(session, municipality_id, slug)))


def _to(request: Request, slug: str, report: str) -> Response:
    return RedirectResponse(f"{request.app.url_path_for('report', slug=slug)}?report={report}", status_code=303)
