"""`hiroba municipality add` and `hiroba user add`."""

import re
import zoneinfo

import click

from deliberation import accounts, municipalities
from deliberation.values import LANGUAGES, Role
from web import settings
from web.addresses import address_of
from web.cli.common import configured_database, now, tenant

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_EMAIL = 254
DEFAULT_BASE = "http://127.0.0.1:8000"


@click.group()
def municipality() -> None:
    """Tenants of this installation."""


@municipality.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="As its residents call it.")
@click.option("--host", help="The host name under which its pages are served.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="The residents' clock, for example Asia/Tokyo.")
@click.option("--contact", default="", help="The mail address for residents' questions about the pages, shown to everybody.")
def add_municipality(slug: str, name: str, host: str | None, language: str, time_zone: str, contact: str) -> None:
    """Add a municipality."""
    if time_zone not in zoneinfo.available_timezones():
        raise click.BadParameter("is not a time zone, such as Asia/Tokyo", param_hint="--time-zone")
    with configured_database() as database, database.write() as session:
        added = municipalities.add(
            session, slug=slug, name=name, host=host, language=language, time_zone=time_zone, contact=contact, now=now()
        )
    click.echo(f"{added.name} is there.")


@click.group()
def user() -> None:
    """Staff accounts."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--municipality", "slug", help="Its slug; the first municipality when left out.")
def add_user(email: str, role: str, slug: str | None) -> None:
    """Add a staff account, or give an existing one another role, and print a one-time sign-in link."""
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email.strip()):
        raise click.BadParameter("is not an e-mail address", param_hint="EMAIL")
    configured = settings.from_environment()
    with configured_database(configured) as database, database.write() as session:
        found = tenant(session, slug)
        staff = accounts.add(session, municipality_id=found.id, email=email, role=Role(role), now=now())
        token = accounts.issue_link(session, staff.id, now())
    click.echo(sign_in_address(address_of(found, configured.base_url or DEFAULT_BASE), token))


def sign_in_address(base: str, token: str) -> str:
    return f"{base}/sign-in/{token}"
