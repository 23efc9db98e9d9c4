"""Moderators read comments on recommendations and decide about them."""

from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import comment_queue
from deliberation.errors import N_
from deliberation.values import Reason, StatementState
from web import i18n, paths
from web.comment_forms import AcceptCommentForm, RejectCommentForm
from web.entries import Entry, attempt
from web.handlers.home import word_of
from web.handlers.reading import number_asked
from web.http import locale, municipality, read, render, see, staff, tell, transact
from web.services import services
from web.words import COMMENT_REASONS

ACCEPTED = N_("Accepted. Everybody can read the comment now.")
REJECTED = N_("Rejected. The author sees the reason.")


async def show(request: Request) -> Response:
    """Comments in one state; without one asked for, those that wait."""
    asked = word_of(StatementState, request.query_params.get("state"))
    return await _page(request, asked if asked in comment_queue.STATES else StatementState.PENDING)


async def accept(request: Request) -> Response:
    async def act(form: AcceptCommentForm) -> None:
        await transact(request, comment_queue.accept, **_where(request), seen=form.seen)

    return await _done(request, await attempt(request, AcceptCommentForm, act), ACCEPTED)


async def reject(request: Request) -> Response:
    async def act(form: RejectCommentForm) -> None:
        await transact(request, comment_queue.reject, **_where(request), seen=form.seen, reason=form.reason)

    return await _done(request, await attempt(request, RejectCommentForm, act), REJECTED)


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "moderate_comments")


def _where(request: Request) -> dict[str, Any]:
    return {
        "staff": staff(request),
        "slug": request.path_params["slug"],
        "number": paths.number(request, "number"),
        "comment": paths.number(request, "comment"),
    }


async def _done(request: Request, wrong: Entry | None, message: str) -> Response:
    if wrong is not None:
        return await _page(request, word_of(StatementState, wrong.value("seen")) or StatementState.PENDING, wrong)
    tell(request, message)
    return see(request, "moderate_comments")


async def _page(request: Request, state: StatementState, wrong: Entry | None = None) -> Response:
    page, tenant = max(1, number_asked(request, "page") or 1), municipality(request)

    def query(session: Session) -> dict[str, Any]:
        found = comment_queue.look(session, tenant.id, locale(request), state, page)
        return {"items": found, "counts": comment_queue.counts(session, tenant.id)}

    context = await read(request, query)
    where = _where(request) if wrong else None
    return render(
        request,
        "moderation/comments.html",
        status=wrong.status if wrong else 200,
        state=state,
        page=page,
        last=max(1, -(-context["counts"][state] // comment_queue.PAGE)),
        address_of=lambda other: f"{services(request).url('moderate_comments')}?state={state.value}&page={other}",
        deciding=where and {**where, "entry": wrong},
        reason_options=[(reason.value, i18n.translate(locale(request), COMMENT_REASONS[reason])) for reason in Reason],
        **context,
    )
