"""A real server process: `hiroba serve` on a free port with a data folder of its own."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.imports import CHECKOUT

HIROBA = [sys.executable, "-c", "from web.cli import main; main()"]
PATIENCE_SECONDS = 30


class Hiroba:
    """A running `hiroba` command of the packages in `home`. `address` is where a server answers."""

    def __init__(self, data_dir: Path, *arguments: str, home: Path = CHECKOUT, **environment: str) -> None:
        self.process = subprocess.Popen(
            [*HIROBA, *arguments],
            cwd=home,
            env={**surroundings(data_dir, home), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline().strip()
        self.address = next((word for word in self.greeting.split() if word.startswith("http://")), "")

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.address)
        return parts.hostname or "", parts.port or 0

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(*self.place, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def children(self) -> list[int]:
        """Processes that this one has started, by Linux's own list."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        threads = listed.parent.parent.glob("*/children")
        return [int(pid) for path in threads for pid in path.read_text().split()]

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit status and what was written to standard error."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, errors


def surroundings(data_dir: Path, home: Path = CHECKOUT) -> dict[str, str]:
    """The environment for a command: ours, with the data folder and no other setting of Hiroba's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HIROBA_")}
    return {**inherited, "HIROBA_DATA_DIR": str(data_dir), "PYTHONPATH": str(home)}


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [*HIROBA, *arguments],
        cwd=CHECKOUT,
        env=surroundings(data_dir),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextmanager
def serving(data_dir: Path, *arguments: str, home: Path = CHECKOUT, **environment: str) -> Iterator[Hiroba]:
    """`hiroba serve` until the end of the block, however it ends."""
    server = Hiroba(data_dir, "serve", "--port", "0", *arguments, home=home, **environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether the process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
