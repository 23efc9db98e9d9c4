"""`hiroba analyse`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from deliberation import analyses, conversations, findings, report_contents
from deliberation.figures import MILLION, Tally
from deliberation.finding import Finding, Kind
from deliberation.findings import Findings
from deliberation.storage.tables import Analysis
from deliberation.texts import Text
from deliberation.values import Choice
from web.cli.common import configured_database, now

VERDICTS = {
    "groups": "Opinion groups were found.",
    "no_distinct_groups": "There are no distinct opinion groups.",
    "too_few_votes": "There are too few votes for groups.",
}
CHOICES = {Choice.AGREE: "agree", Choice.PASS: "pass", Choice.DISAGREE: "disagree"}
LONGEST_TEXT = 90
MOST_LINES = 10


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the whole analysis as JSON instead of a summary.")
def analyse(slug: str, as_json: bool) -> None:
    """Recompute and store the analysis of the conversation SLUG now, and print a summary.

    Where votes and moderation are those of the last analysis, that one stands and is printed. The summary follows the rules
    of the report; the JSON is complete and for the operator, small groups included.
    """
    with configured_database() as database:
        with database.read() as session:
            conversation = analyses.conversation_named(session, slug)
            conversation_id = conversations.identify(conversation)
        computed = analyses.compute(database.url.render_as_string(hide_password=False), conversation_id)
        with database.write() as session:
            stored = analyses.keep(session, conversation_id, computed, now())
            analysis = stored or analyses.latest(session, conversation_id)
            assert analysis is not None
            found = findings.of_result(analysis.result, conversation.publication_minimum)
            texts = report_contents.texts_of(session, conversation_id, {finding.number for finding in found.everything})
    if as_json:
        click.echo(json.dumps(as_data(slug, analysis), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(summary(slug, analysis, found, texts)))


def as_data(slug: str, analysis: Analysis) -> dict[str, Any]:
    """First what `analysis.json` of `hiroba cluster` also tells, under the same names; then everything that is stored."""
    result = analysis.result
    same = ("participants", "clustered", "votes", "explained_variance", "silhouette", "stability", "verdict")
    return {
        "conversation": slug,
        "sequence": analysis.sequence,
        "created_at": analysis.created_at.isoformat(),
        "method": analysis.method,
        "engine_version": analysis.engine_version,
        "parameters": analysis.parameters,
        "input_sha256": analysis.input_sha256,
        **{name: result.get(name) for name in same},
        "statements": len(result["statements"]),
        "groups": [
            {"label": group["label"], "size": group["size"], "stability": group.get("stability")} for group in result["groups"]
        ],
        "result": result,
    }


def summary(slug: str, analysis: Analysis, found: Findings, texts: Mapping[int, Text]) -> Iterator[str]:
    """What was found, in lines, with how many people or votes stand behind each figure."""
    result = analysis.result
    yield f"{slug}: analysis {analysis.sequence}, method {analysis.method}."
    yield f"{result['participants']:,} participants, {len(result['statements']):,} statements, {result['votes']:,} votes."
    yield VERDICTS[found.verdict]
    yield from _stability(result)
    for group in result["groups"]:
        stays = "" if group.get("stability") is None else f", {group['stability']:.0%} of it stays together"
        yield f"  {group['label']}: {group['size']:,} participants{stays}"
    if found.groups:
        yield f"  in no group, with too few votes: {result['participants'] - result['clustered']:,} participants"
    for title, kind in (
        ("What is shared:", found.shared),
        ("What groups stand out by:", found.distinctive),
        ("Where groups split:", found.split),
        ("Where people are unsure:", found.unsure),
    ):
        if kind:
            yield title
            yield from (f"  {_line(finding, found, texts[finding.number])}" for finding in kind[:MOST_LINES])
        if len(kind) > MOST_LINES:
            yield f"  … and {len(kind) - MOST_LINES} more"


def _stability(result: Mapping[str, Any]) -> Iterator[str]:
    if result.get("stability") is not None:
        word = "unstable" if result["stable"] is False else "stable"
        yield f"They are {word}: adjusted Rand index {result['stability']:.2f} with a tenth of the votes left out."


def _line(finding: Finding, found: Findings, text: Text) -> str:
    figures = found.figures(finding.number)
    heard = {"all": figures.everybody} if finding.group is None else figures.shown
    shares = ", ".join(f"{label} {_share(tally, finding.choice)}" for label, tally in heard.items())
    if finding.kind == Kind.SPLIT and finding.group is None:
        shares += f"; disagree: all {_share(figures.everybody, Choice.DISAGREE)}"
    whose = f"{finding.group}: " if finding.kind == Kind.DISTINCTIVE else ""
    return f"{whose}{finding.number}. {_shortened(text.text)} ({CHOICES[finding.choice]}: {shares})"


def _share(tally: Tally, choice: Choice) -> str:
    estimate = tally.estimate(choice)
    between = "" if estimate is None else f" ({estimate.low / MILLION:.0%}–{estimate.high / MILLION:.0%})"
    return f"{tally.share(choice):.0%}{between} of {tally.votes:,}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"
