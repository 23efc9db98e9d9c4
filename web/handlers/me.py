"""What became of what I said and voted: the receipt of somebody without an account."""

import json
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import exclusions, group_history, personal_data, proposal_list, receipts, recovery, subscriptions, voting
from web.handlers.proposals import reason_words
from web.http import clock, locale, municipality, person, read, render, today


async def show(request: Request) -> Response:
    tenant, me, language, day = municipality(request), person(request), locale(request), today()

    def query(session: Session) -> dict[str, Any]:
        return {
            "exclusions": exclusions.of_person(session, tenant.id, me, language),
            "fates": receipts.fates(session, tenant.id, me, language, day),
            "outcomes": receipts.outcomes(session, tenant.id, me, language, day),
            "groups": group_history.of_person(session, tenant.id, me, language),
            "conversations": voting.my_conversations(session, municipality_id=tenant.id, person=me, locale=language),
            "proposals": proposal_list.mine(session, tenant.id, me, language),
            "following": subscriptions.of_person(session, tenant.id, me, language),
            "code_made_at": recovery.made_at(session, tenant.id, me),
        }

    return render(request, "me/page.html", proposal_reasons=reason_words(request), **await read(request, query))


async def data(request: Request) -> Response:
    """Everything that is held about this person, as a file."""
    tenant, me = municipality(request), person(request)
    found = await read(request, lambda session: personal_data.of_person(session, tenant.id, me, clock()))
    text = json.dumps({"municipality": tenant.slug, **found}, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/json", headers=headers)
