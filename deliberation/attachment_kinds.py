"""What a file holds, judged by its content; what it is called decides nothing but whether a text is a table."""

import io
import re
import zlib
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from deliberation.errors.attachments import AttachmentKindUnknown, AttachmentWithMacros

MOST_ENTRIES = 5000
MOST_UNPACKED = 300 * 1024 * 1024
LONGEST_LIST = 2 * 1024 * 1024
SURELY = 0.5
"""From this confidence on, a text that looks like something else is something else."""

_UNREADABLE = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What an archive raises that is damaged, locked with a password, or packed in a way that Python does not know."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`picture`: under which name Pillow knows it, where it is one."""

    media_type: str
    endings: tuple[str, ...]
    picture: str | None = None


PDF = Kind("application/pdf", (".pdf",))
TEXT = Kind("text/plain; charset=utf-8", (".txt", ".md"))
TABLE = Kind("text/csv; charset=utf-8", (".csv",))
PICTURES = {
    ".png": Kind("image/png", (".png",), "PNG"),
    ".jpg": Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG"),
    ".webp": Kind("image/webp", (".webp",), "WEBP"),
}
_JPEG_ENDINGS = {".jpeg", ".jfif", ".jpe", ".jif", ".mpo"}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OPEN_DOCUMENTS = {
    "text": Kind(_OPEN_DOCUMENT + "text", (".odt",)),
    "spreadsheet": Kind(_OPEN_DOCUMENT + "spreadsheet", (".ods",)),
    "presentation": Kind(_OPEN_DOCUMENT + "presentation", (".odp",)),
    "graphics": Kind(_OPEN_DOCUMENT + "graphics", (".odg",)),
}
_OFFICE_OPEN = "application/vnd.openxmlformats-officedocument."
OFFICE_OPEN = {
    "word/document.xml": Kind(_OFFICE_OPEN + "wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": Kind(_OFFICE_OPEN + "spreadsheetml.sheet", (".xlsx",)),
    "ppt/presentation.xml": Kind(_OFFICE_OPEN + "presentationml.presentation", (".pptx",)),
}
_MACROS = re.compile(r"vbaProject|vbaData|activeX|macrosheets|^(Basic|Scripts)/", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def of(content: bytes, name: str) -> Kind:
    """Raises AttachmentKindUnknown, AttachmentWithMacros."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    ending = _recognised(content)
    if ending in PICTURES:
        return PICTURES[ending]
    if ending is None and not content.startswith(b"%PDF-") and _is_text(content):
        return TABLE if name.strip().lower().endswith(".csv") else TEXT
    raise AttachmentKindUnknown()


def _recognised(content: bytes) -> str | None:
    """The ending that files of this content have, where it is sure."""
    import puremagic  # reads a large table when it is loaded, which few requests need

    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return None
    endings = {match.extension.lower() for match in found}
    if endings & _JPEG_ENDINGS and content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    return next((match.extension.lower() for match in found if match.confidence >= SURELY), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None


def _document(content: bytes) -> Kind:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            return _of_parts(packed)
    except _UNREADABLE as error:
        raise AttachmentKindUnknown() from error


def _of_parts(packed: ZipFile) -> Kind:
    """OpenDocument says in its first entry what it is, OOXML in a list of its parts; both must hold what they say."""
    entries = packed.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(_leads_out, names)):
        raise AttachmentKindUnknown()
    if any(_MACROS.search(name) for name in names):
        raise AttachmentWithMacros()
    kind = _open_document(packed, names) or _office_open(packed, names)
    if kind is None:
        raise AttachmentKindUnknown()
    return kind


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)


def _open_document(packed: ZipFile, names: set[str]) -> Kind | None:
    if not {"mimetype", "content.xml", "META-INF/manifest.xml"} <= names:
        return None
    said = _beginning(packed, "mimetype", 200).decode("ascii", "replace").strip()
    return OPEN_DOCUMENTS.get(said.removeprefix(_OPEN_DOCUMENT)) if said.startswith(_OPEN_DOCUMENT) else None


def _office_open(packed: ZipFile, names: set[str]) -> Kind | None:
    if not {"[Content_Types].xml", "_rels/.rels"} <= names:
        return None
    said = _beginning(packed, "[Content_Types].xml", LONGEST_LIST).decode("utf-8", "replace")
    if "macroEnabled" in said:
        raise AttachmentWithMacros()
    return next((kind for part, kind in OFFICE_OPEN.items() if part in names and kind.media_type in said), None)


def _beginning(packed: ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as part:
        return part.read(most)
