"""Attached files, as they were checked when they came."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from deliberation import attachments
from deliberation.attachments import Attached
from web.http import municipality, read

SHOWN = ("image/", "application/pdf")
"""What a browser shows; everything else is saved."""
FOR_EVER = "public, max-age=31536000, immutable"
WITHOUT_RIGHTS = "default-src 'none'; sandbox"


async def show(request: Request) -> Response:
    found, content = await read(
        request, attachments.get, municipality(request).id, request.path_params["token"], request.path_params["name"]
    )
    headers = {
        "Cache-Control": FOR_EVER,
        "Content-Disposition": _disposition(found),
        "Content-Security-Policy": WITHOUT_RIGHTS,
        "ETag": f'"{found.sha256}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=found.media_type, headers=headers)


def _disposition(found: Attached) -> str:
    """RFC 6266: the name in every script, and in ASCII for programs that know no better."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in found.name)
    way = "inline" if found.media_type.startswith(SHOWN) else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
