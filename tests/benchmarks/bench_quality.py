"""How good the analyses are, by method: `make bench ONLY=quality`, or `python -m tests.benchmarks.bench_quality [PART…]`.

The parts are held_out, stability, recovery, false_positives and verdicts. On planted conversations, and on real ones where
HIROBA_OPEN_DATA names their folder; red-dwarf beside ours where its environment is there (`make peer`). BENCH_DRAWS=20 makes do
with a fifth of the draws.
"""

import sys

from tests.benchmarks import peer
from tests.benchmarks.quality import false_positives, held_out, recovery, stability, verdicts
from tests.support.open_data import MISSING

PARTS = {
    "held_out": held_out.report,
    "stability": stability.report,
    "recovery": recovery.report,
    "false_positives": false_positives.report,
    "verdicts": verdicts.report,
}


def test_held_out() -> None:
    held_out.report()


def test_stability() -> None:
    stability.report()


def test_recovery() -> None:
    if peer.MISSING:
        print(f"\n{peer.MISSING}")
    recovery.report()


def test_false_positives() -> None:
    false_positives.report()


def test_verdicts() -> None:
    verdicts.report()


def main(names: list[str]) -> None:
    if set(names) - set(PARTS):
        sys.exit(__doc__)
    for missing in filter(None, (MISSING, peer.MISSING)):
        print(missing)
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
