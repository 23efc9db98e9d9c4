"""A Dask cluster as the place where analyses are computed. Dask is loaded when it is first needed."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Generic, ParamSpec, TypeVar

from web.settings_addresses import SettingsError

P = ParamSpec("P")
T = TypeVar("T")

SCHEME = "dask://"
CONNECT_SECONDS = 3
LARGEST_CALL = "1GB"
"""Votes are sent along with a call; Dask would warn of ten million bytes."""
MOST_AT_A_TIME = 16
"""Analyses given to the cluster at a time; it keeps those waiting that it has no worker for."""


@dataclass(frozen=True, repr=False)
class Sealed(Generic[T]):
    """A call of which Dask's own logs show nothing: the database's password is among the arguments."""

    fn: Callable[..., T]
    args: tuple[Any, ...]
    named: Mapping[str, Any]

    def __call__(self) -> T:
        return self.fn(*self.args, **self.named)


class DaskCluster(Executor):
    """Work on the workers of the scheduler at `address`, as dask://HOST:PORT.

    Connects when first needed and, after the connection was lost, with the next work: what was under way fails then, and so does
    what is asked for while there is no scheduler. Raises SettingsError when Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise SettingsError("HIROBA_COMPUTE: dask:// needs the extra “scale”; run: pip install 'hiroba[scale]'")
        self._address = address.replace(SCHEME, "tcp://", 1)
        self._threads = ThreadPoolExecutor(MOST_AT_A_TIME, thread_name_prefix="hiroba-dask")
        self._connecting = threading.Lock()
        self._client: Any = None
        self._ended = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._threads.submit(self._computed, Sealed(fn, args, kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """What is still being computed is abandoned."""
        self._ended = True  # at once: whoever waits for a connection waits no longer
        with self._connecting:
            self._disconnect()
        self._threads.shutdown(wait=wait, cancel_futures=True)

    def _computed(self, call: Sealed[T]) -> T:
        from distributed.client import FutureCancelledError

        try:
            computed: T = self._connected().submit(call, pure=False).result()
        except FutureCancelledError as error:
            raise ConnectionError(f"the Dask scheduler at {self._address} went away") from error
        return computed

    def _connected(self) -> Any:
        with self._connecting:
            if self._ended:
                raise CancelledError
            if self._client is None or self._client.status != "running":
                self._disconnect()
                self._client = _connect(self._address)
            return self._client

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close(timeout=CONNECT_SECONDS)
            self._client = None


@contextmanager
def spread(compute: str) -> Iterator[DaskCluster | None]:
    """Where the parts of one analysis are computed: on the cluster that the setting names, or in this process (None)."""
    if not compute.startswith(SCHEME):
        yield None
        return
    with DaskCluster(compute) as cluster:
        yield cluster


def _connect(address: str) -> Any:
    """Raises OSError when nobody answers there."""
    import dask.config
    from distributed import Client

    dask.config.set({"distributed.admin.large-graph-warning-threshold": LARGEST_CALL})
    # Dask writes to standard error by itself; what is wrong comes back as an error and is told once, as ours.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
