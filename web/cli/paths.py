"""Files and folders as arguments."""

from pathlib import Path
from typing import Any

import click


class GivenPath(click.Path):
    """A path that says something: an empty one would quietly mean the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if value == "":
            self.fail("is empty", parameter, context)
        return super().convert(value, parameter, context)


PATH = GivenPath()
