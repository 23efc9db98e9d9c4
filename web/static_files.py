"""Static files; an address with a version may be kept for ever."""

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.rendering import STATIC


class VersionedFiles(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory=Path(STATIC))

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        versioned = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
        return answer
