"""Officials and administrators: planning meetings and their agendas."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import agenda, cancelling, conversations, meetings, reports
from deliberation.agenda import USUAL_MINUTES, Agenda
from deliberation.attachments import File
from deliberation.errors import N_
from deliberation.errors.meetings import AgendaChangedMeanwhile
from deliberation.meetings import Held, Plan
from deliberation.storage.rows import identity
from deliberation.storage.tables import Meeting
from deliberation.translations import Reading
from web import i18n
from web.agenda_lines import lines
from web.entries import CONFLICT, Entry, PageEntries, attempt, with_news
from web.forms import Form
from web.handlers.reading import number_of
from web.http import clock, locale, municipality, read, render, see, staff, tell, transact
from web.meeting_forms import AgendaForm, CancelForm, FillForm, MeetingForm
from web.uploads import attempt_with_file, megabytes

SAVED = N_("Saved, and written into the public ledger.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A conversation's meetings."""

    slug: str
    topic: Reading
    meetings: list[Held]


@dataclass(frozen=True, slots=True)
class Desk:
    """One meeting as staff change it. `row` holds what was typed, `report` the newest published one.

    `deletable`: whether nobody was told of it yet.
    """

    slug: str
    topic: Reading
    row: Meeting
    meeting: Held
    agenda: Agenda
    report: int | None
    deletable: bool


@dataclass(frozen=True, slots=True)
class Entries(PageEntries):
    """What is typed in the forms of a meeting's page."""

    meeting: Entry = field(default_factory=Entry)
    agenda: Entry = field(default_factory=Entry)
    fill: Entry = field(default_factory=Entry)
    ending: Entry = field(default_factory=Entry)


async def overview(request: Request) -> Response:
    return await _overview(request, Entry({"language": locale(request)}))


async def plan(request: Request) -> Response:
    number = 0

    async def act(form: MeetingForm) -> None:
        nonlocal number
        number = await transact(request, meetings.plan, **_where(request), plan=form.plan)

    wrong = await attempt(request, MeetingForm, act)
    if wrong:
        return await _overview(request, wrong)
    tell(request, SAVED)
    return see(request, "official_meeting", slug=request.path_params["slug"], number=number)


async def show(request: Request) -> Response:
    return await _desk(request, Entries())


async def change(request: Request) -> Response:
    meant = ""

    async def act(form: MeetingForm, file: File | None) -> None:
        nonlocal meant
        meant = meetings.marks(form.plan)
        await transact(request, meetings.change, **_here(request), plan=form.plan, minutes=file, had=form.seen)

    wrong = await attempt_with_file(request, MeetingForm, act)
    return await _desk(request, Entries(meeting=wrong), meant) if wrong else _done(request)


async def write_agenda(request: Request) -> Response:
    async def act(form: AgendaForm) -> None:
        if not form.is_whole:
            raise AgendaChangedMeanwhile()
        await transact(request, agenda.write, **_here(request), items=form.items, language=form.language, had=form.had)

    wrong = await attempt(request, AgendaForm, act)
    return await _desk(request, Entries(agenda=wrong)) if wrong else _done(request, "agenda")


async def fill_agenda(request: Request) -> Response:
    async def act(form: FillForm) -> None:
        await transact(request, agenda.fill, **_here(request), sources=form.sources, most=form.most)

    wrong = await attempt(request, FillForm, act)
    return await _desk(request, Entries(fill=wrong)) if wrong else _done(request, "agenda")


async def cancel(request: Request) -> Response:
    async def act(form: CancelForm) -> None:
        await transact(request, cancelling.cancel, **_here(request), reason=form.reason)

    wrong = await attempt(request, CancelForm, act)
    return await _desk(request, Entries(ending=wrong)) if wrong else _done(request)


async def delete(request: Request) -> Response:
    async def act(_: Form) -> None:
        await transact(request, cancelling.delete, **_here(request))

    wrong = await attempt(request, Form, act)
    if wrong:
        return await _desk(request, Entries(ending=wrong))
    tell(request, SAVED)
    return see(request, "official_meetings", slug=request.path_params["slug"])


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "official_meeting", slug=request.path_params["slug"], number=request.path_params["number"])


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"]}


def _here(request: Request) -> dict[str, Any]:
    return {**_where(request), "number": number_of(request.path_params["number"])}


def _done(request: Request, part: str = "") -> Response:
    tell(request, SAVED)
    answer = see(request, "official_meeting", **_path(request))
    if part:
        answer.headers["location"] += f"#{part}"
    return answer


def _path(request: Request) -> dict[str, Any]:
    return {"slug": request.path_params["slug"], "number": request.path_params["number"]}


async def _overview(request: Request, entry: Entry) -> Response:
    def query(session: Session) -> Calendar:
        row = conversations.get(session, municipality(request).id, request.path_params["slug"])
        topic = conversations.headings(session, [row], locale(request))[identity(row)]
        return Calendar(row.slug, topic, meetings.of_conversation(session, identity(row), locale(request)))

    found = await read(request, query)
    return render(request, "meetings/plan.html", status=entry.status, calendar=found, entry=entry, now=clock())


async def _desk(request: Request, entries: Entries, meant: str = "") -> Response:
    """`meant`: the marks of what was typed about the meeting."""

    def query(session: Session) -> Desk:
        row = conversations.get(session, municipality(request).id, request.path_params["slug"])
        meeting = meetings.find(session, identity(row), number_of(request.path_params["number"]))
        headings = reports.listing(session, identity(row))
        return Desk(
            row.slug,
            conversations.headings(session, [row], locale(request))[identity(row)],
            meeting,
            meetings.get(session, identity(row), meeting.number, locale(request)),
            agenda.of_meeting(session, identity(meeting), locale(request)),
            max((heading.number for heading in headings), default=None),
            cancelling.deletable(meeting, clock()),
        )

    found = await read(request, query)
    stored = _stored(found.row)
    if entries.meeting.status == CONFLICT and not found.row.cancelled_at:
        entries = replace(entries, meeting=with_news(entries.meeting, stored, meant, locale(request)))
    context = {"desk": found, "entries": entries, "stored": stored, "usual_minutes": USUAL_MINUTES}
    context["shown"] = lines(found.agenda, entries.agenda)
    return render(request, "meetings/desk.html", status=entries.refused.status, megabytes=megabytes(request), **context)


def _stored(row: Meeting) -> dict[str, Any]:
    """The meeting as its form shows it."""
    moments = {"starts_at": i18n.moment_field(row.starts_at), "ends_at": i18n.moment_field(row.ends_at)}
    return {each.name: getattr(row, each.name) for each in fields(Plan)} | moments | {"seen": meetings.marks(row)}
