"""Residents who vote through HTTP from several threads, and remember every answer that the server acknowledged."""

import http.client
import random
import threading
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from deliberation.values import Choice

WORDS = {Choice.AGREE: "agree", Choice.PASS: "pass", Choice.DISAGREE: "disagree"}
BREATH_SECONDS = 0.002
VOTES_PER_PERSON = 40
"""Fewer than the limit per minute; some of them change an earlier vote."""


class Crowd:
    """`acknowledged`: ballot → statement number and choice of every vote that was answered with success."""

    def __init__(self, place: tuple[str, int], slug: str, statements: int, threads: int = 3) -> None:
        self.acknowledged: dict[str, tuple[int, Choice]] = {}
        self.refused: list[int] = []
        self._place, self._path, self._statements = place, f"/c/{slug}/vote", statements
        self._gone = threading.Event()
        self._threads = [threading.Thread(target=self._vote, args=(seed,)) for seed in range(threads)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        for thread in self._threads:
            thread.join()

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Let the crowd vote until something has happened."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
            time.sleep(0.05)

    def _vote(self, seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not self._gone.is_set():
                self._somebody_votes(chance)
        except (OSError, http.client.HTTPException):
            return  # the server is gone

    def _somebody_votes(self, chance: random.Random) -> None:
        connection = http.client.HTTPConnection(*self._place, timeout=30)
        cookie, leaning = "", chance.choice((Choice.AGREE, Choice.DISAGREE))
        try:
            for _ in range(VOTES_PER_PERSON):
                if self._gone.is_set():
                    return
                number = chance.randint(1, self._statements)
                choice = leaning if chance.random() < 0.8 else Choice.PASS
                ballot = str(uuid.uuid4())
                form = urlencode({"statement": number, "choice": WORDS[choice], "ballot": ballot})
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
                connection.request("POST", self._path, form, headers)
                answer = connection.getresponse()
                answer.read()
                cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
                if answer.status in {200, 303}:
                    self.acknowledged[ballot] = (number, choice)
                else:
                    self.refused.append(answer.status)
                    return
                time.sleep(BREATH_SECONDS)
        finally:
            connection.close()
