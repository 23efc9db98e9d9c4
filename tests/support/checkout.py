"""The files that belong to the project."""

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# Only for a copy without its history, where nothing says what is ours.
LEFT_BEHIND = {".git", ".venv", ".venv-peer", "var", "build", "dist", "test-results", "__pycache__", ".hypothesis"}


def project_files(pattern: str = "*") -> list[Path]:
    """The files that are or would be committed, whose names match the glob pattern."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        found = [CHECKOUT / name for name in listing.stdout.split("\0") if name]
    else:
        found = [path for path in CHECKOUT.rglob("*") if not _left_behind(path)]
    return sorted(path for path in found if path.match(pattern) and path.is_file())


def _left_behind(path: Path) -> bool:
    parts = path.relative_to(CHECKOUT).parts
    return any(part in LEFT_BEHIND or part.endswith("_cache") for part in parts)
