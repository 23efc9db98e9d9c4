"""A fresh machine gets exactly the versions we tested, from wherever its pip looks."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.checkout import CHECKOUT, project_files
from tests.support.imports import PACKAGES, imports

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
BUILD = PROJECT["build-system"]["requires"]

# An address of one, or an option that takes one; `--no-emit-…` takes none.
REGISTRY = re.compile(rb"[/@.](?:pypi|pythonhosted|npmjs)\.|(?<!no-emit-)(index-url|find-links|trusted-host)[ =]")


@cache
def pins(name: str) -> dict[str, list[str]]:
    """The pinned requirements of a constraints file, each with its hashes."""
    lines = (CHECKOUT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    split = [line.split("--hash=") for line in lines if line.strip() and not line.startswith("#")]
    return {requirement.strip(): [digest.strip() for digest in digests] for requirement, *digests in split}


def requirements(lines: list[str]) -> list[Requirement]:
    """Other people's packages among these lines, not our own extras."""
    return [found for found in map(Requirement, lines) if found.name != PROJECT["project"]["name"]]


def pinned(name: str, wanted: str) -> list[Requirement]:
    every = [Requirement(line) for line in pins(name)]
    return [pin for pin in every if canonicalize_name(pin.name) == canonicalize_name(wanted)]


def version(pin: Requirement) -> Version:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


@pytest.mark.parametrize(
    ("name", "more_than"), [("constraints.txt", 40), ("constraints-run.txt", 40), ("constraints-peer.txt", 20)]
)
def test_every_pin_carries_its_hashes(name: str, more_than: int) -> None:
    assert len(pins(name)) > more_than
    assert not [pin for pin, digests in pins(name).items() if not digests]
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digests in pins(name).values() for digest in digests)


def test_what_runs_is_what_is_tested() -> None:
    tested = {(pin.partition(" ;")[0], *digests) for pin, digests in pins("constraints.txt").items()}
    assert {(pin.partition(" ;")[0], *digests) for pin, digests in pins("constraints-run.txt").items()} <= tested


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("constraints.txt", [*DECLARED, *BUILD, *(line for extra in EXTRAS.values() for line in extra)]),
        ("constraints-run.txt", [*DECLARED, *BUILD, *EXTRAS["postgres"]]),
    ],
)
def test_every_pin_satisfies_what_is_declared(name: str, lines: list[str]) -> None:
    for wanted in requirements(lines):
        found = pinned(name, wanted.name)
        assert found, f"{wanted.name} is not pinned; run make constraints"
        assert all(version(pin) in wanted.specifier for pin in found), f"{wanted} is pinned otherwise; run make constraints"


def test_this_environment_has_the_pinned_versions() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_import_is_declared() -> None:
    declared = {canonicalize_name(found.name) for found in requirements([*DECLARED, *EXTRAS["postgres"], *EXTRAS["scale"]])}
    providers = packages_distributions()
    ours = sys.stdlib_module_names | set(PACKAGES)
    foreign = [found for package in PACKAGES for found in imports(package) if found.package not in ours]
    assert not [str(found) for found in foreign if not declared & set(map(canonicalize_name, providers.get(found.package, [])))]


def test_no_file_names_a_package_registry() -> None:
    texts = {path: path.read_bytes() for path in project_files()}
    assert len(texts) > 20
    assert not [path for path, text in texts.items() if REGISTRY.search(text)]


@pytest.mark.parametrize(("says", "complaint"), [("3.10.14 old", "is 3.10.14"), ("", "finds no")])
def test_a_python_that_is_too_old_is_named_in_one_line(tmp_path: Path, says: str, complaint: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{says}'\n")
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", "demo", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Hiroba needs Python 3.11 or newer" in done.stderr
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "venv").exists()
