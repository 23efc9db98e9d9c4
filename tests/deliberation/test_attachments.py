"""What may be attached, and under which name."""

import io
from collections.abc import Mapping

import pytest
from PIL import Image
from sqlmodel import Session

from deliberation import attachments, conversations, documents
from deliberation.attachments import MEGABYTE, File
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.attachments import (
    AttachmentEmpty,
    AttachmentKindUnknown,
    AttachmentMissing,
    AttachmentOrLink,
    AttachmentTooLarge,
    AttachmentWithMacros,
    PictureTooLarge,
    PictureUnreadable,
)
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import ArtefactKind, Role, Stage
from tests.support.files import OOXML, PDF, packed, picture, spoilt
from tests.support.make import NOON, make_conversation, make_staff

ODT = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<x/>",
    "META-INF/manifest.xml": b"<x/>",
}


def checked(content: bytes, name: str = "file") -> File:
    return attachments.checked(name, content, most=MEGABYTE)


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "media_type"),
    [
        (PDF, "minutes.pdf", "minutes.pdf", "application/pdf"),
        (PDF, "minutes.pdf.exe", "minutes.pdf", "application/pdf"),
        (PDF, "run.exe.pdf", "run-exe.pdf", "application/pdf"),
        (PDF, "../../etc/passwd", "passwd.pdf", "application/pdf"),
        (PDF, "C:\\Users\\mei\\議事録.PDF", "議事録.pdf", "application/pdf"),
        (PDF, "a\u202efdp.exe", "afdp.pdf", "application/pdf"),
        (PDF, " ..\x00\n ", "file.pdf", "application/pdf"),
        (PDF, 'a<b>"c?%41#.pdf', "a-b--c--41-.pdf", "application/pdf"),
        (PDF, "รายงาน" * 60 + ".pdf", "", "application/pdf"),
        (b"who,what\nMei,speaks\n", "list.csv", "list.csv", "text/csv; charset=utf-8"),
        ("議事録\r\n".encode("utf-8-sig"), "notes.html", "notes.txt", "text/plain; charset=utf-8"),
        (packed(ODT), "plan.odt", "plan.odt", "application/vnd.oasis.opendocument.text"),
        (packed(OOXML), "plan.docm", "plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_a_file_is_what_it_holds_and_has_a_bare_name(content: bytes, name: str, kept_as: str, media_type: str) -> None:
    found = checked(content, name)
    assert found.media_type == media_type
    assert found.name == kept_as if kept_as else len(found.name.encode()) <= 200
    assert found.content == content


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", AttachmentEmpty),
        (b"%PDF-1.7 and no end", AttachmentKindUnknown),
        (b"MZ" + bytes(300), AttachmentKindUnknown),
        (b"<!DOCTYPE html><script>alert(1)</script>", AttachmentKindUnknown),
        (b"GIF89a" + bytes(20), AttachmentKindUnknown),
        ("議事録".encode("shift_jis"), AttachmentKindUnknown),
        (b"text\x00with nothing", AttachmentKindUnknown),
        (packed({"a.txt": b"x"}), AttachmentKindUnknown),
        (packed(ODT)[:-30], AttachmentKindUnknown),
        (spoilt(packed(OOXML)), AttachmentKindUnknown),
        (packed({**ODT, "mimetype": b"application/zip"}), AttachmentKindUnknown),
        (packed({**OOXML, "../out": b"x"}), AttachmentKindUnknown),
        (packed({**OOXML, "word/vbaProject.bin": b"x"}), AttachmentWithMacros),
        (
            packed({**OOXML, "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
            AttachmentWithMacros,
        ),
        (packed({**ODT, "Basic/Standard/Module1.xml": b"x"}), AttachmentWithMacros),
        (picture("PNG")[:60], PictureUnreadable),
        (b"%PDF-" + bytes(MEGABYTE) + b"%%EOF", AttachmentTooLarge),
    ],
)
def test_what_cannot_be_attached_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked(content, "minutes.pdf")


@pytest.mark.parametrize("written_as", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_upright_and_tells_nothing_but_what_one_sees(written_as: str) -> None:
    found = checked(picture(written_as, size=(400, 200), turned=True), "IMG_0001")
    with Image.open(io.BytesIO(found.content)) as again:
        assert again.size == (200, 400)
        assert not again.getexif()
        assert not {"exif", "xmp", "comment"} & again.info.keys()
    assert b"Camera of Mei" not in found.content


def test_a_picture_is_at_most_4000_dots_long() -> None:
    with Image.open(io.BytesIO(checked(picture("PNG", size=(8000, 100))).content)) as again:
        assert again.size == (4000, 50)


def test_a_picture_that_unpacks_into_very_much_is_not_unpacked() -> None:
    with pytest.raises(PictureTooLarge):
        checked(picture("PNG", size=(10_000, 7_000), mode="1"))


def test_a_file_stands_in_place_of_a_link_and_leaves_with_its_document(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        admin = make_staff(session, tenant, Role.ADMIN)
        with pytest.raises(AttachmentMissing):
            _attach(session, admin, url=" ")
        with pytest.raises(AttachmentOrLink):
            _attach(session, admin, url="https://example.org", file=checked(PDF))
        key = _attach(session, admin, url="", file=checked(PDF, "議事録.pdf"))
    with database.read() as session:
        [artefact] = conversations.artefacts(session, 1)
        assert (artefact.kind, artefact.stage) == (ArtefactKind.BRIEF, Stage.PROPOSAL)
        _, _, token, _ = artefact.url.split("/")
        found, content = attachments.get(session, tenant.id, token, "議事録.pdf")
        assert (found.path, content) == (artefact.url, PDF)
        for municipality, name in ((tenant.id + 1, "議事録.pdf"), (tenant.id, "other.pdf")):
            with pytest.raises(NotFound):
                attachments.get(session, municipality, token, name)
    with database.write() as session:
        documents.detach(session, staff=admin, slug="scooters", artefact=key, now=NOON)
        with pytest.raises(NotFound):
            attachments.get(session, tenant.id, token, "議事録.pdf")


def test_only_who_publishes_attaches(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        with pytest.raises(Forbidden):
            attachments.attach(
                session, staff=make_staff(session, tenant, Role.MODERATOR), slug="scooters", file=checked(PDF), now=NOON
            )


def _attach(session: Session, admin: object, **what: object) -> int:
    given: Mapping[str, object] = {
        "stage": Stage.PROPOSAL,
        "kind": ArtefactKind.BRIEF,
        "title": "Brief",
        "language": "en",
        **what,
    }
    return documents.attach(session, staff=admin, slug="scooters", now=NOON, **given)  # type: ignore[arg-type]
