"""Cookies larger than any that this server makes, sent to a real one."""

import http.client
from pathlib import Path

from tests.support.server import serving


def test_a_server_outlives_cookies_that_no_browser_sends(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        for size in (8_000, 60_000, 500_000):
            connection = http.client.HTTPConnection(*server.place, timeout=30)
            try:
                connection.request("GET", "/healthz", headers={"Cookie": "hiroba=" + "x" * size})
                assert connection.getresponse().status in ({200} if size < 60_000 else {200, 400, 431})
            except (BrokenPipeError, ConnectionResetError):
                assert size > 60_000
            finally:
                connection.close()
        assert server.get("/healthz")[0] == 200
