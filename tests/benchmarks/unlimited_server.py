"""The real server without rate limits, configured by the environment: `python -m tests.benchmarks.unlimited_server`."""

from dataclasses import replace

from web import settings
from web.cli.server import address_of, listen, run
from web.settings import Limits

ENDLESS = "1000000000/second"


def main() -> None:
    unlimited = Limits(ENDLESS, ENDLESS, ENDLESS, ENDLESS)
    configured = replace(settings.from_environment(), limits=unlimited, streams_per_network=1_000_000)
    listener = listen("127.0.0.1", 0)
    print(address_of(listener), flush=True)
    run(configured, listener)


if __name__ == "__main__":
    main()
