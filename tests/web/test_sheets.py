"""Posters: PDF in every language with its fonts inside, from data that cannot become markup."""

import json
import re

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import LANGUAGES
from tests.support.make import make_conversation
from tests.support.pages import words
from web import sheets

ON_SQLITE = True

TOPICS = {
    "en": "Rules for shared e-scooters",
    "ja": "シェア電動キックボードのルール",
    "ko": "공유 전동 킥보드 이용 규칙",
    "th": "กติกาสำหรับสกู๊ตเตอร์ไฟฟ้าให้เช่า",
    "zh-Hans": "共享电动滑板车的规则",
    "zh-Hant": "共享電動滑板車的規則",
}
NOBODY_DRAWS_THIS = "\u0378"
"""No letter at all, so that no font has a shape for it."""


def needs_fonts(language: str) -> None:
    if not sheets.families().intersection(sheets.FACES[language]):
        pytest.skip(f"no font for {language}: apt-get install {sheets.PACKAGES}")


def poster(client: TestClient, database: Database, tenant: Tenant, topic: str, language: str = "en") -> bytes:
    with database.write() as session:
        make_conversation(session, tenant, topic=topic, language=language)
    answer = client.get(f"/c/scooters/poster.pdf?lang={language}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), words(answer.text)
    return answer.content


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_one_tagged_page_with_its_fonts_inside(
    client: TestClient, database: Database, tenant: Tenant, language: str
) -> None:
    needs_fonts(language)
    made = poster(client, database, tenant, TOPICS[language], language)
    assert made.startswith(b"%PDF-")
    assert re.search(rb"/FontFile[23]?\b", made)
    assert b"/StructTreeRoot" in made
    assert b"/Count 1" in made


@pytest.mark.parametrize(
    "topic",
    [
        '#panic("out")',
        '"]} #set page(width: 1cm) $x^2$ `raw` \\ */ // <label> @ref',
        "#image(bytes(sys.inputs.data))",
        "A very long topic " * 16,
    ],
)
def test_what_people_wrote_stays_text_and_fits_on_the_page(
    client: TestClient, database: Database, tenant: Tenant, topic: str
) -> None:
    needs_fonts("en")
    assert b"/Count 1" in poster(client, database, tenant, topic)


def test_letters_that_no_font_has_are_refused_rather_than_drawn_as_boxes(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    needs_fonts("en")
    with database.write() as session:
        make_conversation(session, tenant, topic=f"Rules {NOBODY_DRAWS_THIS}")
    refused = client.get("/c/scooters/poster.pdf")
    assert refused.status_code == 503
    assert "apt-get install" in words(refused.text)


def test_the_same_data_give_the_same_bytes() -> None:
    needs_fonts("en")
    data = json.dumps(dict.fromkeys(("title", "municipality", "lead", "code_alt", "scan", "address", "until", "note"), "Word"))
    whole = json.dumps(
        json.loads(data) | {"url": "https://example.org", "topic": {"text": "Topic", "language": "en"}, "code": SQUARE}
    )
    first = sheets.make("poster", "en", whole)
    sheets.make.cache_clear()
    assert sheets.make("poster", "en", whole) == first


SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8H0z"/></svg>'


# The page that hands a conversation on


def test_the_share_page_has_the_whole_address_the_code_and_six_posters(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, topic='The "old" <quay>')
    page = client.get("/c/scooters/share").text
    assert 'value="http://testserver/c/scooters"' in page
    assert all(f"/c/scooters/poster.pdf?lang={language}" in page for language in LANGUAGES)
    # Twice escaped: as a value on this page, and as a title on the page that it is copied to.
    assert "title=&#34;The &amp;quot;old&amp;quot; &amp;lt;quay&amp;gt;&#34;" in page
    code = client.get("/c/scooters/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<svg")


@pytest.mark.parametrize("path", ["share", "qr.svg", "poster.pdf", "card"])
def test_what_is_not_there_has_nothing_to_hand_on(client: TestClient, tenant: Tenant, path: str) -> None:
    assert client.get(f"/c/nowhere/{path}").status_code == 404
