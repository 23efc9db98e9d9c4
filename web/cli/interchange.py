"""`hiroba import polis` and `hiroba export`. What reads and writes the files is loaded when a command runs, not before."""

import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deliberation import slugs
from deliberation.interchange.polis_origin import UNKNOWN_LANGUAGE, Origin
from web.cli.common import configured_database, now, tenant
from web.cli.paths import PATH

if TYPE_CHECKING:
    from deliberation.interchange.polis import PolisExport
    from deliberation.interchange.polis_import import Imported

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
LONGEST_LANGUAGE_TAG = 35


def language_tag(_context: click.Context, _parameter: click.Parameter, tag: str) -> str:
    if len(tag) > LONGEST_LANGUAGE_TAG or not LANGUAGE_TAG.fullmatch(tag):
        raise click.BadParameter("is not a language tag such as en, ja or zh-Hant")
    return tag


def short_name(_context: click.Context, _parameter: click.Parameter, slug: str | None) -> str | None:
    if slug is not None and not slugs.is_slug(slug):
        raise click.BadParameter(f"may have small letters, digits and single hyphens between them, {slugs.LONGEST} at most")
    return slug


@click.group("import")
def import_() -> None:
    """Take in a conversation from another system."""


@import_.command("polis")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--slug", callback=short_name, help="Its short name in addresses; made from the folder's name when left out.")
@click.option("--municipality", "municipality_slug", metavar="SLUG", help="The first municipality when left out.")
@click.option(
    "--language",
    metavar="TAG",
    default=UNKNOWN_LANGUAGE,
    show_default=True,
    callback=language_tag,
    help="The language of the statements as a BCP 47 tag, such as de or zh-Hant. The files do not tell it; “und” says that it is "
    "not known, and then screen readers and translations cannot go by it.",
)
@click.option("--licence", help="Under which the data was published; kept with the conversation.")
@click.option("--attribution", help="Whom to name as the source; kept with the conversation.")
@click.option(
    "--release-votes/--no-release-votes",
    default=False,
    show_default=True,
    help="Whether the votes may leave as a file with random ids once a report is published: only where people knew it when they "
    "voted, or where the same votes are public already.",
)
def import_polis(
    folder: Path,
    slug: str | None,
    municipality_slug: str | None,
    language: str,
    licence: str | None,
    attribution: str | None,
    release_votes: bool,
) -> None:
    """Import the Polis export in the folder DIR: summary.csv, comments.csv, votes.csv and participants-votes.csv.

    The conversation arrives closed, as a record, with every vote that was ever cast; the last one of a participant on a
    statement counts. Ids of other systems (the column xid) are left out, since they would tie votes to persons.

    Importing the same files again changes nothing; other files, language, licence, attribution or another word about the release
    of votes under the same short name are refused. All or nothing is stored.
    """
    from deliberation.interchange import polis_import, polis_reading

    slug = slug or slug_of(folder)
    export = polis_reading.read(folder)
    storing = click.progressbar(
        length=len(export.votes) + int(export.votes.standing.sum()),
        label="Storing votes",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    )
    with configured_database() as database, database.write() as session, storing as bar:
        imported = polis_import.store(
            session,
            export,
            municipality_id=tenant(session, municipality_slug).id,
            slug=slug,
            origin=Origin(language, licence, attribution),
            now=now(),
            progress=bar.update,
            releases_votes=release_votes,
        )
    _warn(export)
    click.echo(_closing_line(imported))


@click.command()
@click.argument("slug")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--format", "file_format", type=click.Choice(["polis"]), default="polis", show_default=True)
def export(slug: str, folder: Path, file_format: str) -> None:
    """Write the conversation SLUG into DIR, a folder that is new or empty.

    The format polis is complete as far as Polis's files can tell a conversation: they do not know votes that were taken back,
    merged statements (written as rejected, with their own votes), excluded participants, reasons and translations.

    Participants have numbers and nothing leads back to persons, but when and how each of them voted is in the files: they are
    for the operator, not for publication. Texts are written as they are; open the files in a spreadsheet with the text columns
    imported as text.
    """
    from deliberation.interchange import polis_export, polis_writing

    with configured_database() as database, database.read() as session:
        collected = polis_export.collect(session, slug)
    polis_writing.write(collected, folder)
    counts = _counts(
        len(collected.statements), len(collected.participants), int(collected.votes.standing.sum()), len(collected.votes)
    )
    click.echo(f"{slug}: {counts} written to {click.format_filename(folder)}.")


def slug_of(folder: Path) -> str:
    """A short name from the folder's; raises BadParameter when nothing of it can be used."""
    letters = unicodedata.normalize("NFKD", folder.resolve().name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[: slugs.LONGEST].strip("-")
    if not slug:
        raise click.BadParameter("is needed, since the folder's name has no letters for one", param_hint="--slug")
    return slug


def _warn(export: "PolisExport") -> None:
    if export.differing_counts:
        click.echo(
            f"hiroba: for {_many(export.differing_counts, 'statement')} comments.csv counts other votes than votes.csv has; "
            "the votes were taken as they are. Perhaps a file was cut short.",
            err=True,
        )
    if export.external_ids:
        people = _many(export.external_ids, "participant")
        click.echo(f"hiroba: the ids in another system of {people} were left out.", err=True)


def _closing_line(imported: "Imported") -> str:
    counts = _counts(imported.statements, imported.participants, imported.votes, imported.events)
    return (
        f"{imported.slug}: {counts}." if imported.changed else f"{imported.slug}: {counts}. All of it was there; nothing changed."
    )


def _counts(statements: int, participants: int, votes: int, events: int) -> str:
    people = _many(participants, "participant")
    return f"{_many(statements, 'statement')}, {people}, {_many(votes, 'vote')} ({events:,} with those changed later)"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
