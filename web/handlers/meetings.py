"""A meeting as everybody sees it: when, where, what about, and afterwards the recording and the minutes."""

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import agenda, conversations, meeting_news, meetings
from deliberation.agenda import Agenda
from deliberation.errors import N_
from deliberation.meetings import Held
from web import calendar_file, i18n
from web.addresses import absolute, lasting_name
from web.handlers.conversations import read_page
from web.handlers.reading import number_of
from web.http import clock, locale, municipality, read, render

TAKE_PART = N_("Take part by video")
WATCH = N_("Watch")


@dataclass(frozen=True, slots=True)
class Shown:
    meeting: Held
    agenda: Agenda


async def show(request: Request) -> Response:
    found = await read(request, _shown, request)
    phase = found.meeting.phase(clock())
    return render(request, "meetings/page.html", page=await read_page(request), shown=found, phase=phase)


async def calendar(request: Request) -> Response:
    meeting, moved = await read(request, _with_moves, request)
    slug = request.path_params["slug"]
    url = absolute(request, "meeting", slug=slug, number=meeting.number)
    ways = [(TAKE_PART, meeting.room_url), (WATCH, meeting.stream_url)]
    said = [meeting.cancel_reason.text] if meeting.cancel_reason else []
    details = said or [f"{i18n.translate(locale(request), words)}: {way}" for words, way in ways if way]
    content = calendar_file.of_meeting(
        meeting,
        uid=lasting_name(f"{municipality(request).slug}/c/{slug}/meetings/{meeting.number}"),
        url=url,
        changed_at=clock(),
        moved=moved,
        details="\n".join([*details, url]),
    )
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{meeting.number}.ics"', "Cache-Control": "no-cache"}
    return Response(content, media_type=calendar_file.MEDIA_TYPE, headers=headers)


def _shown(session: Session, request: Request) -> Shown:
    row = conversations.get(session, municipality(request).id, request.path_params["slug"])
    meeting = meetings.get(session, conversations.identify(row), number_of(request.path_params["number"]), locale(request))
    return Shown(meeting, agenda.of_meeting(session, meeting.id, locale(request)))


def _with_moves(session: Session, request: Request) -> tuple[Held, int]:
    row = conversations.get(session, municipality(request).id, request.path_params["slug"])
    number = number_of(request.path_params["number"])
    meeting = meetings.get(session, conversations.identify(row), number, locale(request))
    return meeting, meeting_news.times_moved(session, row, number)
