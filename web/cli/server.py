"""`hiroba serve` and `hiroba worker`."""

import errno
import ipaddress
import signal
import socket
import sys
from typing import TYPE_CHECKING

import click

from web import background, settings
from web.cli.common import configured_database
from web.settings import Settings
from web.settings_addresses import SettingsError

if TYPE_CHECKING:
    from uvicorn import Server

BACKLOG = 2048
GRACE_SECONDS = 10
"""How long answers that were begun may take when the server is told to stop."""
ANY_NETWORK = {"0.0.0.0", "::"}  # noqa: S104  recognised, not chosen


def proxies(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """An address that is none would never match, and the limits would take the proxy for everybody."""
    if value is None or value == "*":
        return value
    for address in value.split(","):
        try:
            ipaddress.ip_network(address.strip())
        except ValueError:
            raise click.BadParameter(
                f"“{address.strip()}” is neither an IP address nor a network such as 10.0.0.0/8; * stands for any"
            ) from None
    return value


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for every network.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 chooses a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option(
    "--behind-proxy",
    metavar="ADDRESSES",
    callback=proxies,
    help="Believe what proxies at these addresses say of the client; * for any.",
)
@click.option("--access-log", is_flag=True, help="Write a line for every request.")
def serve(host: str, port: int, workers: int, behind_proxy: str | None, access_log: bool) -> None:
    """Serve the web application; with the embedded database, do the background work too."""
    configured = settings.from_environment()
    with configured_database(configured) as database:  # what is wrong with it is told before anybody connects
        listener = listen(host, port)
    click.echo(f"Hiroba is at {address_of(listener)} (Ctrl-C ends it)")
    if not database.embedded:
        click.echo("Analyses are made where “hiroba worker” runs.")
    run(configured, listener, workers=workers, behind_proxy=behind_proxy, access_log=access_log)


@click.command()
def worker() -> None:
    """Do the background work only."""
    configured = settings.from_environment()
    with configured_database(configured) as database:
        work = background.Background(database, configured)
        click.echo("The worker is at work (Ctrl-C ends it)")
        was_told = background.work_until_told(work)
    if not was_told:
        sys.exit(1)


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections; they wait until somebody answers. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"port {port} of {host} is in use; choose another with --port") from error
        raise SettingsError(f"port {port} of {host} cannot be listened on: {error.strerror}") from error


def address_of(listener: socket.socket) -> str:
    """The address at which this machine's browser finds it."""
    host, port = listener.getsockname()[:2]
    host = "127.0.0.1" if host in ANY_NETWORK else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Interruption:
    """Remembers Ctrl-C until the server listens to it: an exception is lost where it meets a callback of the interpreter."""

    def __init__(self) -> None:
        self._asked = False
        self._server: Server | None = None

    def __enter__(self) -> "_Interruption":
        self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def ends(self, server: "Server") -> None:
        self._server = server
        server.should_exit = self._asked

    def _hear(self, *_: object) -> None:
        self._asked = True
        if self._server is not None:
            self._server.should_exit = True


def run(
    configured: Settings,
    listener: socket.socket,
    *,
    workers: int = 1,
    behind_proxy: str | None = None,
    access_log: bool = False,
) -> None:
    """Serve until the process is asked to end."""
    options: dict[str, object] = {
        "ws": "none",
        "lifespan": "on",
        "log_level": "info" if access_log else "warning",
        "access_log": access_log,
        "server_header": False,
        "proxy_headers": behind_proxy is not None,
        "forwarded_allow_ips": behind_proxy or "",
        "backlog": BACKLOG,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }
    if workers == 1:
        with _Interruption() as interruption:  # before the imports, which take the most of the time until the server listens
            import uvicorn

            from web.app import create_app

            server = uvicorn.Server(uvicorn.Config(create_app(configured), **options))  # type: ignore[arg-type]
            interruption.ends(server)
            if not server.should_exit:
                server.run(sockets=[listener])
    else:
        import uvicorn

        host, port = listener.getsockname()[:2]
        listener.close()
        uvicorn.run("web.app:from_environment", factory=True, host=host, port=port, workers=workers, **options)  # type: ignore[arg-type]
