"""Polis export folders for tests: a tiny valid one to bend, the real ones, and a reader that shares nothing with ours."""

import csv
import os
from pathlib import Path

import pytest

from tests.support.imports import CHECKOUT

EDGE = CHECKOUT / "fixtures" / "edge"
FILES = ("summary.csv", "comments.csv", "votes.csv", "participants-votes.csv")
REAL = ("15-per-hour-seattle", "austria-climate.5twd2jsnkf.2022-08-08", "scoop-hivemind.ubi", "vtaiwan.uberx")

TINY = {
    "summary.csv": ["topic,Benches", "url,https://example.org/b", "views,9", "conversation-description,Where?"],
    "comments.csv": [
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body",
        "1714521600100,,0,1,3,1,1,Put them under the trees.",
        "1714521600200,,1,2,1,1,-1,Buy mine!",
        "1714521600300,,2,3,1,0,0,None at all.",
        "1714521600400,,3,8,0,0,1,Ask the children.",
    ],
    "votes.csv": [
        "timestamp,datetime,comment-id,voter-id,vote",
        "1714521600100,,0,1,1",
        "1714521601000,,0,2,1",
        "1714521602000,,0,3,-1",
        "1714521603000,,0,3,1",
        "1714521600200,,1,2,1",
        "1714521604000,,1,1,-1",
        "1714521600300,,2,3,1",
    ],
    "participants-votes.csv": [
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2",
        "1,0,1,2,1,1,1,-1,",
        "2,1,1,2,2,0,1,1,",
        "3,,1,2,2,0,1,,1",
        "5,,0,0,0,0,,,",
    ],
}
"""Statement 0 has a vote that was changed, which its counts contain; 1 is rejected, 2 waits with nobody's vote but its author's,
3 has no vote and an author (8) who never voted. Participant 5 did nothing."""


def write_folder(folder: Path, **changed: list[str]) -> Path:
    """The tiny export as a folder; `comments=[…]` gives that file other lines."""
    folder.mkdir(parents=True)
    for name, lines in TINY.items():
        (folder / name).write_text("\n".join(changed.get(_key(name), lines)) + "\n", encoding="utf-8")
    return folder


def lines_of(name: str, *, without: int | None = None, **replaced: str) -> list[str]:
    """The lines of a file of the tiny export; `row2="…"` replaces a line, counted from 1, and a row past the end is added."""
    lines = list(TINY[name])
    for key, line in replaced.items():
        row = int(key.removeprefix("row"))
        lines[row - 1 : row] = [line]
    if without is not None:
        del lines[without - 1]
    return lines


def real_folder(name: str) -> Path:
    """A real export; skips the test where there is none."""
    folder = os.environ.get("HIROBA_OPEN_DATA")
    if not folder:
        pytest.skip("HIROBA_OPEN_DATA does not name the folder with the real exports")
    return Path(folder) / "polis-open-data" / name


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def standing_votes(folder: Path) -> dict[tuple[str, str], str]:
    """What counts by (participant, statement), as `participants-votes.csv` says it: worked out by whoever wrote the file."""
    counted = ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
    return {
        (row["participant"], statement): choice
        for row in table(folder / "participants-votes.csv")
        for statement, choice in row.items()
        if statement not in counted and choice
    }


def _key(name: str) -> str:
    return name.removesuffix(".csv").partition("-")[0]
