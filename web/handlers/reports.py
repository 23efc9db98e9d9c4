"""The report of a conversation: the present state, the draft of the next report, and published reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, frozen, portraits, report_contents, reports, search
from deliberation.errors import NotFound
from deliberation.figures import Figures
from deliberation.frozen import Draft, Preparation
from deliberation.report_contents import Contents
from deliberation.reports import Heading, Published
from deliberation.storage.tables import Conversation
from deliberation.texts import Text
from deliberation.translations import Reading
from deliberation.values import STAFF_CONTENT_ROLES
from web.handlers.conversations import read_page
from web.http import account, locale, municipality, read, render

PRESENT, DRAFT = "now", "draft"
STATEMENTS_ON_A_PAGE = 50
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a published report, else the draft of the next one, which staff see, else the present state.

    `contents` is None before the first analysis. `preparation`: how far the next report has come, for staff alone.
    """

    published: Published | None
    draft: Draft | None
    contents: Contents | None
    introduction: Reading | None
    headings: list[Heading]
    titles: dict[int, Reading]
    preparation: Preparation | None = None
    note: Reading | None = None
    override: Reading | None = None

    @property
    def chosen(self) -> str:
        """The value of `?report=` that leads here."""
        if self.published is not None:
            return str(self.published.number)
        return PRESENT if self.draft is None else DRAFT


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
    return await report_page(request)


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


async def report_page(
    request: Request,
    status: int = 200,
    chosen: str | None = None,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: str | None = None,
) -> Response:
    """The report that is asked for, or `chosen`, with what was typed into the form below it."""
    page = await read_page(request)
    view = await _read_view(request, page.conversation, chosen)
    return render(
        request,
        "reports/page.html",
        status=status,
        page=page,
        view=view,
        names=_names(view, locale(request)),
        **_gathered(view),
        may_publish=may_publish(request),
        typed=typed or {},
        errors=errors or {},
        refusal=refusal,
    )


async def _statements(request: Request) -> Response:
    """All statements with their figures, so many to a page."""
    page = await read_page(request)
    view = await _read_view(request, page.conversation)
    if view.contents is None:
        raise NotFound()
    words = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    found = _found(view.contents, words, locale(request))
    shelf = _shelf(found, request.query_params.get("page", "1"), words)
    return render(request, "reports/statements.html", page=page, view=view, shelf=shelf, names=_names(view, locale(request)))


def may_publish(request: Request) -> bool:
    who = account(request)
    return who is not None and who.role in STAFF_CONTENT_ROLES


async def _read_view(request: Request, conversation: Conversation, chosen: str | None = None) -> View:
    staff = may_publish(request)
    asked = chosen or _asked(request.query_params)
    if asked == DRAFT and not staff:
        raise NotFound()
    return await read(request, _view, conversation, asked, locale(request), staff)


def _view(session: Session, conversation: Conversation, asked: str | None, language: str, staff: bool) -> View:
    conversation_id = conversations.identify(conversation)
    headings = reports.listing(session, conversation_id)
    published = _published(session, conversation_id, asked, language)
    preparation = frozen.preparation(session, conversation_id) if staff else None
    draft = preparation.draft if preparation and asked == DRAFT else None
    if published is not None:
        contents: Contents | None = published.contents
    else:
        contents = draft.contents if draft else report_contents.present(session, conversation, language)
    return View(
        published=published,
        draft=draft,
        contents=contents,
        introduction=reports.introduction(session, published, language) if published else None,
        headings=headings,
        titles=reports.titles(session, headings, language),
        preparation=preparation,
        note=reports.note(session, published, language) if published else None,
        override=reports.override(session, published, language) if published else None,
    )


def _gathered(view: View) -> dict[str, Any]:
    """The findings by groups and by pairs of groups, and in which report they have pages of their own."""
    found = None if view.contents is None else view.contents.findings
    return {
        "portraits": portraits.of(found) if found else (),
        "sides": portraits.sides(found) if found else (),
        "divided": portraits.divided(found) if found else (),
        "report_number": view.published.number if view.published else None,
    }


def _names(view: View, language: str) -> dict[str, Reading]:
    """What the groups are called, in a published report as on the day it was published."""
    return {} if view.contents is None else {label: name.reading(language) for label, name in view.contents.names.items()}


def _published(session: Session, conversation_id: int, asked: str | None, language: str) -> Published | None:
    if asked is None:
        return reports.newest(session, conversation_id, language)
    return None if asked in (PRESENT, DRAFT) else reports.get(session, conversation_id, int(asked), language)


def _asked(query: QueryParams) -> str | None:
    """What `?report=` asks for: a number, the present state, the draft, or nothing. Raises NotFound for anything else."""
    asked = query.get("report")
    if asked in (None, PRESENT, DRAFT) or _is_number(asked):
        return asked
    raise NotFound()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


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
