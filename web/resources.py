"""Where the files lie that are not Python: beside the packages in a checkout, inside `web` in a wheel."""

from pathlib import Path
from typing import Literal

_WEB = Path(__file__).resolve().parent


def folder(name: Literal["templates", "locales", "fixtures"]) -> Path:
    """The folder of that name. Raises FileNotFoundError where the installation lacks it."""
    inside_wheel, beside_packages = _WEB / name, _WEB.parent / name
    # The wheel's place comes first: beside an installed `web` lie other projects' folders.
    if inside_wheel.is_dir():
        return inside_wheel
    if beside_packages.is_dir():
        return beside_packages
    raise FileNotFoundError(f"This installation has no folder “{name}”, neither {inside_wheel} nor {beside_packages}")
