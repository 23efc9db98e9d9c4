"""The Chromium for the browser tests: one that is installed. Nothing here or in Playwright downloads one.

`python -m tests.support.chromium` installs Debian's when there is none and it may, else says in one line what to do.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGES = ("chromium", "fonts-noto-cjk", "fonts-noto-core")
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
MISSING = f"no Chromium: install one (Debian: apt-get install {' '.join(PACKAGES)}) or name it in HIROBA_CHROMIUM"


def find() -> str | None:
    """The executable to use: the one HIROBA_CHROMIUM names, else an installed one, else None."""
    if named := os.environ.get("HIROBA_CHROMIUM"):
        return shutil.which(named)
    return next((found for command in (*COMMANDS, *APPLICATIONS) if (found := shutil.which(command))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium, closed afterwards. Raises FileNotFoundError with `MISSING` where there is none."""
    executable = find()
    if executable is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page in `test-results/`, for people to look at."""
    picture = Path("test-results", f"{name}.png")
    page.screenshot(path=picture, full_page=True)
    return picture


def install() -> bool:
    """Install Debian's Chromium and the fonts of our languages, when root on a Debian. Says whether it did."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    print("Installing Chromium …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], check=False, capture_output=True, env=environment)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    done = subprocess.run(command, check=False, capture_output=True, env=environment)
    return done.returncode == 0


if __name__ == "__main__" and find() is None and not install():
    print(f"The browser tests will be skipped, {MISSING}", file=sys.stderr)
