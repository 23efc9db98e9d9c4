"""For operators: is it alive, is it ready."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deliberation.storage import schema
from web.background import Background
from web.services import Services, services


async def alive(request: Request) -> Response:
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """200 when the database answers and has the schema this version needs, and the worker lives where this process has one."""
    return await run_in_threadpool(_ready, services(request), request.app.state.background)


def _ready(held: Services, background: Background | None) -> Response:
    try:
        with held.database.read() as session:
            session.execute(text("SELECT 1"))
        current = schema.is_current(held.database)
    except DBAPIError:
        return JSONResponse({"database": False}, 503)
    worker = background.alive if background else None
    return JSONResponse({"database": True, "schema": current, "worker": worker}, 200 if current and worker is not False else 503)
