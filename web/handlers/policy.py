"""What a conversation led to: stages and documents, recommendations, answers, steps."""

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, policy, translations
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from deliberation.storage.tables import StagePeriod
from deliberation.translations import Reading
from deliberation.values import Stage, Translatable
from web.handlers.conversations import read_page
from web.http import locale, municipality, read, render, today


@dataclass(frozen=True, slots=True)
class Document:
    """An artefact as a reader sees it."""

    id: int
    title: Reading
    url: str


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with its dates and documents."""

    stage: Stage
    period: StagePeriod | None
    documents: tuple[Document, ...]


async def show(request: Request) -> Response:
    def query(session: Session) -> tuple[list[Recommended], list[StageView]]:
        conversation = conversations.get(session, municipality(request).id, request.path_params["slug"])
        key = identity(conversation)
        return policy.of_conversation(session, key, locale(request), today()), stages(session, key, locale(request))

    recommendations, way = await read(request, query)
    return render(request, "policy/page.html", page=await read_page(request), recommendations=recommendations, stages=way)


def stages(session: Session, conversation_id: int, language: str) -> list[StageView]:
    """All four stages in their order."""
    periods = conversations.periods(session, conversation_id)
    rows = conversations.artefacts(session, conversation_id)
    titles = translations.readings(
        session, Translatable.ARTEFACT, {identity(row): (row.title, row.language) for row in rows}, language
    )
    return [
        StageView(
            stage,
            periods.get(stage),
            tuple(Document(identity(row), titles[identity(row)], row.url) for row in rows if row.stage == stage),
        )
        for stage in Stage
    ]
