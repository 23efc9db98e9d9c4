"""Which pages a device may keep, to show them where there is no network. Only the service worker reads these headers."""

from starlette.requests import Request
from starlette.responses import Response

from web.http import account
from web.security import Handler


def kept(handler: Handler) -> Handler:
    """A handler whose page may be kept on the device: nothing that staff see, no refusal, nothing that is said only once."""

    async def keeping(request: Request) -> Response:
        said_once = "notice" in request.session
        answer = await handler(request)
        as_it_is = set(request.query_params) <= {"held"}
        if answer.status_code == 200 and account(request) is None and as_it_is and not said_once:
            answer.headers["X-Keep"] = "yes"
        return answer

    return keeping
