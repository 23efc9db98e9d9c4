"""`hiroba cluster`: the engine alone on a file of votes, no database. The engine is loaded when the command runs, not before."""

import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from web import settings
from web.cli.paths import PATH
from web.dask_cluster import spread
from web.settings_addresses import SettingsError

if TYPE_CHECKING:
    from clustering import Analysis, VoteMatrix
    from clustering.tables import Table

METHODS = ("default", "classic")
VERDICTS = {
    "groups": "Opinion groups were found.",
    "no_distinct_groups": "There are no distinct opinion groups.",
    "too_few_votes": "There are too few participants or statements for groups: only counts were written.",
}
SHADED = "The groups shade into each other: many people stand between them."


class Stopwatch:
    """Seconds spent on each of the steps, and since the start."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self.seconds = dict.fromkeys(("read", "core", "stability", "write"), 0.0)

    def lap(self, step: str) -> None:
        now = perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
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
@click.option("--method", type=click.Choice(METHODS), default="default", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--predict", "pairs_file", metavar="PAIRS.csv", type=PATH, help="Cells to expect votes for.")
@click.option(
    "--embedding",
    type=click.Choice(["umap"]),
    help="Draw a second picture of the people into embedding.csv. A picture only: nothing else depends on it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the content of analysis.json instead of a summary.")
def cluster(
    votes_file: Path,
    folder: Path,
    statements_file: Path | None,
    method: str,
    seed: int,
    pairs_file: Path | None,
    embedding: str | None,
    as_json: bool,
) -> None:
    """Find opinion groups in VOTES.csv and write participants.csv, statements.csv and analysis.json into DIR.

    The votes have a header that names participant (or voter-id), statement (or comment-id), vote (−1, 0, 1; agree is 1) and
    perhaps timestamp. The last vote of a participant on a statement counts.
    """
    from deliberation.interchange import groups_run, vote_files

    if embedding is not None and find_spec("umap") is None:
        raise SettingsError("--embedding umap needs the package umap-learn, which is not installed here")
    watch = Stopwatch()
    statements_file = statements_file or vote_files.moderation_beside(votes_file)
    inputs = [path for path in (votes_file, statements_file, pairs_file) if path is not None]
    vote_files.prepare_folder(folder, inputs)
    pairs = vote_files.read_pairs(pairs_file) if pairs_file else None
    _say(f"Reading {votes_file.name} …")
    votes = vote_files.read_votes(votes_file, vote_files.read_moderation(statements_file) if statements_file else None)
    watch.lap("read")
    _say("Looking for groups …")
    with spread(settings.compute()) as executor:
        analysis = groups_run.run(votes, method, seed, executor, watch.lap)
    picture = None
    if embedding is not None:
        picture = _picture(votes, seed)
        watch.lap("embedding")
    expected = None if pairs is None else _expected(analysis, pairs)
    with vote_files.placed_together(folder) as made:
        vote_files.write_tables(made, analysis)
        if picture is not None:
            vote_files.write_table(made / vote_files.EMBEDDING_FILE, picture)
        if expected is not None:
            vote_files.write_table(made / vote_files.PREDICTIONS_FILE, expected)
        watch.lap("write")
        text = vote_files.summary_text(analysis, watch.finished())
        vote_files.write_summary(made, text)
    click.echo(text, nl=False) if as_json else click.echo(_summary(analysis.summary(), folder))


def _picture(votes: "VoteMatrix", seed: int) -> "Table":
    from clustering.embedding import PictureParameters, umap_picture
    from clustering.tables import embedding_table

    _say("Drawing a picture …")
    return embedding_table(votes, umap_picture(votes, PictureParameters(seed=seed)))


def _expected(analysis: "Analysis", pairs: tuple[list[str], list[str]]) -> "Table":
    from clustering.prediction import expected_votes, in_order
    from clustering.tables import prediction_table

    participants, statements = in_order(*pairs)
    return prediction_table(participants, statements, expected_votes(analysis, participants, statements))


def _say(step: str) -> None:
    """What is going on, for people who wait at a terminal."""
    if sys.stderr.isatty():
        click.echo(step, err=True)


def _summary(figures: dict[str, Any], folder: Path) -> str:
    lines = [
        f"{figures['participants']} participants, {figures['statements']} statements, {figures['votes']} votes.",
        VERDICTS[figures["verdict"]],
        *(f"  {group['label']}: {group['size']} participants" for group in figures["groups"]),
        *_stability(figures),
        *([SHADED] if figures.get("apart") is False else []),
        f"Results are in {click.format_filename(folder)}.",
    ]
    return "\n".join(lines)


def _stability(figures: dict[str, Any]) -> list[str]:
    if figures["stability"] is None:
        return []
    word = "stable" if figures["stable"] else "unstable"
    return [f"The groups are {word}: {figures['stability']:.2f} (1: the same with a tenth of the votes left out, 0: chance)."]
