"""Where it is said that agreement is not a mandate, and who says it."""

from collections.abc import Callable
from itertools import product

from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import LANGUAGES, Role
from tests.support.outcomes import make_reported
from tests.support.pages import form, words
from tests.web.test_sheets import needs_fonts
from web.report_words import MANDATE, MANDATE_TITLE, ReportWords

ON_SQLITE = True

PAGES = ("/c/scooters/report", "/c/scooters/policy", "/dashboard")
OURS = "The council <decides>, and says why."


def test_every_municipality_says_it(client: TestClient, database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    for page, language in product(PAGES, LANGUAGES):
        assert ReportWords(language).mandate() in words(client.get(f"{page}?lang={language}").text), (page, language)


def test_a_municipality_says_it_in_its_own_words(
    client: TestClient, sign_in: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    make_reported(database, tenant)
    admin = sign_in(Role.ADMIN)
    assert MANDATE in words(admin.get("/admin/mandate").text)
    old = form(admin.get("/admin/mandate").text, "/admin/mandate") | {"language": "en"}
    for _ in range(2):
        assert admin.post("/admin/mandate", data=old | {"text": OURS}).status_code == 303
    other = admin.post("/admin/mandate", data=old | {"text": "Theirs."})
    assert other.status_code == 409
    assert f"Somebody else wrote here meanwhile: {OURS}" in words(other.text)
    assert form(other.text, "/admin/mandate")["text"] == "Theirs."
    assert form(admin.get("/admin/mandate").text, "/admin/mandate")["text"] == OURS
    for page in PAGES:
        text = words(client.get(page).text)
        assert OURS in text, page
        assert MANDATE_TITLE in text, page
        assert MANDATE not in text, page
    needs_fonts("en")
    assert client.get("/c/scooters/report/1.pdf").status_code == 200


def test_what_is_too_long_comes_back(sign_in: Callable[..., TestClient], tenant: Tenant) -> None:
    refused = sign_in(Role.ADMIN).post("/admin/mandate", data={"text": "long " * 200, "language": "ja"})
    assert refused.status_code == 422
    assert "at most 600 characters" in words(refused.text)
    assert form(refused.text, "/admin/mandate")["text"].startswith("long long")
