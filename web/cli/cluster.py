"""`hiroba cluster`: the engine alone on a file of votes, no database. The engine is loaded when the command runs, not before."""

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from web.cli.paths import PATH

METHODS = ("classic",)
VERDICTS = {
    "groups": "Opinion groups were found.",
    "no_distinct_groups": "There are no distinct opinion groups.",
    "too_few_votes": "There are too few participants or statements for groups: only counts were written.",
}


class Stopwatch:
    """Seconds spent on each of the steps, and since the start."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self.seconds: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = perf_counter()
        self.seconds[step] = now - self._last
        self._last = now

    def finished(self) -> dict[str, float]:
        return self.seconds | {"total": perf_counter() - self._start}


@click.command()
@click.argument("votes_file", metavar="VOTES.csv", type=PATH)
@click.option("--out", "folder", metavar="DIR", type=PATH, required=True, help="Where the results go.")
@click.option(
    "--statements",
    "statements_file",
    metavar="FILE",
    type=PATH,
    help="What was rejected, and what is about the conversation itself (columns statement or comment-id, moderated, is-meta). "
    "Left out: a comments.csv or statements.csv beside the votes, when it has these columns.",
)
@click.option("--method", type=click.Choice(["default", *METHODS]), default="default", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--predict", "pairs_file", metavar="PAIRS.csv", type=PATH, help="Cells to expect votes for.")
@click.option("--json", "as_json", is_flag=True, help="Print the content of analysis.json instead of a summary.")
def cluster(
    votes_file: Path,
    folder: Path,
    statements_file: Path | None,
    method: str,
    seed: int,
    pairs_file: Path | None,
    as_json: bool,
) -> None:
    """Find opinion groups in VOTES.csv and write participants.csv, statements.csv and analysis.json into DIR.

    The votes have a header that names participant (or voter-id), statement (or comment-id), vote (−1, 0, 1; agree is 1) and
    perhaps timestamp. The last vote of a participant on a statement counts.
    """
    from clustering import DEFAULT_METHOD, Parameters, analyse
    from clustering import METHODS as KNOWN
    from clustering.prediction import expected_votes, in_order
    from clustering.tables import prediction_table
    from deliberation.interchange import vote_files

    watch = Stopwatch()
    statements_file = statements_file or vote_files.moderation_beside(votes_file)
    inputs = [path for path in (votes_file, statements_file, pairs_file) if path is not None]
    vote_files.prepare_folder(folder, inputs)
    pairs = vote_files.read_pairs(pairs_file) if pairs_file else None
    _say(f"Reading {votes_file.name} …")
    votes = vote_files.read_votes(votes_file, vote_files.read_moderation(statements_file) if statements_file else None)
    watch.lap("read")
    _say("Looking for groups …")
    chosen = DEFAULT_METHOD if method == "default" else next(known for known in KNOWN if known == method)
    analysis = analyse(votes, Parameters(method=chosen, seed=seed))
    watch.lap("core")
    watch.seconds["stability"] = 0.0
    vote_files.write_tables(folder, analysis)
    if pairs is not None:
        participants, statements = in_order(*pairs)
        expected = expected_votes(analysis, participants, statements)
        vote_files.write_table(folder / vote_files.PREDICTIONS_FILE, prediction_table(participants, statements, expected))
    watch.lap("write")
    text = vote_files.summary_text(analysis, watch.finished())
    vote_files.write_summary(folder, text)
    click.echo(text, nl=False) if as_json else click.echo(_summary(analysis.summary(), folder))


def _say(step: str) -> None:
    """What is going on, for people who wait at a terminal."""
    if sys.stderr.isatty():
        click.echo(step, err=True)


def _summary(figures: dict[str, Any], folder: Path) -> str:
    lines = [
        f"{figures['participants']} participants, {figures['statements']} statements, {figures['votes']} votes.",
        VERDICTS[figures["verdict"]],
        *(f"  {group['label']}: {group['size']} participants" for group in figures["groups"]),
        f"Results are in {click.format_filename(folder)}.",
    ]
    return "\n".join(lines)
