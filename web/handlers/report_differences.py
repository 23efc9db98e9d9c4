"""What is different between two versions of a report."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, report_difference, reports
from deliberation.errors import NotFound
from deliberation.report_difference import Difference
from deliberation.translations import Reading
from web import differences
from web.handlers.conversations import read_page
from web.http import locale, read, render


async def show(request: Request) -> Response:
    """`?from=1&to=2`; without numbers, the newest version and the one before it."""
    page = await read_page(request)
    conversation_id = conversations.identify(page.conversation)

    def query(session: Session) -> tuple[Difference, Reading | None]:
        numbers = [heading.number for heading in reports.listing(session, conversation_id)]
        after = _asked(request, "to", numbers[0] if numbers else 0)
        before = _asked(request, "from", after - 1)
        if before == after:
            raise NotFound()
        later = reports.get(session, conversation_id, after)
        found = report_difference.between(reports.get(session, conversation_id, before), later)
        return found, reports.note(session, later, locale(request))

    found, note = await read(request, query)
    wordings = {
        "title": differences.between(found.before.heading.title, found.after.heading.title, found.after.heading.language),
        "introduction": differences.between(found.before.introduction, found.after.introduction, found.after.heading.language),
    }
    return render(request, "reports/difference.html", page=page, found=found, note=note, wordings=wordings)


def _asked(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise NotFound()
    return int(text)
