"""Files as bytes that are the same for the same content."""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of a file within an archive, which must not say when it was made."""
READABLE = 0o644 << 16
LEVEL = 6
"""The highest saves a fifth of the space and takes many times as long, which two million votes would feel."""


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            info = ZipInfo(name, EARLIEST)
            info.compress_type, info.external_attr = ZIP_DEFLATED, READABLE
            packed.writestr(info, content)
    return made.getvalue()


def compressed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


def fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """As CSV in UTF-8, with bare line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
