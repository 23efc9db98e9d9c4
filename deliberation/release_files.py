"""The files that are handed out with a report, alone and as an archive."""

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from sqlalchemy.orm import defer

from deliberation import data_dictionary
from deliberation.archives import archive, fingerprint, table
from deliberation.errors.reports import FileWithheld
from deliberation.frozen_files import (
    ANALYSIS,
    FIGURES,
    INPUT_STATEMENTS,
    INPUT_VOTES,
    PACKAGE,
    README,
    REPORT,
    RESULT_PARTICIPANTS,
    RESULT_STATEMENTS,
    RESULT_SUMS,
    RESULTS,
    SUMS,
    TEXTS,
)
from deliberation.licences import Licence
from deliberation.release_readme import readme
from deliberation.reports import Published
from deliberation.storage.tables import FrozenInput

EVERYTHING = "everything.zip"
OF_VOTES = (INPUT_VOTES, RESULT_PARTICIPANTS, RESULT_STATEMENTS, ANALYSIS, RESULT_SUMS)
"""What only leaves where the votes do: groups are told apart in them however small they are."""
LIGHT = [defer(FrozenInput.result), defer(FrozenInput.content)]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Package:
    """What belongs to one report. `report` is None when a statement in it was rejected since; `frozen` in reports of before.

    `later`: the votes are not in it, but will be.
    """

    slug: str
    publisher: str
    licence: Licence
    published: Published
    report: bytes | None
    frozen: FrozenInput | None
    with_votes: bool
    later: bool = False

    @property
    def names(self) -> list[str]:
        """The files, as one would read them."""
        input_too = self.frozen is not None
        names = [README]
        names += [INPUT_VOTES] if input_too and self.with_votes else []
        names += [INPUT_STATEMENTS] if input_too else []
        names += [TEXTS, FIGURES]
        names += [name for name in OF_VOTES[1:] if input_too and self.with_votes]
        names += [REPORT] if self.report is not None else []
        return [*names, PACKAGE, SUMS]

    @property
    def letters(self) -> tuple[str, ...]:
        """Of the groups that the report shows."""
        return tuple(group.label for group in self.published.contents.findings.shown_groups)


def content(package: Package, name: str) -> bytes:
    """Raises FileWithheld for a report of which a statement was rejected since."""
    if name == EVERYTHING:
        return archive(
            {f"{package.slug}-report-{package.published.number}/{one}": content(package, one) for one in package.names}
        )
    if name == README:
        return readme(package.publisher, package.licence, package.published, package.names, later=package.later).encode()
    if name == FIGURES:
        return table([column.name for column in data_dictionary.columns(FIGURES, package.letters)], _figures(package))
    if name == TEXTS:
        texts = package.published.contents.texts
        rows = ((number, texts[number].language, texts[number].text) for number in sorted(texts))
        return table([column.name for column in data_dictionary.columns(TEXTS)], rows)
    if name == PACKAGE:
        return (json.dumps(_described(package), ensure_ascii=False, indent=2) + "\n").encode()
    if name in (SUMS, RESULT_SUMS):
        return "".join(f"{digest}  {one}\n" for one, digest in _sums(package, name)).encode()
    if name == REPORT:
        if package.report is None:
            raise FileWithheld()
        return package.report
    return _frozen(package, name)


def digests(package: Package) -> dict[str, str]:
    """The SHA-256 of every file but those that hold the others'. What was frozen is not read for it."""
    source = package.published.contents.source
    known = {REPORT: package.published.sha256}
    if source is not None:
        known |= {INPUT_VOTES: source.votes_sha256, INPUT_STATEMENTS: source.statements_sha256, **source.outputs}
    others = [name for name in package.names if name not in (SUMS, PACKAGE)]
    return {name: known.get(name) or fingerprint(content(package, name)) for name in others}


def _frozen(package: Package, name: str) -> bytes:
    row = package.frozen
    assert row is not None
    if name.startswith(RESULTS):
        assert row.outcome is not None
        with ZipFile(io.BytesIO(row.outcome)) as packed:
            return packed.read(name)
    packed_input = row.votes if name == INPUT_VOTES else row.statements
    assert packed_input is not None
    return gzip.decompress(packed_input)


def _figures(package: Package) -> Iterator[Sequence[object]]:
    found = package.published.contents.findings
    for figures in found.statements:
        everybody = figures.everybody
        answers = ["", "", ""] if everybody.few else [everybody.agree, everybody.disagree, everybody.passes]
        row: list[object] = [figures.number, everybody.votes, *answers]
        row.append(found.kinds.get(figures.number, ""))
        for letter in package.letters:
            tally = figures.by_group[letter]
            row += ["", "", "", ""] if tally is None else [tally.votes, tally.agree, tally.disagree, tally.passes]
        yield row


def _sums(package: Package, name: str) -> list[tuple[str, str]]:
    if name == SUMS:
        described = fingerprint(content(package, PACKAGE))
        return [*digests(package).items(), (PACKAGE, described)]
    source = package.published.contents.source
    outputs = source.outputs if source else {}
    return [(one.removeprefix(RESULTS), outputs[one]) for one in (RESULT_PARTICIPANTS, RESULT_STATEMENTS) if one in outputs]


def _described(package: Package) -> dict[str, Any]:
    """A Frictionless data package."""
    published, licence = package.published, package.licence
    known = digests(package)
    return {
        "profile": "data-package",
        "name": f"{package.slug}-report-{published.number}",
        "title": published.heading.title,
        "created": published.heading.published_at.isoformat(),
        "version": str(published.number),
        "licenses": [{"name": licence.spdx, "title": licence.name, "path": licence.url}],
        "contributors": [{"title": package.publisher, "role": "publisher"}],
        "resources": [_resource(package, name, known[name]) for name in known if name != README],
    }


def _resource(package: Package, name: str, digest: str) -> dict[str, Any]:
    title = name.replace("/", "-").replace(".", "-").lower()
    told = {
        "name": title,
        "path": name,
        "description": data_dictionary.ABOUT[name],
        "hash": f"sha256:{digest}",
        "encoding": "utf-8",
    }
    if name in data_dictionary.COLUMNS:
        fields = [
            {"name": column.name, "type": column.kind, "description": column.meaning}
            for column in data_dictionary.columns(name, _letters_in(package, name))
        ]
        return told | {"profile": "tabular-data-resource", "format": "csv", "schema": {"fields": fields, "missingValues": [""]}}
    return told | {"format": "json" if name.endswith(".json") else "text"}


def _letters_in(package: Package, name: str) -> Sequence[str]:
    """The report's own files have the letters of the map, those of the engine their own."""
    source = package.published.contents.source
    return sorted(source.letters) if source and name == RESULT_STATEMENTS else package.letters
