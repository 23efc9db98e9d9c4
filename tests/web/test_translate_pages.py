import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Statement, Translation
from deliberation.values import ModerationMode, Provenance, Role, Translatable
from tests.support import pages
from tests.support.make import NOON, make_conversation, make_statement
from web.app import create_app
from web.settings import Settings

ON_SQLITE = True

SignIn = Callable[..., TestClient]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def statement(database: Database, tenant: Tenant) -> int:
    with database.write() as session:
        row = make_conversation(
            session, tenant, background="See [the plan](https://example.org).", moderation=ModerationMode.POST
        )
        return make_statement(session, row, "Park <in> bays.").id or 0


@pytest.fixture
def address(statement: int) -> str:
    return f"/translate/statement/{statement}"


def translated(database: Database) -> list[tuple[str, str, Provenance, str]]:
    with database.read() as session:
        return [(r.language, r.text, r.provenance, r.reviewer) for r in session.exec(select(Translation))]


def put(database: Database, tenant: Tenant, key: int, text: str, provenance: Provenance = Provenance.MACHINE) -> None:
    with database.write() as session:
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.STATEMENT,
            subject_id=key,
            language="ja",
            text=text,
            provenance=provenance,
            translator="admin:99",
            now=NOON,
        )


def test_the_page_shows_originals_beside_fields_and_remembers_the_language(sign_in: SignIn, statement: int) -> None:
    browser = sign_in(Role.TRANSLATOR)
    page = browser.get("/translate?to=th").text
    assert "3 texts have no translation into this language yet." in pages.words(page)
    assert "Park &lt;in&gt; bays." in page
    assert 'lang="th"' in page
    assert "No translation service is set up here" in page
    assert pages.form(browser.get("/translate").text, f"/translate/statement/{statement}")["to"] == "th"


def test_a_translator_begins_here_and_finds_the_way_back(sign_in: SignIn, client: TestClient, statement: int) -> None:
    home = sign_in(Role.TRANSLATOR).get("/").text
    assert "/translate" in pages.links(home)
    assert "/moderate" not in pages.links(home)
    assert "/translate" not in pages.links(client.get("/").text)


