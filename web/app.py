"""The application: everything is put together here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deliberation.storage import schema
from deliberation.storage.engine import Database
from deliberation.storage.writer import Writer
from web import errors, rendering, settings
from web.background import Background
from web.card_session import CardSession
from web.dashboards import Dashboards
from web.limits import RateLimits
from web.routes import ROUTES
from web.security import Doorkeeper, Shield
from web.services import Services, Tenants
from web.sessions import Sessions
from web.settings import Settings
from web.visit import Visit

SESSION_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""


def create_app(configured: Settings, *, work: bool = True) -> Starlette:
    """The application with these settings. It opens the database when it starts and closes it when it ends.

    With the embedded database it does the background work too, unless `work` is false; otherwise `hiroba worker` does.
    """
    templates = rendering.environments()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        held = app.state.services = _opened(configured, templates, app)
        refreshing = asyncio.create_task(held.dashboards.run())
        background = Background(held.database, configured) if work and held.database.embedded else None
        app.state.background = background
        if background:
            background.start()
        try:
            yield
        finally:
            refreshing.cancel()
            held.dashboards.broadcaster.close()
            if background:
                await run_in_threadpool(background.stop)
            held.writer.close()
            held.database.dispose()

    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(configured.allowed_hosts)),
            Middleware(Shield, secure=configured.secure_cookies, attachment_limit=configured.attachment_limit),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            Middleware(
                Sessions,
                secret_key=configured.secret_key,
                session_cookie="hiroba",
                max_age=SESSION_SECONDS,
                https_only=configured.secure_cookies,
            ),
            Middleware(CardSession, secret_key=configured.secret_key),
            Middleware(Visit),
        ],
        exception_handlers=errors.HANDLERS,
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.router.middleware_stack = Doorkeeper(app.router.middleware_stack)
    return app


def _opened(configured: Settings, templates: dict[str, Environment], app: Starlette) -> Services:
    database = Database(configured.database_url)
    if database.embedded:
        schema.migrate(database)
    url = lru_cache(4096)(app.url_path_for)
    dashboards = Dashboards(database, templates, url, streams_per_network=configured.streams_per_network)
    limits = RateLimits(configured.limits)
    return Services(configured, database, Writer(database), Tenants(database), templates, limits, url, dashboards)


def from_environment() -> Starlette:
    """For a server process that is started by name."""
    return create_app(settings.from_environment())
