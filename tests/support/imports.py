"""Reads what modules import without running them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("clustering", "deliberation", "web")


@dataclass(frozen=True)
class Import:
    """`target` is the most precise dotted name: `from a import b` gives `a.b`, whether b is a module or a name in one."""

    module: str
    target: str
    line: int
    inside_function: bool

    @property
    def package(self) -> str:
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules(package: str) -> dict[str, ast.Module]:
    """The syntax trees of a package by dotted name; a package's own is that of its `__init__`."""
    return {_dotted(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted((CHECKOUT / package).rglob("*.py"))}


def imports(package: str) -> list[Import]:
    return [found for path in sorted((CHECKOUT / package).rglob("*.py")) for found in _imports_of(path)]


def within(name: str, *places: str) -> bool:
    """Whether a dotted name is one of `places` or lies inside one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def _dotted(path: Path) -> str:
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports_of(path: Path) -> Iterator[Import]:
    module = _dotted(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node, inside_function in _walk(ast.parse(path.read_text(encoding="utf-8")), inside_function=False):
        for target in _targets(node, package):
            yield Import(module, target, node.lineno, inside_function)


def _walk(node: ast.AST, *, inside_function: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, inside_function
        inside = inside_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _walk(child, inside_function=inside)


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        ancestors = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        origin = ".".join([*ancestors, *filter(None, [node.module])])
        yield from (f"{origin}.{alias.name}" for alias in node.names)