def test_a_plain_form_leads_back_to_where_one_was(sign_in: SignIn, statement: int, address: str, database: Database) -> None:
    browser = sign_in(Role.TRANSLATOR)
    fields = pages.form(browser.get("/translate?to=ja&kind=statement").text, address)
    answer = browser.post(address, data=fields | {"text": "枠に停める。", "deed": "save"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/translate?to=ja&kind=statement")
    page = browser.get(answer.headers["location"]).text
    assert "The translation is saved" in page
    assert "Nothing to do here." in page
    assert translated(database) == [("ja", "枠に停める。", Provenance.HUMAN, "")]


def test_readers_see_it_at_once_with_the_original_one_tap_away(
    sign_in: SignIn, client: TestClient, statement: int, address: str
) -> None:
    assert "Park &lt;in&gt; bays." in client.get("/c/scooters?lang=ja").text
    browser = sign_in(Role.TRANSLATOR)
    browser.post(address, data=pages.form(browser.get("/translate?to=ja").text, address) | {"text": "枠に停める。"})
    for path in ("/c/scooters?lang=ja", "/c/scooters/s/1?lang=ja"):
        page = client.get(path).text
        assert 'dir="auto" lang="en">Park &lt;in&gt; bays.' in page
        assert "枠に停める。" in page


def test_htmx_swaps_the_one_card(sign_in: SignIn, statement: int, address: str) -> None:
    browser = sign_in(Role.TRANSLATOR)
    fields = pages.form(browser.get("/translate?to=ja").text, address)
    answer = browser.post(address, data=fields | {"text": "枠に停める。"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'id="t-statement-{statement}"' in answer.text
    assert "The translation is saved" in answer.text
    again = browser.post(address, data=pages.form(answer.text, address) | {"text": "枠の中に停める。"}, headers=HTMX)
    assert again.status_code == 200
    assert "枠の中に停める。" in again.text


def test_a_machines_translation_is_marked_as_checked(
    sign_in: SignIn, tenant: Tenant, statement: int, address: str, database: Database, client: TestClient
) -> None:
    put(database, tenant, statement, "機械の文")
    browser = sign_in(Role.TRANSLATOR)
    page = browser.get("/translate?to=ja&need=machine").text
    assert "By machine, not checked" in page
    answer = browser.post(address, data=pages.form(page, address) | {"deed": "check"})
    assert answer.status_code == 303
    assert "marked as checked" in browser.get(answer.headers["location"]).text
    assert translated(database)[0][3].startswith("translator:")


def test_what_is_wrong_comes_back_with_what_was_typed(sign_in: SignIn, statement: int, address: str, database: Database) -> None:
    browser = sign_in(Role.TRANSLATOR)
    fields = pages.form(browser.get("/translate?to=ja").text, address)
    empty = browser.post(address, data=fields | {"text": " "})
    assert empty.status_code == 422
    assert "Please write the translation first." in empty.text
    long = browser.post(address, data=fields | {"text": "あ" * 3000}, headers=HTMX)
    assert long.status_code == 422
    assert "あ" * 3000 in long.text
    assert browser.post(address, data=fields | {"text": "x", "deed": "burn"}).status_code == 422
    assert browser.post(address, data=fields | {"text": "x", "back": "https://evil.example"}).status_code == 422
    assert translated(database) == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_conflict_is_told_and_what_was_typed_can_be_sent_again(
    sign_in: SignIn, tenant: Tenant, statement: int, address: str, database: Database, headers: dict[str, str]
) -> None:
    browser = sign_in(Role.TRANSLATOR)
    fields = pages.form(browser.get("/translate?to=ja").text, address)
    put(database, tenant, statement, "先に訳した。", Provenance.HUMAN)
    refused = browser.post(address, data=fields | {"text": "枠に停める。"}, headers=headers)
    assert refused.status_code == 409
    assert "Somebody has translated this meanwhile" in refused.text
    assert "先に訳した。" in refused.text
    fields = pages.form(refused.text, address)
    assert fields["text"] == "枠に停める。"
    assert browser.post(address, data=fields, headers=headers).status_code in {200, 303}
    assert translated(database) == [("ja", "枠に停める。", Provenance.HUMAN, "")]


def test_the_language_of_an_original_is_corrected(sign_in: SignIn, statement: int, address: str, database: Database) -> None:
    browser = sign_in(Role.TRANSLATOR)
    page = browser.get("/translate?to=ja").text
    fields = pages.form(page, f"{address}/language")
    assert browser.post(f"{address}/language", data=fields | {"language": "xx"}).status_code == 422
    assert browser.post(f"{address}/language", data=fields | {"language": "vi"}).status_code == 303
    with database.read() as session:
        assert session.exec(select(Statement.language)).one() == "vi"
    same = browser.post(f"{address}/language", data=fields | {"language": "ja"}, headers=HTMX)
    assert "so it needs no translation" in same.text
    assert "The language in which a text is recorded was corrected." in browser.get("/ledger").text


@pytest.mark.parametrize(
    "path", ["?to=fr", "?need=most", "?kind=song", "?conversation=elsewhere", "?page=0x1", "/song/1", "/statement/x"]
)
def test_what_is_not_there(sign_in: SignIn, statement: int, path: str) -> None:
    assert sign_in(Role.TRANSLATOR).get(f"/translate{path}").status_code == 404


def test_texts_are_searched_and_nothing_found_is_said(sign_in: SignIn, statement: int) -> None:
    browser = sign_in(Role.TRANSLATOR)
    assert "Park &lt;in&gt; bays." in browser.get("/translate?to=ja&q=BAYS").text
    nothing = browser.get("/translate?to=ja&q=<nowhere>").text
    assert "No text here contains these words." in nothing
    assert "<nowhere>" not in nothing


def test_others_stay_outside(
    sign_in: SignIn, client: TestClient, other_tenant: Tenant, statement: int, address: str, database: Database
) -> None:
    sent = {"to": "ja", "text": "外から", "seen_original": "0" * 16, "language": "ja"}
    for browser in (client, sign_in(Role.MODERATOR), sign_in(Role.OFFICIAL)):
        for path in ("/translate", address):
            assert browser.get(path).status_code == 403
        for path in (address, f"{address}/language"):
            assert browser.post(path, data=sent).status_code == 403
    stranger = sign_in(Role.TRANSLATOR, other_tenant)
    for path in (address, f"{address}/language"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data=sent).status_code == 404
    assert "Park" not in stranger.get("/translate?need=everything").text
    assert translated(database) == []


def test_with_a_service_the_page_says_that_a_machine_helps(
    configured: Settings, database: Database, tenant: Tenant, statement: int
) -> None:
    from deliberation import accounts
    from tests.support.make import make_staff
    from web.http import clock

    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant, Role.TRANSLATOR).id, clock())
    app = create_app(replace(configured, translate_url="http://127.0.0.1:9"), work=False)
    with TestClient(app, headers={"Accept-Language": "en"}) as browser:
        browser.post(f"/sign-in/{token}")
        assert "A machine translates what is missing" in browser.get("/translate?to=ja").text


def test_the_language_of_a_new_statement_is_recognised_or_chosen(
    new_client: Callable[..., TestClient], database: Database, statement: int
) -> None:
    browser = new_client(language="ja")
    fields = pages.form(browser.get("/c/scooters").text, "/c/scooters/statements")
    assert fields.get("language", "") == ""
    sent = [("歩道に停めないで", ""), ("Trotoar harus bebas dari motor", ""), ("사고가 걱정된다", ""), ("Tram", "vi")]
    for text, language in sent:
        page = pages.form(browser.get("/c/scooters").text, "/c/scooters/statements")
        assert browser.post("/c/scooters/statements", data=page | {"text": text, "language": language}).status_code == 303
    with database.read() as session:
        known = dict(session.exec(select(Statement.text, Statement.language)).all())
    assert [known[text] for text, _ in sent] == ["ja", "id", "ko", "vi"]


def test_a_refused_statement_keeps_the_language_that_was_chosen(client: TestClient, statement: int) -> None:
    page = client.post("/c/scooters/statements", data={"text": "", "language": "ne"})
    assert page.status_code == 422
    assert re.search('<option value="ne"[^>]* selected>', page.text)


def test_an_author_puts_the_language_right_and_nobody_else_does(
    new_client: Callable[..., TestClient], sign_in: SignIn, database: Database, statement: int
) -> None:
    author, other = new_client(), new_client()
    author.get("/c/scooters")
    author.post("/c/scooters/statements", data={"text": "Bawal pumarada dito", "language": "ms"})
    form = "/c/scooters/s/2/language"
    assert form in author.get("/c/scooters/s/2").text
    assert form in author.get("/me").text
    assert form not in other.get("/c/scooters/s/2").text
    assert other.post(form, data={"language": "ja"}).status_code == 404
    assert author.post(form, data={"language": "klingon-"}).status_code == 422
    answer = author.post(form, data={"language": "tl", "back": "/me"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    with database.read() as session:
        assert session.exec(select(Statement.language).where(Statement.number == 2)).one() == "tl"
    assert sign_in(Role.MODERATOR).post(form, data={"language": "id"}).headers["location"] == "/c/scooters/s/2"
    assert author.get(form).headers["location"] == "/c/scooters/s/2"


def test_readers_are_told_where_a_translation_comes_from(
    client: TestClient, sign_in: SignIn, database: Database, tenant: Tenant, statement: int
) -> None:
    with database.write() as session:
        session.get_one(Statement, statement).language = "ja"
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.STATEMENT,
            subject_id=statement,
            language="en",
            text="Said by a machine.",
            provenance=Provenance.MACHINE,
            now=NOON,
        )
    page, browser, address = "/c/scooters/s/1", sign_in(Role.TRANSLATOR), f"/translate/statement/{statement}"
    assert "Translated by machine." in client.get(page).text
    fields = pages.form(browser.get(f"{address}?to=en").text, address)
    assert browser.post(address, data=fields | {"deed": "check"}).status_code == 303
    assert "Translated by machine, checked by a person." in client.get(page).text
    fields = pages.form(browser.get(f"{address}?to=en").text, address)
    assert browser.post(address, data=fields | {"text": "Said by a person."}).status_code == 303
    told = client.get(page).text
    assert "Translated by a person." in told
    assert "Said by a person." in told
