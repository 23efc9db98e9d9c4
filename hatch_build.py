"""Compiles the message catalogues into the wheel; the checkout keeps only their sources."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogues(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="hiroba-catalogues-"))
        if version == "editable":
            return
        sources = Path(self.root, "locales")
        for catalogue in sorted(sources.glob("*/LC_MESSAGES/*.po")):
            name = catalogue.relative_to(sources).with_suffix(".mo")
            compiled = self.scratch / name
            compile_catalogue(catalogue, compiled)
            build_data["force_include"][str(compiled)] = f"web/locales/{name.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        shutil.rmtree(self.scratch)


def compile_catalogue(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as po, target.open("wb") as mo:
        write_mo(mo, read_po(po))
