"""`hiroba ledger verify`."""

import re
import sys
from pathlib import Path

import click

from deliberation import ledger, ledger_chain
from deliberation.errors.files import LedgerUnreadable, UnreadableFile
from deliberation.ledger_chain import LineUnreadable, Problem, Verdict
from web.cli.common import configured_database, tenant
from web.cli.paths import PATH

PROBLEMS = {
    Problem.GAP: "entry %(next)s is missing",
    Problem.ORDER: "entry %(next)s is not the next one",
    Problem.LINK: "entry %(next)s does not continue the one before; one of the two was changed",
    Problem.ALTERED: "entry %(next)s was changed after it was written",
    Problem.MUNICIPALITY: "entry %(next)s belongs to another municipality",
    Problem.HEAD: "it does not contain the head given; entries were removed or written anew",
}


def sha256(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise click.BadParameter("must be 64 digits 0 to 9 and a to f, as /ledger shows it")
    return value


@click.group("ledger")
def ledger_() -> None:
    """The public ledger."""


@ledger_.command()
@click.argument("file", required=False, type=PATH)
@click.option("--municipality", "slug", metavar="SLUG", help="Its slug. In the database, the first one when left out.")
@click.option("--head", metavar="HASH", callback=sha256, help="A head saved earlier; the ledger must contain it.")
def verify(file: Path | None, slug: str | None, head: str | None) -> None:
    """Check that no entry of the ledger was altered, removed or moved: in the database, or in FILE as /ledger.jsonl gives it.

    That the last entries are gone, or were all written anew, shows only against a head saved earlier.
    """
    verdict = _of_file(file, slug, head) if file else _of_database(slug, head)
    where = verdict.municipality or slug or "the ledger"
    entries = "1 entry" if verdict.entries == 1 else f"{verdict.entries:,} entries"
    if verdict.fault is None:
        click.echo(f"{where}: {entries}, nothing altered, removed or moved. Head: {verdict.head}")
        return
    problem = PROBLEMS[verdict.fault.problem] % {"next": verdict.fault.sequence}
    click.echo(f"hiroba: {where}: not whole after {entries}: {problem}.", err=True)
    sys.exit(1)


def _of_database(slug: str | None, head: str | None) -> Verdict:
    with configured_database() as database, database.read() as session:
        found = tenant(session, slug)
        return ledger_chain.examine(ledger.entries(session, found.id), expected_head=head, municipality=found.slug)


def _of_file(file: Path, slug: str | None, head: str | None) -> Verdict:
    try:
        with file.open("rb") as lines:
            verdict = ledger_chain.examine(ledger_chain.read_lines(lines), expected_head=head, municipality=slug)
    except LineUnreadable as error:
        raise LedgerUnreadable(file=file, line=error.line, problem=error.problem) from error
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
    if verdict.entries == 0 and verdict.fault is None:
        raise UnreadableFile(file=file, problem="has no entries")
    return verdict
