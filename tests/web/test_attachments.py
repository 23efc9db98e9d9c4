"""Files in forms, and how they are handed out."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Artefact, Attachment
from deliberation.values import Role
from tests.support.files import OOXML, PDF, packed, picture
from tests.support.make import make_conversation
from web.settings import MEGABYTE, Settings

ON_SQLITE = True

SignIn = Callable[..., TestClient]
ADDRESS = "/admin/c/scooters/documents"
FIELDS = {"stage": "proposal", "kind": "brief", "title": "議事録", "language": "ja", "url": ""}


@pytest.fixture
def configured(configured: Settings) -> Settings:
    """Small files alone, so that large ones need not be large."""
    return replace(configured, attachment_limit=MEGABYTE)


@pytest.fixture
def admin(database: Database, tenant: Tenant, sign_in: SignIn) -> TestClient:
    with database.write() as session:
        make_conversation(session, tenant)
    return sign_in(Role.ADMIN)


def attached(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Artefact.url)))


@pytest.mark.parametrize(
    ("content", "name", "media_type", "way"),
    [
        (PDF, "議事録 1.pdf", "application/pdf", "inline"),
        (picture("PNG"), "map.png", "image/png", "inline"),
        (b"a,b\n1,2\n", "costs.csv", "text/csv; charset=utf-8", "attachment"),
        (packed(OOXML), "ร่าง.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
    ],
)
def test_a_file_is_handed_out_as_what_it_is_and_can_do_nothing(
    database: Database,
    other_tenant: Tenant,
    admin: TestClient,
    client: TestClient,
    new_client: Callable[..., TestClient],
    content: bytes,
    name: str,
    media_type: str,
    way: str,
) -> None:
    assert admin.post(ADDRESS, data=FIELDS, files={"file": (name, content, "text/html")}).status_code == 303
    [url] = attached(database)
    assert f'href="{url}"' in client.get("/c/scooters/policy").text
    got = client.get(url)
    assert got.status_code == 200
    assert got.headers["content-type"] == media_type
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith(f"{way}; ")
    assert f"filename*=UTF-8''{quote(name)}" in got.headers["content-disposition"]
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get(url, headers={"If-None-Match": got.headers["etag"]}).status_code == 304
    assert new_client(other_tenant.host or "").get(url).status_code == 404
    assert client.get(url.rsplit("/", 1)[0] + "/evil.html").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"MZ" + bytes(300), "minutes.pdf", 422, "This kind of file cannot be attached."),
        (b"", "minutes.pdf", 422, "The file is empty."),
        (b"%PDF-" + bytes(MEGABYTE) + b"%%EOF", "minutes.pdf", 413, "at most 1 MB"),
        (b"%PDF-" + bytes(9 * MEGABYTE) + b"%%EOF", "minutes.pdf", 413, "at most 1 MB"),
    ],
)
def test_what_was_typed_stays_when_the_file_is_refused(
    database: Database, admin: TestClient, content: bytes, name: str, status: int, sentence: str
) -> None:
    sent = admin.post(ADDRESS, data=FIELDS, files={"file": (name, content, "application/pdf")})
    assert sent.status_code == status
    assert sentence in sent.text
    assert 'value="議事録"' in sent.text
    assert '<option value="brief" selected>' in sent.text
    assert attached(database) == []


def test_far_too_much_is_not_even_read(admin: TestClient, client: TestClient) -> None:
    body = b"x" * (11 * MEGABYTE)
    for browser, status in ((admin, 413), (client, 413)):
        assert (
            browser.post(ADDRESS, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}).status_code == status
        )
    small = b"x" * MEGABYTE
    assert (
        client.post(
            "/c/scooters/statements", content=small, headers={"Content-Type": "multipart/form-data; boundary=b"}
        ).status_code
        == 413
    )


@pytest.mark.parametrize("body", [b"", b"--b\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"])
def test_a_broken_form_is_refused(admin: TestClient, body: bytes) -> None:
    sent = admin.post(ADDRESS, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert sent.status_code in {400, 422}


def test_who_may_not_attach_leaves_nothing_behind(database: Database, admin: TestClient, client: TestClient) -> None:
    sent = client.post(ADDRESS, data=FIELDS, files={"file": ("a.pdf", PDF, "application/pdf")})
    assert sent.status_code == 403
    with database.read() as session:
        assert session.exec(select(Attachment.id)).all() == []
