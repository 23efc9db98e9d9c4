"""Builds the wheel and installs it where the checkout is out of sight."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installation:
    """A clean environment with Hiroba in it. Commands run in `folder`, and see nothing of our environment's settings."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HIROBA_", "PYTHON", "VIRTUAL_ENV"))}
        return kept | {"HIROBA_DATA_DIR": str(self.folder / "data")}

    def command(self, name: str) -> str:
        return str(self.folder / "venv" / "bin" / name)

    def run(self, name: str, *arguments: str) -> str:
        """What the command prints. Raises AssertionError with its complaint when it fails."""
        done = subprocess.run(
            [self.command(name), *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{name} {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout, built into `folder` by the build backend that is installed here."""
    _run("build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT))
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_wheel(wheel: Path, folder: Path) -> Installation:
    """Install into a new environment that finds other people's packages where ours has them.

    A path file lends it our site-packages. Path files inside a lent folder are not read, so the editable installation of the
    checkout stays out of sight.
    """
    environment = folder / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    (site_packages,) = environment.glob("lib/python*/site-packages")
    (site_packages / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    _run("pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps", "--ignore-installed", str(wheel))
    return Installation(folder)


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=CHECKOUT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{module} {' '.join(arguments)}: {done.stdout}{done.stderr}"
