"""What stands in the files that are handed out, column by column: for people on the page, for programs in the data package."""

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.errors import N_
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
    SUMS,
    TEXTS,
)

OF_EACH_GROUP = "A"
"""Columns of groups are explained once, for this letter."""


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: the type in the words of Frictionless Table Schema."""

    name: str
    kind: str
    meaning: str


ABOUT = {
    INPUT_VOTES: N_("The votes that the report was made from: the last one of each person on each statement, without times."),
    INPUT_STATEMENTS: N_("All statements that could have votes, and what moderators decided about them."),
    RESULT_PARTICIPANTS: N_("What the engine found about each person: group and place on the map."),
    RESULT_STATEMENTS: N_("What the engine found about each statement, for everybody and for each group."),
    ANALYSIS: N_("What the engine says of the analysis as a whole, with every threshold."),
    RESULT_SUMS: N_("The fingerprints of the engine’s tables, to compare a second run with."),
    FIGURES: N_("The votes on each statement as the report shows them; nothing about groups that are too small to be shown."),
    TEXTS: N_("The texts of the statements. Of those that a moderator has rejected only the numbers stay."),
    REPORT: N_("The report itself, as its fingerprint is taken over it."),
    PACKAGE: N_("This list for programs, with every column (Frictionless Data Package)."),
    README: N_("How to derive everything again, and what to keep in mind."),
    SUMS: N_("The fingerprints of all files."),
}

_STATEMENT = Column("statement", "integer", N_("Number of the statement, as on these pages"))
_PERSON = Column("participant", "integer", N_("A random number, drawn for this report alone; it leads to nobody"))
_COUNTS = (
    Column("votes", "integer", N_("How many people voted on it")),
    Column("agree", "integer", N_("How many of them agree")),
    Column("disagree", "integer", N_("How many of them disagree")),
    Column("pass", "integer", N_("How many of them passed")),
)
_KIND = Column("kind", "string", N_("In a word: agree, disagree, split, unsure or open"))
_OF_GROUPS = (
    Column("votes", "integer", N_("How many people of the group voted on it; empty where the group is too small to be shown")),
    Column("agree", "integer", N_("How many of them agree")),
    Column("disagree", "integer", N_("How many of them disagree")),
    Column("pass", "integer", N_("How many of them passed")),
)
_INTERVALS = (
    Column("agree_low", "number", N_("Low end of the range of the share that agrees, which holds in nine cases of ten")),
    Column("agree_high", "number", N_("High end of the range of the share that agrees, which holds in nine cases of ten")),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    INPUT_VOTES: (_PERSON, _STATEMENT, Column("vote", "integer", N_("1 agrees, −1 disagrees, 0 passes"))),
    INPUT_STATEMENTS: (
        _STATEMENT,
        Column("moderated", "integer", N_("1 accepted, 0 not decided yet, −1 rejected")),
        Column("is-meta", "boolean", N_("Whether it is about the conversation itself and stays out of the mathematics")),
    ),
    RESULT_PARTICIPANTS: (
        _PERSON,
        Column("group", "string", N_("Letter of the group; empty without one")),
        Column("x", "number", N_("Place on the map, from left to right")),
        Column("y", "number", N_("Place on the map, from bottom to top")),
        Column("votes", "integer", N_("How many statements the person voted on")),
        Column("confidence", "number", N_("How sure the group is, between 0 and 1")),
    ),
    RESULT_STATEMENTS: (
        _STATEMENT,
        *_COUNTS,
        Column("consensus", "number", N_("How far all groups agree, the group that agrees least counting most")),
        Column("consensus_lower", "number", N_("Low end of the interval of the consensus")),
        Column("divisiveness", "number", N_("How far the two groups furthest apart differ in their shares that agree")),
        _KIND,
    ),
    FIGURES: (_STATEMENT, *_COUNTS, _KIND),
    TEXTS: (
        _STATEMENT,
        Column("language", "string", N_("Language of the text (BCP 47)")),
        Column("text", "string", N_("The statement as it was written")),
    ),
}
OF_GROUPS = {RESULT_STATEMENTS: _OF_GROUPS + _INTERVALS, FIGURES: _OF_GROUPS}


def columns(name: str, letters: Sequence[str] = (OF_EACH_GROUP,)) -> list[Column]:
    """The columns of a table, those of the groups with these letters included."""
    of_groups = OF_GROUPS.get(name, ())
    repeated = [Column(f"{letter}_{column.name}", column.kind, column.meaning) for letter in letters for column in of_groups]
    return [*COLUMNS[name], *repeated]
