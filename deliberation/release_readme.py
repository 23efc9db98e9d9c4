"""What an analyst reads first. In English, as files for programs are; the page says the same in six languages."""

from collections.abc import Sequence

from deliberation import data_dictionary
from deliberation.frozen_files import INPUT_VOTES
from deliberation.licences import Licence
from deliberation.report_source import Source
from deliberation.reports import Published

COMMAND = "hiroba cluster votes.csv --statements statements.csv --seed {seed} --out again"
COMPARE = "(cd again && sha256sum --check ../results-SHA256SUMS)"
REST = "diff results-analysis.json again/analysis.json"


def command(source: Source) -> str:
    """The one command that derives the report's figures again."""
    return COMMAND.format(seed=source.seed)


def readme(publisher: str, licence: Licence, published: Published, names: Sequence[str], *, later: bool) -> str:
    """`later`: the votes, which are not among the files, will be."""
    source = published.contents.source
    parts = [_head(publisher, licence, published), _listed(names)]
    if source is not None and INPUT_VOTES in names:
        parts += [_again(source), _letters(source), _people()]
    elif source is not None:
        parts.append(_withheld(source, later))
    return "\n".join(parts)


def _head(publisher: str, licence: Licence, published: Published) -> str:
    snapshot, day = published.contents.snapshot, f"{published.heading.published_at:%Y-%m-%d} (UTC)"
    return f"""# {published.heading.title}

Report {published.number} on the conversation “{published.contents.conversation}”, published by {publisher} on {day}.
Licence: {licence.name} ({licence.spdx}), {licence.url}

Fingerprint of the report (SHA-256): {published.sha256}
Method: {snapshot.method}, engine {snapshot.engine_version}
Fingerprint of the votes as the engine takes it (input_sha256): {snapshot.input_sha256}

Everybody who wanted to took part, and nobody was chosen by lot: the figures say how those who took part voted.
"""


def _listed(names: Sequence[str]) -> str:
    lines = "".join(f"- `{name}`: {data_dictionary.ABOUT[name]}\n" for name in names)
    return f"""## Files

{lines}
Every column is explained in `datapackage.json`. Texts stand as they were written: import them into a spreadsheet as text.
"""


def _again(source: Source) -> str:
    made_with = ", ".join(f"{name} {version}" for name, version in source.environment.items())
    return f"""## Derive it again

With Hiroba installed, in this folder:

    {command(source)}

Compare the tables, and the rest, which differs in `seconds` alone:

    {COMPARE}
    {REST}

Made with {made_with}.
With the same versions on the same kind of machine the tables are the same byte by byte; elsewhere the groups are the same and the
figures agree to six decimals. What the report says about people who voted alike within minutes comes from times, which are not in
the files.
"""


def _letters(source: Source) -> str:
    renamed = {file: shown for file, shown in source.letters.items() if file != shown}
    if not renamed:
        return "Groups have the same letters in the files and in the report.\n"
    pairs = ", ".join(f"{file} in the files is {shown} in the report" for file, shown in sorted(renamed.items()))
    return f"The engine letters groups anew each time, the report keeps the letters of the map: {pairs}.\n"


def _people() -> str:
    return """## People

Everybody who voted is in the file, also with a single vote, so that the sums are those of the report. The numbers of people were
drawn at random for this report and stored nowhere else. Whoever knows many of somebody's votes may still recognise them: do not
try, and do not connect this file with others to that end. Votes on statements that were rejected are not in the file, because
often their author alone has voted on them.
"""


def _withheld(source: Source, later: bool) -> str:
    told = "are released after it has closed" if later else "are not handed out to everybody"
    return f"""## Check it

The votes of this conversation {told}. Whoever is given the file, as an auditor, derives the report
again with

    {command(source)}

and compares: votes.csv has the SHA-256 {source.votes_sha256},
statements.csv {source.statements_sha256}.
"""
