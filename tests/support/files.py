"""Small files of several kinds."""

import io
import zipfile
from collections.abc import Mapping

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OOXML = {
    "[Content_Types].xml": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "_rels/.rels": b"<x/>",
    "word/document.xml": b"<x/>",
}
MAKE, ORIENTATION = 271, 274


def packed(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def spoilt(archive: bytes) -> bytes:
    """The archive with a list of its parts that cannot be unpacked."""
    first = archive.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    return archive[:first] + b"\xff" * 8 + archive[first + 8 :]


def picture(written_as: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", *, turned: bool = False) -> bytes:
    """A picture that says whose camera made it, and with `turned`, that it lies on its side."""
    exif = Image.Exif()
    exif[MAKE] = "Camera of Mei"
    if turned:
        exif[ORIENTATION] = 6
    written = io.BytesIO()
    Image.new(mode, size, 1).save(written, written_as, exif=exif)
    return written.getvalue()
