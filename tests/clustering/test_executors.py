"""The same analysis through any executor."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from clustering import Analysis, analyse
from clustering.blocks import BLOCK_ROWS
from clustering.structure import Structure
from tests.clustering.planted import Missing, planted, planted_groups
from tests.clustering.telling import people_told

CROWD = planted_groups(BLOCK_ROWS + 500, 12, 2, seed=2, missing=Missing(0.6)).matrix()
"""Two blocks of rows."""
KNOWN = Structure(rank=2, imputed=False, groups=2, stability=None, group_stability=None, votes=len(CROWD.values), evidence={})
"""So that the crowd needs no full run."""


def as_bytes(analysis: Analysis) -> bytes:
    return json.dumps([analysis.to_json(), people_told(analysis)]).encode()


def test_blocks_of_rows_and_repetitions_in_other_processes_give_the_bytes_of_one() -> None:
    few = planted(120, 20, 12, groups=2)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        assert as_bytes(analyse(CROWD, structure=KNOWN, executor=executor)) == as_bytes(analyse(CROWD, structure=KNOWN))
        assert as_bytes(analyse(few, executor=executor)) == as_bytes(analyse(few))
