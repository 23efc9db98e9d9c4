"""Moderators at work: the queue, one statement, what was decided. The same forms serve plain browsers and htmx."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import conversations, exclusions, moderation, queues
from deliberation.decisions import Decided
from deliberation.errors import N_, NotFound
from deliberation.queue_items import Item
from deliberation.queues import Decision
from deliberation.values import DecisionKind, Reason, StatementState
from web import i18n, paths
from web.entries import Entry, attempt
from web.handlers.reading import number_asked
from web.http import locale, municipality, read, read_form, render, see, staff, tell, transact, wants_fragment
from web.moderation_forms import BanForm, DecisionForm, MergeForm, RejectForm, StatementDecisionForm
from web.words import word

SAID = {
    DecisionKind.ACCEPT: N_("The statement is accepted. It can be undone under “Decisions”."),
    DecisionKind.REJECT: N_("The statement is rejected. It can be undone under “Decisions”."),
    DecisionKind.MERGE: N_("The statement is merged. It can be undone under “Decisions”."),
    DecisionKind.BAN: N_("The author is excluded. It can be undone under “Decisions”."),
    DecisionKind.UNBAN: N_("The author may take part again. It can be undone under “Decisions”."),
    DecisionKind.UNDO: N_("Undone. It stands again as it did before."),
}
F = TypeVar("F", bound=DecisionForm)


@dataclass(frozen=True, slots=True)
class Deed(Generic[F]):
    """Something a moderator does to a statement or its author: the form, the action, and what the action takes from the form."""

    name: str
    form: type[F]
    action: Callable[..., Decided]
    takes: Callable[[F], dict[str, Any]]


ACCEPT = Deed("accept", StatementDecisionForm, moderation.accept, lambda form: {"seen": form.seen})
REJECT = Deed("reject", RejectForm, moderation.reject, lambda form: {"seen": form.seen, "reason": form.reason, "note": form.note})
MERGE = Deed("merge", MergeForm, moderation.merge, lambda form: {"seen": form.seen, "into": form.into, "note": form.note})
BAN = Deed("ban", BanForm, exclusions.ban, lambda form: {"reason": form.reason, "note": form.note})
UNBAN = Deed("unban", DecisionForm, exclusions.unban, lambda form: {})
FORMS = {deed.name for deed in (ACCEPT, REJECT, MERGE, BAN, UNBAN)}


async def queue(request: Request) -> Response:
    """What waits, of all conversations or of one."""
    slug, after = request.query_params.get("conversation") or None, request.query_params.get("after")
    found = await read(request, queues.waiting, municipality(request).id, locale(request), slug, after)
    waiting = await read(request, queues.pending, municipality(request).id)
    return render(
        request,
        "moderation/queue.html",
        queue=found,
        chosen=slug,
        is_start=after is None,
        waiting=waiting,
        **_card_context(request),
    )


async def by_state(request: Request) -> Response:
    """One conversation's statements in one state, to decide about anew."""
    asked = request.query_params.get("state", StatementState.ACCEPTED.value)
    if asked not in {state.value for state in StatementState}:
        raise NotFound()
    state, after = StatementState(asked), number_asked(request, "after")
    slug = request.path_params["slug"]
    found = await read(request, queues.by_state, municipality(request).id, locale(request), slug, state, after)
    return render(request, "moderation/states.html", states=found, state=state, is_start=after is None, **_card_context(request))


async def statement(request: Request) -> Response:
    """One statement with all that can be decided about it."""
    return await _card(request, request.path_params["slug"], paths.number(request, "number"))


async def form(request: Request) -> Response:
    """The address of a form, opened as a page."""
    if request.path_params["form"] not in FORMS:
        raise NotFound()
    return await statement(request)


async def decided(request: Request) -> Response:
    """What was decided, newest first."""
    slug, before = request.query_params.get("conversation") or None, number_asked(request, "before")

    def query(session: Session) -> list[Decision]:
        if slug is not None:
            conversations.get(session, municipality(request).id, slug)
        return queues.decided(session, municipality(request).id, locale(request), slug, before)

    found = await read(request, query)
    older = found[queues.PAGE - 1].id if len(found) > queues.PAGE else None
    return render(
        request, "moderation/decisions.html", decisions=found[: queues.PAGE], older=older, chosen=slug, is_start=before is None
    )


async def accept(request: Request) -> Response:
    return await _do(request, ACCEPT)


async def reject(request: Request) -> Response:
    return await _do(request, REJECT)


async def merge(request: Request) -> Response:
    return await _do(request, MERGE)


async def ban(request: Request) -> Response:
    return await _do(request, BAN)


async def unban(request: Request) -> Response:
    return await _do(request, UNBAN)


async def undo(request: Request) -> Response:
    form = await read_form(request, DecisionForm)
    undone = await transact(request, moderation.undo, staff=staff(request), decision=paths.number(request, "decision"))
    return await _taken(request, undone, form.back)


async def back(request: Request) -> Response:
    """The address of the button that undoes, opened as a page."""
    return see(request, "moderation_decisions")


async def _do(request: Request, deed: Deed[F]) -> Response:
    """Decide, and answer with the card or with the page one came from; what is wrong comes back with what was typed."""
    slug, number = request.path_params["slug"], paths.number(request, "number")
    taken: tuple[Decided, str] | None = None

    async def act(form: F) -> None:
        nonlocal taken
        decision = await transact(request, deed.action, staff=staff(request), slug=slug, number=number, **deed.takes(form))
        taken = decision, form.back

    wrong = await attempt(request, deed.form, act)
    if wrong is not None:
        return await _card(request, slug, number, entry=wrong, deed=deed.name)
    assert taken is not None
    return await _taken(request, *taken)


async def _taken(request: Request, decision: Decided, back: str) -> Response:
    if wants_fragment(request):
        return await _card(request, decision.slug, decision.number, decision=decision, back=back)
    tell(request, SAID[decision.kind])
    return RedirectResponse(back or request.app.url_path_for("moderate"), status_code=303)


async def _card(
    request: Request,
    slug: str,
    number: int,
    *,
    entry: Entry | None = None,
    deed: str | None = None,
    decision: Decided | None = None,
    back: str = "",
) -> Response:
    entry = entry or Entry()

    def query(session: Session) -> tuple[Item, int]:
        tenant = municipality(request).id
        return queues.one(session, tenant, locale(request), slug, number), queues.pending(session, tenant)

    item, waiting = await read(request, query)
    template = "moderation/_card_answer.html" if wants_fragment(request) else "moderation/statement.html"
    context = _card_context(request) | {"entry": entry, "deed": deed, "decision": decision}
    context["back"] = back or entry.value("back") or context["back"]
    return render(request, template, status=entry.status, item=item, waiting=waiting, **context)


def _card_context(request: Request) -> dict[str, Any]:
    """What a card needs besides its statement."""
    query = f"?{request.url.query}" if request.url.query else ""
    here = f"{request.url.path}{query}" if request.method == "GET" else ""
    reasons = [(reason.value, i18n.translate(locale(request), word(reason))) for reason in Reason]
    return {"entry": Entry(), "deed": None, "decision": None, "back": here, "reason_words": reasons}
