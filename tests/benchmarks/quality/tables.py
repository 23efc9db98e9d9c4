"""Tables in plain text, line by line as the figures come."""

from collections.abc import Sequence

import numpy as np


class Table:
    """The first column is as wide as asked for, the others as wide as their heads or a figure, whichever is wider."""

    def __init__(self, title: str, heads: Sequence[str], first: int = 42, least: int = 9) -> None:
        self._widths = [first, *(max(len(head), least) for head in heads[1:])]
        print(f"\n{title}")
        self.row(*heads)

    def row(self, *cells: object) -> None:
        first, *others = self._widths
        figures = (f"{cell!s:>{width}}" for cell, width in zip(cells[1:], others, strict=True))
        print(f"{cells[0]!s:<{first}}", *figures, flush=True)


def spread(figures: Sequence[float], signed: str = "") -> str:
    """Mean ± standard deviation."""
    return f"{np.mean(figures):{signed}.3f} ± {np.std(figures, ddof=min(1, len(figures) - 1)):.3f}"


def met(reached: bool) -> str:
    return "met" if reached else "short"
