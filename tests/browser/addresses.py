"""Every page there is, full and empty, and forms that are refused. Words in braces are numbers of statements in that state."""

from urllib.parse import urlsplit

from starlette.routing import Match, Route

from web.routes import ROUTES

RESIDENTS = [
    "/",
    "/c/e-scooters",
    "/c/e-scooters?lang=th",
    "/c/e-scooters?statement=7&lang=ja",
    "/c/e-scooters/votes",
    "/c/e-scooters/map",
    "/c/e-scooters/report",
    "/c/e-scooters/report?view=statements&lang=ko",
    "/c/e-scooters/policy",
    "/c/e-scooters/policy?lang=zh-Hant",
    "/c/e-scooters/s/{accepted}",
    "/c/e-scooters/s/{pending}",
    "/c/e-scooters/s/{rejected}",
    "/c/e-scooters/s/{merged}",
    "/c/quiet",
    "/c/quiet/map",
    "/c/quiet/report",
    "/c/quiet/policy",
    "/c/begun/map",
    "/c/begun/report",
    "/c/begun/s/1",
    "/ledger",
    "/me",
    "/sign-in/somewhere",
    "/nowhere",
    "/c/nowhere",
    "/moderate",
]
STAFF = [
    "/",
    "/moderate",
    "/moderate/decisions",
    "/moderate/c/e-scooters?state=rejected",
    "/moderate/c/e-scooters/{accepted}",
    "/moderate/c/e-scooters/{pending}",
    "/moderate/c/e-scooters/9999",
    "/moderate/c/quiet",
    "/official",
    "/official/e-scooters",
    "/official/e-scooters/r/1",
    "/official/e-scooters/r/5",
    "/official/quiet",
    "/c/begun/report",
    "/admin",
    "/admin/new",
    "/admin/c/e-scooters",
    "/admin/c/quiet",
]
IN_AN_EMPTY_TOWN = ["/", "/me", "/ledger"]
FOR_STAFF_OF_AN_EMPTY_TOWN = ["/moderate", "/moderate/decisions", "/official", "/admin"]
DARK = ["/c/e-scooters", "/c/e-scooters/map", "/c/e-scooters/policy", "/c/e-scooters/s/{merged}", "/moderate", "/official"]

SAID_ALREADY = "A parked scooter should always leave enough room for a wheelchair or a pram to get past."
# Page, form on it, what is sent, and the status of the page that comes back.
REFUSED_TO_RESIDENTS = [
    ("/c/e-scooters", "#share form", {"text": ""}, 422),
    ("/c/e-scooters", "#share form", {"text": SAID_ALREADY}, 409),
]
REFUSED_TO_STAFF = [
    ("/moderate/c/e-scooters/{pending}", "form[action$='/reject']", {"reason": ""}, 422),
    ("/moderate/c/e-scooters/{pending}", "form[action$='/merge']:has([id$=into])", {"into": ""}, 422),
    ("/moderate/c/e-scooters/{pending}", "form[action$='/accept']", {"seen": "rejected"}, 409),
    ("/official/e-scooters", "main form", {"text": ""}, 422),
    ("/official/e-scooters/r/5", "#answer form", {"reason": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/milestones#']", {"due_on": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/evidence#']", {"title": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/statements#']", {"statements": "first"}, 422),
    ("/c/begun/report?report=now", "#publish form", {"title": ""}, 422),
    ("/admin/new", "main form", {"topic": ""}, 422),
    ("/admin/c/quiet", "#rules form", {"topic": ""}, 422),
    ("/admin/c/quiet", "#dates form", {"opinion_starts_on": "2026-02-01", "opinion_ends_on": "2026-01-01"}, 422),
    ("/admin/c/quiet", "form[action*='/documents#']", {"url": "somewhere"}, 422),
]

NOT_PAGES = {"report_file", "ledger_file", "alive", "ready"}
LEAD_ON = {"moderation_form", "official_recommendation_form", "admin_conversation_form"}
"""For whoever reloads a form that was refused: they show, or lead to, the page that it stands on."""


def route_of(path: str) -> str | None:
    scope = {"type": "http", "method": "GET", "path": urlsplit(path).path}
    return next((route.name for route in ROUTES if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL), None)


def pages() -> set[str]:
    """The names of all routes that show a page."""
    shown = {route.name for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or ())}
    return shown - NOT_PAGES - LEAD_ON
