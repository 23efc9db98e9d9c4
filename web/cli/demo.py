"""`hiroba demo`."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from deliberation import accounts
from deliberation.storage import schema
from deliberation.values import Role
from web import settings
from web.cli import server
from web.cli.common import now, opened
from web.cli.municipalities import sign_in_address
from web.resources import folder
from web.settings import Settings

if TYPE_CHECKING:
    from deliberation.demo import Demo

HOST = "127.0.0.1"
PAGES = {
    "Front page": "/",
    "Vote": "/c/{slug}",
    "Opinion map": "/c/{slug}/map",
    "Report": "/c/{slug}/report",
    "Policy": "/c/{slug}/policy",
    "Ledger": "/ledger",
}
STAFF = {Role.ADMIN: "Administrator", Role.MODERATOR: "Moderator", Role.OFFICIAL: "Official", Role.TRANSLATOR: "Translator"}


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 chooses a free one.")
def demo_(port: int) -> None:
    """Serve a deliberation to look around in, to this machine only.

    It is made in the data folder when it is not there yet; what was done in it before stays.
    """
    configured = settings.from_environment()
    # Listening comes before all the work: whoever opens the address early waits. Ctrl-C may come at any moment.
    with server.listen(HOST, port) as listener, suppress(KeyboardInterrupt):
        click.echo("Preparing the demo …")
        base = configured.base_url or server.address_of(listener)
        click.echo("\n".join(_prepare(configured, base)))
        server.run(configured, listener)


def _prepare(configured: Settings, base: str) -> Iterator[str]:
    """The deliberation and fresh sign-in links; what is worth opening, in lines."""
    from deliberation import demo  # with the mathematics that its residents need

    with opened(configured) as database:
        schema.migrate(database)
        with database.write() as session:
            found = demo.load(session, folder("fixtures") / "demo", now())
            links = [(member.role, accounts.issue_link(session, member.id, now())) for member in found.staff]
    yield from _addresses(found, base)
    yield "\nSign-in links for staff; each works once, every start of the demo makes new ones:"
    yield from (f"  {name:<14} {sign_in_address(base, token)}" for name, token in _named(links))
    if database.embedded:
        yield f"\nEverything is kept in {configured.data_dir}. Delete it to begin again. Ctrl-C ends the demo."
    else:
        yield "\nThe map and the report follow new votes while “hiroba worker” runs too. Ctrl-C ends the demo."


def _named(links: list[tuple[Role, str]]) -> Iterator[tuple[str, str]]:
    """By role; where several have one, they are counted."""
    roles = [role for role, _ in links]
    for place, (role, token) in enumerate(links):
        before = roles[:place].count(role)
        yield f"{STAFF[role]} {before + 1}" if before else STAFF[role], token


def _addresses(found: "Demo", base: str) -> Iterator[str]:
    yield f"\n“{found.topic}” in {found.tenant.name}; with ?lang=ja, ko, th, zh-Hans or zh-Hant in another language:"
    yield from (f"  {name:<14} {base}{path.format(slug=found.slug)}" for name, path in PAGES.items())
