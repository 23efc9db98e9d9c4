"""CSV files by other hands, read strictly: whatever is wrong is said in one line with the file and the row."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from deliberation.errors.files import UnreadableFile, UnreadableRow

LARGEST_FIELD = 1_000_000
LARGEST_NUMBER = 2_147_483_647
LONGEST_QUOTE = 40
_WHOLE = re.compile(r"-?[0-9]{1,19}")


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty, with its row number as a spreadsheet counts: a quoted line break does not begin a new row.

    Raises UnreadableFile or UnreadableRow: missing, empty, not UTF-8, not well-formed.
    """
    row, blank = 0, True
    csv.field_size_limit(LARGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row, record in enumerate(csv.reader(file, strict=True), start=1):
                if record:
                    blank = False
                    yield row, record
    except UnicodeDecodeError:
        refuse(path, _row_that_is_not_utf8(path), "is not UTF-8")
    except csv.Error as error:
        refuse(path, row + 1, f"is not well-formed CSV ({error})")
    except FileNotFoundError:
        raise UnreadableFile(file=path.name, problem=f"is missing in {path.parent}") from None
    except OSError as error:
        raise UnreadableFile(file=path.name, problem=f"cannot be read ({error.strerror})") from None
    if blank:
        raise UnreadableFile(file=path.name, problem="is empty")


def rows(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, list[str]]]:
    """The named columns of each row under the header, `needed` before `optional`; an optional column that is absent is empty."""
    lines = records(path)
    row, header = next(lines)
    width, places = len(header), _places(path, row, header, needed, optional)
    header_row = row
    for row, record in lines:
        if len(record) != width:
            refuse(path, row, f"has {len(record)} fields where the header has {width}")
        record.append("")
        yield row, [record[place] for place in places]
    if row == header_row:
        raise UnreadableFile(file=path.name, problem="has a header but no rows")


def whole(path: Path, row: int, name: str, text: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
    """The whole number that a cell must hold."""
    if not _WHOLE.fullmatch(text):
        refuse(path, row, f"the {name} {quoted(text)} is not a whole number")
    number = int(text)
    if not least <= number <= most:
        refuse(path, row, f"the {name} {quoted(text)} is not between {least} and {most}")
    return number


def refuse(path: Path, row: int, problem: str) -> NoReturn:
    raise UnreadableRow(file=path.name, row=row, problem=problem) from None


def quoted(text: str) -> str:
    """A cell's text in one short line, for a message."""
    line = " ".join(text.split())
    return f"“{line[:LONGEST_QUOTE]}…”" if len(line) > LONGEST_QUOTE else f"“{line}”"


def _places(path: Path, row: int, header: list[str], needed: Sequence[str], optional: Sequence[str]) -> list[int]:
    """Where the named columns are; one that is absent is where `rows` appends an empty cell."""
    names = [name.strip() for name in header]
    for name in (*needed, *optional):
        if names.count(name) > 1:
            refuse(path, row, f"the column {quoted(name)} appears twice")
    for name in needed:
        if name not in names:
            refuse(path, row, f"there is no column {quoted(name)}")
    return [names.index(name) if name in names else len(names) for name in (*needed, *optional)]


def _row_that_is_not_utf8(path: Path) -> int:
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    readable = content.decode("utf-8", errors="replace")
    before = len(content[: _first_fault(content)].decode("utf-8"))
    return sum(1 for _ in csv.reader(io.StringIO(readable[: before + 1], newline="")))


def _first_fault(content: bytes) -> int:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(content)
