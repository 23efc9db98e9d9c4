"""What became of what I said: the receipt of somebody without an account."""

from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import exclusions, statements, trace, voting
from web.http import locale, municipality, person, read, render, today


async def show(request: Request) -> Response:
    tenant, me = municipality(request), person(request)

    def query(session: Session) -> dict[str, Any]:
        return {
            "exclusions": exclusions.of_person(session, tenant.id, me, locale(request)),
            "statements": statements.mine(session, tenant.id, me, locale(request)),
            "answers": trace.of_person(session, municipality_id=tenant.id, person=me, locale=locale(request), today=today()),
            "conversations": voting.my_conversations(session, municipality_id=tenant.id, person=me, locale=locale(request)),
        }

    return render(request, "me/page.html", **await read(request, query))
