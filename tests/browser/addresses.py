"""Every page there is, full and empty, and forms that are refused. Words in braces are numbers of statements in that state."""

from urllib.parse import urlsplit

from starlette.routing import Match, Route

from web.routes import ROUTES

RESIDENTS = [
    "/",
    "/?interest=transport&lang=th",
    "/?q=nowhere&lang=ja",
    "/proposals",
    "/proposals?interest=health&lang=ko",
    "/proposals/1?lang=ja",
    "/proposals/2",
    "/proposals/new?lang=th",
    "/c/e-scooters/share",
    "/c/e-scooters/card",
    "/c/quiet/card?lang=zh-Hans",
    "/c/e-scooters",
    "/c/e-scooters?lang=th",
    "/c/e-scooters?statement=7&lang=ja",
    "/c/e-scooters?pause=7",
    "/c/e-scooters/votes",
    "/c/e-scooters/map",
    "/c/e-scooters/map?group=B&zoom=2&at=200,200",
    "/c/e-scooters/map?colour=1&lang=ja",
    "/c/e-scooters/map?snapshot=1&statements=yes&lang=th",
    "/c/e-scooters/report",
    "/c/e-scooters/report?view=statements&lang=ko",
    "/c/e-scooters/report?view=statements&q=nowhere&lang=th",
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
    "/c/quiet/join",
    "/c/invited",
    "/c/invited/join?lang=ja",
    "/c/confirmed?lang=th",
    "/join",
    "/join/0000-0000-0000",
    "/join/0000-0000-0001?lang=ja",
    "/identity/sign-in",
    "/identity/staff",
    "/identity/callback",
    "/ledger",
    "/c/e-scooters/follow",
    "/c/quiet/follow?lang=ja",
    "/following/asked",
    "/following/followed?lang=th",
    "/following/nobody",
    "/me/recover",
    "/me/erase",
    "/me",
    "/accessibility",
    "/offline",
    "/sign-in/somewhere",
    "/nowhere",
    "/c/nowhere",
    "/moderate",
]
STAFF = [
    "/",
    "/moderate",
    "/moderate/decisions",
    "/moderate/proposals",
    "/moderate/proposals?state=declined&lang=ja",
    "/moderate/c/e-scooters?state=rejected",
    "/moderate/c/e-scooters/{accepted}",
    "/moderate/c/e-scooters/{pending}",
    "/moderate/c/e-scooters/9999",
    "/moderate/c/quiet",
    "/moderate/c/e-scooters/groups",
    "/moderate/c/quiet/groups",
    "/translate?to=th",
    "/translate?to=zh-Hant&need=everything&kind=background",
    "/translate?to=ja&need=everything&q=nowhere&lang=ja",
    "/translate/topic/1?to=ko",
    "/official",
    "/official/e-scooters",
    "/official/e-scooters/r/1",
    "/official/e-scooters/r/5",
    "/official/quiet",
    "/c/begun/report",
    "/admin",
    "/admin/new",
    "/admin/new?proposal=2",
    "/admin/areas",
    "/admin/c/e-scooters",
    "/admin/c/quiet",
    "/admin/c/invited",
]
IN_AN_EMPTY_TOWN = ["/", "/proposals", "/me", "/accessibility", "/ledger"]
FOR_STAFF_OF_AN_EMPTY_TOWN = [
    "/moderate",
    "/moderate/proposals",
    "/admin/areas",
    "/moderate/decisions",
    "/translate",
    "/official",
    "/admin",
]
SHOWN = {"resident": RESIDENTS, "admin": STAFF, "villager": IN_AN_EMPTY_TOWN, "reeve": FOR_STAFF_OF_AN_EMPTY_TOWN}
"""Which pages who opens (`tests.browser.town.guests_of`)."""
DARK = ["/c/e-scooters", "/c/e-scooters/map", "/c/e-scooters/policy", "/c/e-scooters/s/{merged}", "/moderate", "/official"]

