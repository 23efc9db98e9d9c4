"""Administrators open a conversation: from nothing, from a template, or from what residents proposed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from deliberation import beginnings, conversation_templates, proposals
from deliberation.conversation_templates import Template
from deliberation.errors import N_
from deliberation.values import Interest, Joining, ModerationMode, Stage
from web.admin_forms import LARGEST_LIMIT, SMALLEST_LIMIT, ConversationForm
from web.entries import Entry, attempt
from web.handlers.reading import number_asked
from web.http import locale, municipality, read, render, see, staff, tell, today, transact

USUAL_LIMIT = 140
OPENED = N_("The conversation is there.")


async def show(request: Request) -> Response:
    usual: dict[str, Any] = {
        "language": locale(request),
        "statement_limit": USUAL_LIMIT,
        "moderation": ModerationMode.PRE.value,
        "joining": Joining.OPEN.value,
        "stage": Stage.OPINION.value,
    }
    if "template" in request.query_params:
        usual |= _from_template(conversation_templates.get(request.query_params["template"], locale(request)))
    number = number_asked(request, "proposal")
    return _page(request, Entry(usual | (await _proposed(request, number) if number is not None else {})))


async def create(request: Request) -> Response:
    """Open a conversation."""
    slug = ""

    async def act(form: ConversationForm) -> None:
        nonlocal slug
        slug = form.slug
        await transact(
            request,
            beginnings.begin,
            staff=staff(request),
            slug=slug,
            rules=form.rules_from(today()),
            seeds=form.seeds.splitlines(),
            beginning=form.beginning(today()),
            proposal=form.proposal,
        )

    wrong = await attempt(request, ConversationForm, act)
    if wrong:
        return _page(request, wrong)
    tell(request, OPENED)
    return see(request, "admin_conversation", slug=slug)


def _from_template(template: Template) -> dict[str, Any]:
    """What a template fills into the form."""
    return {
        "template": template.name,
        "topic": template.topic,
        "background": template.background,
        "seeds": "\n".join(template.seeds),
        "moderation": template.moderation.value,
        "joining": template.joining.value,
        "statement_limit": template.statement_limit,
        "interests": [interest.value for interest in template.interests],
        "stage": Stage.PROPOSAL.value if template.days[Stage.PROPOSAL] else Stage.OPINION.value,
        "starts_on": today().isoformat(),
        **{f"{stage.value}_days": days for stage, days in template.days.items()},
    }


async def _proposed(request: Request, number: int) -> dict[str, Any]:
    """What residents proposed, to begin with."""
    row = await read(request, proposals.get, municipality(request).id, number)
    interests = [row.interest.value] if row.interest else []
    return {"topic": row.topic, "background": row.why, "language": row.language, "interests": interests, "proposal": number}


def _page(request: Request, entry: Entry) -> Response:
    return render(
        request,
        "admin/new.html",
        status=entry.status,
        entry=entry,
        limits=(SMALLEST_LIMIT, LARGEST_LIMIT),
        templates=conversation_templates.all_in(locale(request)),
        recommended=conversation_templates.recommended(str(entry.value("template")), locale(request)),
        interests=list(Interest),
        stages=list(Stage),
    )
