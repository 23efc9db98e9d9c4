"""Forms with a file. They are read once: the fields as text, the file to a limit, whatever is over it read and forgotten.

A handler calls `attempt_with_file` in place of `entries.attempt`; what was typed stays on the page when the file is refused.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from deliberation import attachments
from deliberation.attachments import File
from deliberation.errors import BadRequest
from deliberation.errors.attachments import AttachmentTooLarge, SeveralFiles
from web.entries import Entry, attempt
from web.forms import Form
from web.http import MOST_FIELDS
from web.security import LARGEST_BODY
from web.services import services

F = TypeVar("F", bound=Form)
MOST_FILES = 10


@dataclass(slots=True)
class Sent:
    """A file as it came. `size` counts what was forgotten too."""

    name: str
    content: bytearray = field(default_factory=bytearray, repr=False)
    size: int = 0


def megabytes(request: Request) -> int:
    """What a file may have."""
    return services(request).settings.attachment_limit // attachments.MEGABYTE


async def attempt_with_file(
    request: Request, model: type[F], act: Callable[[F, File | None], Awaitable[object]], form_field: str = "file"
) -> Entry | None:
    """`entries.attempt` for a form with a file; `act` is given what may be attached of it, None where none was chosen."""
    await _receive(request)

    async def with_file(form: F) -> None:
        await act(form, await read_upload(request, form_field))

    return await attempt(request, model, with_file)


async def read_upload(request: Request, form_field: str) -> File | None:
    """The file of this field, checked and written anew where it is a picture; None where none was chosen.

    Raises BadRequest, SeveralFiles, AttachmentTooLarge and the other refusals of `attachments.checked`.
    """
    await _receive(request)
    files: dict[str, list[Sent]] = request.scope["files"]
    chosen = [each for each in files.get(form_field, []) if each.name or each.size]  # a browser sends a field left alone too
    if not chosen:
        return None
    if len(chosen) > 1:
        raise SeveralFiles()
    [sent] = chosen
    most = services(request).settings.attachment_limit
    if sent.size > most:
        raise AttachmentTooLarge(megabytes=megabytes(request))
    return await run_in_threadpool(attachments.checked, sent.name, bytes(sent.content), most=most)


async def _receive(request: Request) -> None:
    """Put the fields where `http.typed` finds them, and the files beside them. Another kind of form is left as it is."""
    if "files" in request.scope:
        return
    request.scope["files"] = {}
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return
    parser = _Parser(request, services(request).settings.attachment_limit)
    try:
        fields = await parser.parse()
    except MultiPartException as error:
        raise BadRequest() from error
    request.scope["sent"] = [(name, value) for name, value in fields.multi_items() if isinstance(value, str)]
    request.scope["files"] = parser.files


class _Parser(MultiPartParser):
    """Starlette's, with the files in memory and no more of them than may be attached."""

    def __init__(self, request: Request, most: int) -> None:
        super().__init__(
            request.headers, request.stream(), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY
        )
        self.most = most
        self.files: dict[str, list[Sent]] = {}

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part: Any = self._current_part
        if part.file is not None:
            self.files.setdefault(part.field_name, []).append(Sent(part.file.filename or ""))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part: Any = self._current_part
        if part.file is None:
            super().on_part_data(data, start, end)
            return
        sent = self.files[part.field_name][-1]
        sent.size += end - start
        if sent.size <= self.most:
            sent.content += data[start:end]
