"""What makes a web app of the pages: the manifest, the service worker, and the page for when there is no network."""

import hashlib
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deliberation.errors import N_
from web.http import locale, municipality, render
from web.i18n import translate
from web.rendering import STATIC, versioned
from web.services import services

SHELL = ("app.css", "app.js", "outbox.js", "map.js", "dashboard.js", "icons/hiroba.svg", "vendor/htmx-4.0.1.min.js")
"""Everything that the kept pages load."""
WORKERS = {True: "service-worker.js", False: "retired-worker.js"}
ICONS = [
    ("icons/hiroba.svg", "any", "image/svg+xml", "any"),
    ("icons/hiroba-192.png", "192x192", "image/png", "any"),
    ("icons/hiroba-512.png", "512x512", "image/png", "any"),
    ("icons/hiroba-maskable-192.png", "192x192", "image/png", "maskable"),
    ("icons/hiroba-maskable-512.png", "512x512", "image/png", "maskable"),
]
COLOURS = {"theme_color": "#14334a", "background_color": "#edf0f0"}
"""Indigo and ground, as in the stylesheet."""
ABOUT = N_("Say what you think, see what others think, and follow what becomes of it.")


async def manifest(request: Request) -> Response:
    tenant, language = municipality(request), locale(request)
    described = {
        "id": "/",
        "name": f"Hiroba · {tenant.name}",
        "short_name": tenant.name,
        "description": translate(language, ABOUT),
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        **COLOURS,
        "icons": [
            {"src": versioned(path), "sizes": sizes, "type": kind, "purpose": purpose} for path, sizes, kind, purpose in ICONS
        ],
    }
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
    return JSONResponse(described, headers=headers, media_type="application/manifest+json")


async def worker(request: Request) -> Response:
    """The worker, with the shell of this version written above it, so that every new version is another file.

    Where the app is turned off, one that clears what the earlier ones kept and goes.
    """
    script = (STATIC / WORKERS[services(request).settings.offline]).read_text()
    files = [versioned(name) for name in SHELL]
    version = hashlib.sha256("".join([script, *files]).encode()).hexdigest()[:12]
    shell = f"self.shell = {json.dumps({'version': version, 'files': files})};\n"
    return Response(shell + script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def page(request: Request) -> Response:
    return render(request, "offline/page.html")
