"""web → deliberation → clustering, and never against the stream."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.support.imports import PACKAGES, Import, imports, modules, within

MATHS = {"numpy", "scipy", "sklearn", "umap"}
USES_CLUSTERING = (
    "deliberation.analyses",
    "deliberation.analysis_memory",
    "deliberation.analysis_result",
    "deliberation.frozen_making",
    "deliberation.interchange.groups_run",
    "deliberation.interchange.vote_files",
    "deliberation.pictures",
    "deliberation.turnout",
)
KNOWS_DIALECTS = ("deliberation.storage.engine", "deliberation.storage.migrations", "web.settings", "web.settings_addresses")
READS_ENVIRONMENT = ("web.settings",)
# Slow to import, or absent from a smaller installation: only who uses them loads them.
LOADED_ON_USE = {"umap", "dask", "distributed", "psycopg"}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_is_there(package: str) -> None:
    assert len(modules(package)) > 1


def test_clustering_knows_neither_people_nor_pages() -> None:
    assert not [str(found) for found in imports("clustering") if found.package in {"deliberation", "web"}]


def test_clustering_needs_nothing_but_mathematics() -> None:
    allowed = MATHS | sys.stdlib_module_names | {"clustering"}
    assert not [str(found) for found in imports("clustering") if found.package not in allowed]


def test_deliberation_knows_no_pages() -> None:
    of_the_web = {"web", "starlette", "uvicorn", "jinja2", "itsdangerous", "click"}
    assert not [str(found) for found in imports("deliberation") if found.package in of_the_web]


def test_deliberation_talks_to_clustering_in_one_place() -> None:
    def may(found: Import) -> bool:
        return within(found.module, *USES_CLUSTERING) or found.module.startswith("deliberation.demo")

    assert not [str(found) for found in imports("deliberation") if found.package == "clustering" and not may(found)]


def test_storage_knows_values_and_errors_only() -> None:
    allowed = ("deliberation.values", "deliberation.errors", "deliberation.storage")
    ours = [
        found for found in imports("deliberation") if within(found.module, "deliberation.storage") and found.package in PACKAGES
    ]
    assert not [str(found) for found in ours if not within(found.target, *allowed)]


def test_values_and_errors_import_nothing_of_ours() -> None:
    basic = ("deliberation.values", "deliberation.errors")
    ours = [found for found in imports("deliberation") if within(found.module, *basic) and found.package in PACKAGES]
    assert not [str(found) for found in ours if not within(found.target, *basic)]


@pytest.mark.parametrize("package", PACKAGES)
def test_heavy_and_optional_packages_are_loaded_on_use(package: str) -> None:
    assert not [str(found) for found in imports(package) if found.package in LOADED_ON_USE and not found.inside_function]


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_settings_read_the_environment(package: str) -> None:
    readers = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}
    named = [
        f"{module}:{line} {name}"
        for module, line, name in attributes(package)
        if name in readers and module not in READS_ENVIRONMENT
    ]
    imported = [str(found) for found in imports(package) if found.target in readers and found.module not in READS_ENVIRONMENT]
    assert not named + imported


@pytest.mark.parametrize("package", PACKAGES)
def test_databases_are_told_apart_in_one_place(package: str) -> None:
    assert not [
        mention for mention in mentions(package, "sqlite", "postgresql", "psycopg") if not within(mention[0], *KNOWS_DIALECTS)
    ]


def attributes(package: str) -> Iterator[tuple[str, int, str]]:
    """Every `name.attribute` with its module and line."""
    for module, tree in modules(package).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield module, node.lineno, f"{node.value.id}.{node.attr}"


def mentions(package: str, *words: str) -> Iterator[tuple[str, int, str]]:
    """Every name or string, docstrings excepted, that contains one of `words` in small letters."""
    for module, tree in modules(package).items():
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            for text in () if id(node) in docstrings else texts(node):
                if any(word in text for word in words):
                    yield module, getattr(node, "lineno", 0), text


def texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) | ast.Name(id=text) | ast.Attribute(attr=text) | ast.keyword(arg=str(text)):
            yield text
        case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.arg(arg=text):
            yield text
        case ast.alias(name=text):
            yield text
        case ast.ImportFrom(module=str(text)):
            yield text
