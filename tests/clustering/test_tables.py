"""The tables that analysts get."""

import numpy as np
import pytest

from clustering import ClassicParameters, Parameters, VoteMatrix, analyse
from clustering.tables import participant_table, prediction_table, statement_table
from tests.clustering.planted import planted, planted_votes

METHODS = pytest.mark.parametrize("method", [Parameters(), ClassicParameters()], ids=["default", "classic"])


@METHODS
def test_people_have_a_row_each_in_the_order_of_their_ids(method: Parameters | ClassicParameters) -> None:
    rows, columns, choices = planted_votes(60, 20, 15)
    analysis = analyse(VoteMatrix.from_votes([*(rows + 100), 7], [*columns, 3], [*choices, 1]), method)
    table = participant_table(analysis)
    assert table.header == ("participant", "group", "x", "y", "votes", "confidence")
    lines = list(table.rows)
    assert [line[0] for line in lines] == [7, *range(100, 160)]
    assert lines[0][1] == ""
    assert {line[1] for line in lines[1:]} == {group.label for group in analysis.groups}
    assert lines[0][5] == ""
    if isinstance(method, ClassicParameters):
        assert all(line[5] == "" for line in lines)
    else:
        assert all(0 < float(str(line[5])) <= 1 for line in lines[1:])


@METHODS
def test_statements_have_their_counts_and_those_of_each_group(method: Parameters | ClassicParameters) -> None:
    analysis = analyse(planted(), method)
    table = statement_table(analysis)
    assert table.header[:9] == (
        "statement",
        "votes",
        "agree",
        "disagree",
        "pass",
        "consensus",
        "consensus_lower",
        "divisiveness",
        "kind",
    )
    assert table.header[9:15] == ("A_votes", "A_agree", "A_disagree", "A_pass", "A_agree_low", "A_agree_high")
    assert len(table.header) == 9 + 6 * len(analysis.groups)
    for line in table.rows:
        cells = dict(zip(table.header, line, strict=True))
        assert cells["votes"] == cells["agree"] + cells["disagree"] + cells["pass"]  # type: ignore[operator]
        lower = [str(cells[name]) for name in ("consensus_lower", "divisiveness", "A_agree_low")]
        if isinstance(method, ClassicParameters):
            assert lower == ["", "", ""]
        else:
            assert all(0 <= float(figure) <= 1 for figure in lower)
            assert float(str(cells["A_agree_low"])) < float(str(cells["A_agree_high"]))


@pytest.mark.parametrize(
    ("method", "figures"), [(Parameters(), ("0.500000", "0.197338", "")), (ClassicParameters(), ("", "", ""))]
)
def test_with_too_few_votes_only_counts_are_told(method: Parameters | ClassicParameters, figures: tuple[str, str, str]) -> None:
    analysis = analyse(VoteMatrix.from_votes([1, 2], [1, 1], [1, 0]), method)
    assert list(participant_table(analysis).rows) == [(1, "", "", "", 1, ""), (2, "", "", "", 1, "")]
    assert list(statement_table(analysis).rows) == [(1, 2, 1, 0, 1, *figures, "open")]


def test_figures_have_six_decimals_and_no_negative_zero() -> None:
    table = prediction_table(["1", "2", "3"], ["4", "5", "6"], np.array([-1e-9, 0.12345678, -1.0]))
    assert list(table.rows) == [("1", "4", "0.000000"), ("2", "5", "0.123457"), ("3", "6", "-1.000000")]
