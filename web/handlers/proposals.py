"""Topics that residents propose and support."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deliberation import languages, places, proposal_list, proposals
from deliberation.errors import N_, Refusal, TooMany
from deliberation.proposal_list import PAGE, Proposed, Wanted
from deliberation.proposals import PUBLIC, TOPIC_LIMIT, WHY_LIMIT
from deliberation.values import MODERATION_ROLES, Interest, ProposalState, Reason, Role
from web import i18n, paths
from web.entries import Entry, attempt
from web.errors import message_of, status_of
from web.handlers.home import word_of
from web.handlers.reading import number_asked
from web.http import (
    account,
    locale,
    municipality,
    person,
    read,
    read_form,
    render,
    see,
    tell,
    transact,
    typed,
    voter,
    wants_fragment,
)
from web.proposal_forms import ProposalForm, SupportForm
from web.services import services
from web.words import PROPOSAL_REASONS, PROPOSAL_STATES, word

SENT = N_("Thank you. A moderator reads your proposal before others can support it; “My page” shows what becomes of it.")


async def show_all(request: Request) -> Response:
    """What can be supported or was opened, most supported first."""
    page, given = max(1, number_asked(request, "page") or 1), request.query_params
    state, interest, area = (
        word_of(ProposalState, given.get("state")),
        word_of(Interest, given.get("interest")),
        given.get("area"),
    )
    wanted = Wanted(frozenset({state}) if state in PUBLIC else PUBLIC, area or None, interest)
    tenant, me = municipality(request), person(request)

    def query(session: Session) -> dict[str, Any]:
        found = proposal_list.look(session, tenant.id, wanted, locale=locale(request), person=me, page=page)
        areas = places.areas(session, tenant.id, locale(request))
        return {"found": found, "areas": [(each.slug, each.name.text, each.name.language) for each in areas]}

    context = await read(request, query)
    chosen = {"state": state if state in PUBLIC else "", "interest": interest or "", "area": area or ""}
    return render(
        request,
        "proposals/list.html",
        chosen=chosen,
        states=[(each.value, i18n.translate(locale(request), PROPOSAL_STATES[each]), None) for each in sorted(PUBLIC)],
        interests=[(value, words, None) for value, words in interest_options(request)],
        page=page,
        last=pages(context["found"].total),
        address_of=lambda number: address(request, {**chosen, "page": number}),
        reason_words=reason_words(request),
        **context,
    )


async def new(request: Request) -> Response:
    return await _form(request, Entry())


async def propose(request: Request) -> Response:
    """Take in a topic. Whatever is wrong with it, what was typed comes back with the reason beside it."""
    found: dict[str, Any] = {}

    async def act(form: ProposalForm) -> None:
        author = voter(request)
        limits = services(request).limits
        limits.check("proposals_per_participant", author)
        # Recognising may load a model, which must keep no vote waiting.
        language = await run_in_threadpool(languages.recognise, f"{form.topic}\n{form.why}", locale(request))
        try:
            await transact(
                request,
                proposals.propose,
                municipality_id=municipality(request).id,
                person=author,
                topic=form.topic,
                why=form.why,
                language=language,
                interest=form.interest,
                area=form.area or None,
            )
        except Refusal as refusal:
            found.update(refusal.facts)
            raise
        limits.count("proposals_per_participant", author)

    try:
        wrong = await attempt(request, ProposalForm, act)
    except TooMany as refusal:  # what was typed stays
        wrong = Entry(await typed(request), {"": message_of(refusal, locale(request))}, status_of(refusal))
    if wrong is not None:
        return await _form(request, wrong, found.get("number"), found.get("slug"))
    tell(request, SENT)
    return see(request, "me")


async def show(request: Request) -> Response:
    role = staff_role(request)
    return render(
        request,
        "proposals/show.html",
        proposal=await _one(request),
        reason_words=reason_words(request),
        may_decide=role in MODERATION_ROLES,
        may_open=role == Role.ADMIN,
    )


async def support(request: Request) -> Response:
    """Support a topic, or take the support back."""
    form, number = await read_form(request, SupportForm), paths.number(request, "number")
    me = voter(request)
    services(request).limits.count("support_per_participant", me)
    action = proposals.support if form.support == "yes" else proposals.withdraw
    await transact(request, action, municipality_id=municipality(request).id, number=number, person=me)
    if wants_fragment(request):
        return render(request, "proposals/_support.html", proposal=await _one(request))
    return see(request, "proposal", number=number)


async def opened_form(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "proposal", number=paths.number(request, "number"))


def address(request: Request, chosen: dict[str, Any]) -> str:
    return f"{request.url.path}?{urlencode({name: value for name, value in chosen.items() if value})}"


def pages(total: int) -> int:
    return max(1, -(-total // PAGE))


def interest_options(request: Request) -> list[tuple[str, str]]:
    return [(interest.value, i18n.translate(locale(request), word(interest))) for interest in Interest]


def reason_words(request: Request) -> dict[Reason, str]:
    return {reason: i18n.translate(locale(request), words) for reason, words in PROPOSAL_REASONS.items()}


def staff_role(request: Request) -> Role | None:
    member = account(request)
    return member.role if member else None


async def _one(request: Request) -> Proposed:
    tenant, number = municipality(request), paths.number(request, "number")
    may_read = staff_role(request) in MODERATION_ROLES
    return await read(
        request, proposal_list.one, tenant.id, number, locale=locale(request), person=person(request), for_staff=may_read
    )


async def _form(request: Request, entry: Entry, existing: int | None = None, talked_about: str | None = None) -> Response:
    areas: Sequence[places.Place] = await read(request, places.areas, municipality(request).id, locale(request))
    return render(
        request,
        "proposals/new.html",
        status=entry.status,
        entry=entry,
        existing=existing,
        talked_about=talked_about,
        areas=areas,
        interest_options=interest_options(request),
        limits=(TOPIC_LIMIT, WHY_LIMIT),
    )
