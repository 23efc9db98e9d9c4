"""What became of what I said and voted: the receipt of somebody without an account."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import (
    comments,
    exclusions,
    group_history,
    personal_data,
    proposal_list,
    receipts,
    recovery,
    subscriptions,
    voting,
)
from deliberation.values import Reason
from web import i18n
from web.forms import ReadForm
from web.handlers.proposals import reason_words
from web.http import clock, locale, municipality, person, read, read_form, render, see, today
from web.words import COMMENT_REASONS


async def show(request: Request) -> Response:
    tenant, me, language, day = municipality(request), person(request), locale(request), today()

    def query(session: Session) -> dict[str, Any]:
        fates = receipts.fates(session, tenant.id, me, language, day)
        return {
            "unread": receipts.unread(fates, _read_until(request)),
            "exclusions": exclusions.of_person(session, tenant.id, me, language),
            "fates": fates,
            "outcomes": receipts.outcomes(session, tenant.id, me, language, day),
            "groups": group_history.of_person(session, tenant.id, me, language),
            "conversations": voting.my_conversations(session, municipality_id=tenant.id, person=me, locale=language),
            "proposals": proposal_list.mine(session, tenant.id, me, language),
            "comments": comments.mine(session, tenant.id, me, language),
            "following": subscriptions.of_person(session, tenant.id, me, language),
            "code_made_at": recovery.made_at(session, tenant.id, me),
        }

    return render(
        request,
        "me/page.html",
        proposal_reasons=reason_words(request),
        comment_reasons=_comment_reasons(language),
        **await read(request, query),
    )


def _comment_reasons(language: str) -> dict[Reason, str]:
    return {reason: i18n.translate(language, words) for reason, words in COMMENT_REASONS.items()}


async def read_answers(request: Request) -> Response:
    """Answers given up to this moment were read, and are no longer shown as new. The cookie keeps it, nobody else."""
    form = await read_form(request, ReadForm)
    request.session["answers_read"] = min(form.until, math.ceil(clock().timestamp()))
    return see(request, "me")


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "me")


def _read_until(request: Request) -> datetime | None:
    known: int | None = request.session.get("answers_read")
    return None if known is None else datetime.fromtimestamp(known, UTC)


async def data(request: Request) -> Response:
    """Everything that is held about this person, as a file."""
    tenant, me = municipality(request), person(request)
    found = await read(request, lambda session: personal_data.of_person(session, tenant.id, me, clock()))
    text = json.dumps({"municipality": tenant.slug, **found}, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/json", headers=headers)
