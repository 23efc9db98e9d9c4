"""What a conversation led to: stages and documents, recommendations, answers, steps."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, outcomes, policy
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from web import policy_view, stages
from web.handlers.conversations import read_page
from web.http import clock, locale, municipality, read, render, today
from web.stages import StageView


async def show(request: Request) -> Response:
    def query(session: Session) -> tuple[list[Recommended], list[StageView]]:
        conversation = conversations.get(session, municipality(request).id, request.path_params["slug"])
        way = stages.of_conversation(session, conversation, locale(request), clock(), today())
        return policy.of_conversation(session, identity(conversation), locale(request), today()), way

    recommendations, way = await read(request, query)
    view = policy_view.view_of(request)
    chosen = view.chosen(recommendations)
    return render(
        request,
        "policy/page.html",
        page=await read_page(request),
        recommendations=recommendations,
        themes=outcomes.by_theme(chosen) if view.order == policy_view.NUMBER else [(None, chosen)] if chosen else [],
        view=view,
        offices=policy_view.offices(recommendations),
        stages=way,
    )
