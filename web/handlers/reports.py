"""The report of a conversation: the present state, frozen reports, and the form that freezes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import analyses, conversations, report_contents, reports, search
from deliberation.errors import N_, NotFound, ReportPublishedAlready
from deliberation.figures import Figures
from deliberation.report_contents import Contents
from deliberation.reports import Heading, NothingToPublish, Published
from deliberation.storage.tables import Conversation
from deliberation.texts import Text
from deliberation.translations import Reading
from deliberation.values import STAFF_CONTENT_ROLES
from web.errors import message_of
from web.forms import Form, FormInvalid, Line, OptionalParagraphs
from web.handlers.conversations import read_page
from web.http import account, locale, municipality, read, read_form, render, staff, tell, transact
from web.i18n import translate

PRESENT = "now"
STATEMENTS_ON_A_PAGE = 50
LONGEST_SEARCH = 200
PUBLISHED = N_("The report is published. Nothing changes it any more; a new state is a new report.")


class ReportForm(Form):
    title: Line
    introduction: OptionalParagraphs = ""
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a published report, or without one the present state. `contents` is None before the first analysis."""

    published: Published | None
    contents: Contents | None
    introduction: Reading | None
    headings: list[Heading]
    titles: dict[int, Reading]

    @property
    def chosen(self) -> str:
        """The value of `?report=` that leads here."""
        return PRESENT if self.published is None else str(self.published.number)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of all statements, or of those that contain the words asked for. `found` counts them."""

    statements: tuple[Figures, ...]
    number: int
    pages: int
    words: str
    found: int


async def show(request: Request) -> Response:
    if request.query_params.get("view") == "statements":
        return await _statements(request)
    return await _page(request)


async def publish(request: Request) -> Response:
    """Freeze the present state. Whatever is wrong, what was typed comes back."""
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
        return await _page(request, 422, PRESENT, typed=invalid.typed, errors=problems)
    except (NothingToPublish, ReportPublishedAlready) as refusal:
        return await _page(request, 409, PRESENT, typed=form.model_dump(), refusal=message_of(refusal, locale(request)))
    tell(request, PUBLISHED)
    address = request.app.url_path_for("report", slug=slug)
    return RedirectResponse(f"{address}?report={published.number}", status_code=303)


async def file(request: Request) -> Response:
    """A published report as the data that its hash is taken over."""
    slug, number = request.path_params["slug"], request.path_params["number"]
    if not _is_number(number):
        raise NotFound()

    def query(session: Session) -> bytes:
        conversation = conversations.get(session, municipality(request).id, slug)
        return reports.file(session, conversations.identify(conversation), int(number))

    name = f"{slug}-report-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await read(request, query), media_type="application/json", headers=headers)


async def _page(
    request: Request,
    status: int = 200,
    chosen: str | None = None,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: str | None = None,
) -> Response:
    page = await read_page(request)
    view = await read(request, _view, page.conversation, chosen or _asked(request.query_params), locale(request))
    who = account(request)
    return render(
        request,
        "reports/page.html",
        status=status,
        page=page,
        view=view,
        names=_names(view, locale(request)),
        may_publish=who is not None and who.role in STAFF_CONTENT_ROLES,
        typed=typed or {},
        errors=errors or {},
        refusal=refusal,
    )


async def _statements(request: Request) -> Response:
    """All statements with their figures, so many to a page."""
    page = await read_page(request)
    view = await read(request, _view, page.conversation, _asked(request.query_params), locale(request))
    if view.contents is None:
        raise NotFound()
    words = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    found = _found(view.contents, words, locale(request))
    shelf = _shelf(found, request.query_params.get("page", "1"), words)
    return render(request, "reports/statements.html", page=page, view=view, shelf=shelf, names=_names(view, locale(request)))


def _view(session: Session, conversation: Conversation, asked: str | None, language: str) -> View:
    conversation_id = conversations.identify(conversation)
    headings = reports.listing(session, conversation_id)
    published = _published(session, conversation_id, asked)
    return View(
        published=published,
        contents=published.contents if published else _present(session, conversation, conversation_id),
        introduction=reports.introduction(session, published, language) if published else None,
        headings=headings,
        titles=reports.titles(session, headings, language),
    )


def _names(view: View, language: str) -> dict[str, Reading]:
    """What the groups are called, in a published report as on the day it was published."""
    return {} if view.contents is None else {label: name.reading(language) for label, name in view.contents.names.items()}


def _published(session: Session, conversation_id: int, asked: str | None) -> Published | None:
    if asked is None:
        return reports.newest(session, conversation_id)
    return None if asked == PRESENT else reports.get(session, conversation_id, int(asked))


def _present(session: Session, conversation: Conversation, conversation_id: int) -> Contents | None:
    analysis = analyses.latest(session, conversation_id)
    return None if analysis is None else report_contents.of_analysis(session, conversation, analysis)


def _asked(query: QueryParams) -> str | None:
    """What `?report=` asks for: a number, the present state, or nothing. Raises NotFound for anything else."""
    asked = query.get("report")
    if asked is None or asked == PRESENT or _is_number(asked):
        return asked
    raise NotFound()


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _found(contents: Contents, words: str, language: str) -> tuple[Figures, ...]:
    """Statements with these words in the original or in the reader's language, the number of a statement among them."""
    if not words:
        return contents.findings.statements
    return tuple(
        figures
        for figures in contents.findings.statements
        if words == str(figures.number) or _contains(contents.texts.get(figures.number), words, language)
    )


def _contains(text: Text | None, words: str, language: str) -> bool:
    return text is not None and search.matches(words, {text.text, text.reading(language).text})


def _shelf(statements: tuple[Figures, ...], asked: str, words: str) -> Shelf:
    pages = max(1, -(-len(statements) // STATEMENTS_ON_A_PAGE))
    number = int(asked) if _is_number(asked) else 0
    if not 1 <= number <= pages:
        raise NotFound()
    first = (number - 1) * STATEMENTS_ON_A_PAGE
    return Shelf(statements[first : first + STATEMENTS_ON_A_PAGE], number, pages, words, len(statements))