SAID_ALREADY = "A parked scooter should always leave enough room for a wheelchair or a pram to get past."
# Page, form on it, what is sent, and the status of the page that comes back.
REFUSED_TO_RESIDENTS = [
    ("/me/recover", "main form[action='/me/recover']", {"code": "ABC"}, 422),
    ("/proposals/new", "main form[action='/proposals/new']", {"topic": "!"}, 422),
    ("/c/e-scooters", "#share form", {"text": ""}, 422),
    ("/c/invited", "#join form", {"code": "0000-0000-0001"}, 422),
    ("/c/e-scooters", "#share form", {"text": SAID_ALREADY}, 409),
]
REFUSED_TO_STAFF = [
    ("/moderate/proposals", "form[action$='/decline']", {"reason": ""}, 422),
    ("/admin/areas", "form[action*='/areas/north-harbour/remove']", {}, 409),
    ("/admin/areas", "form[action='/admin/areas#add']", {"name": ""}, 422),
    ("/admin/c/quiet", "#embedding form", {"hosts": "https://example.org"}, 422),
    ("/translate/topic/1?to=ko", "form[action='/translate/topic/1']", {"text": ""}, 422),
    ("/translate/topic/1?to=ko", "form[action='/translate/topic/1']", {"seen": "-"}, 409),
    ("/moderate/c/e-scooters/{pending}", "form[action$='/reject']", {"reason": ""}, 422),
    ("/moderate/c/e-scooters/{pending}", "form[action$='/merge']:has([id$=into])", {"into": ""}, 422),
    ("/moderate/c/e-scooters/{pending}", "form[action$='/accept']", {"seen": "rejected"}, 409),
    ("/official/e-scooters", "main form", {"text": ""}, 422),
    ("/official/e-scooters/r/5", "#answer form", {"reason": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/milestones#']", {"due_on": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/evidence#']", {"title": ""}, 422),
    ("/official/e-scooters/r/1", "form[action*='/statements#']", {"statements": "first"}, 422),
    ("/c/begun/report?report=now", "#publish form", {"title": ""}, 422),
    ("/admin", "#contact form", {"email": "nobody"}, 422),
    ("/admin/new", "main form", {"topic": ""}, 422),
    ("/admin/c/quiet", "#rules form", {"topic": ""}, 422),
    ("/admin/c/invited", "#invitations form[action*='/invitations#']", {"name": "", "size": "3"}, 422),
    ("/admin/c/quiet", "#dates form", {"opinion_starts_on": "2026-02-01", "opinion_ends_on": "2026-01-01"}, 422),
    ("/admin/c/quiet", "form[action*='/documents#']", {"url": "somewhere"}, 422),
]

NOT_PAGES = {
    "cards",
    "pause",
    "conversation_feed",
    "feed",
    "my_data",
    "qr",
    "poster",
    "embed_script",
    "manifest",
    "service_worker",
    "report_file",
    "ledger_file",
    "alive",
    "ready",
}
LEAD_ON = {
    "following_form",
    "recovery_code_form",
    "card_form",
    "support_form",
    "proposal_moderation_form",
    "area_form",
    "statement_language_form",
    "correct_language_form",
    "moderation_form",
    "official_recommendation_form",
    "admin_conversation_form",
}
"""For whoever reloads a form that was refused: they show, or lead to, the page that it stands on."""


def without_language(path: str) -> str:
    """The same page, in the language that its visitor's browser asks for."""
    return path.partition("?lang=")[0].partition("&lang=")[0]


def route_of(path: str) -> str | None:
    scope = {"type": "http", "method": "GET", "path": urlsplit(path).path}
    return next((route.name for route in ROUTES if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL), None)


def pages() -> set[str]:
    """The names of all routes that show a page."""
    shown = {route.name for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or ())}
    return shown - NOT_PAGES - LEAD_ON
