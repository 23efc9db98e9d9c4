"""Other residents, who vote by plain posts, so that there is somebody to form groups with."""

import http.client
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from urllib.parse import urlencode

from deliberation.values import Choice
from tests.support.crowd import WORDS
from tests.support.opinions import opinion
from tests.support.server import PATIENCE_SECONDS

CAMPS = 2
MEMBERS = 12


class Neighbour:
    """Somebody with a browser's cookie and an opinion."""

    def __init__(self, place: tuple[str, int], camp: int, member: int) -> None:
        self._place, self._camp, self._member = place, camp, member
        self._cookie = ""

    def vote(self, slug: str, statements: Iterable[int]) -> None:
        """By the own opinion."""
        self.answer(slug, {number: opinion(self._camp, self._member, number) for number in statements})

    def answer(self, slug: str, choices: Mapping[int, Choice]) -> None:
        with closing(http.client.HTTPConnection(*self._place, timeout=PATIENCE_SECONDS)) as connection:
            for number, choice in choices.items():
                form = urlencode({"statement": number, "choice": WORDS[choice], "ballot": str(uuid.uuid4())})
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
                connection.request("POST", f"/c/{slug}/vote", form, headers)
                taken = connection.getresponse()
                taken.read()
                assert taken.status == http.HTTPStatus.SEE_OTHER
                self._cookie = (taken.getheader("Set-Cookie") or self._cookie).partition(";")[0]


def neighbourhood(place: tuple[str, int]) -> list[Neighbour]:
    """Two camps of people who agree among themselves, each large enough for figures of its own."""
    return [Neighbour(place, camp, member) for camp in range(CAMPS) for member in range(MEMBERS)]
