"""Reading pages as a browser does: forms with their fields, and what stands on the page."""

from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self._silent = 0
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "template", "title"}:
            self._silent += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": {}})
        if self.forms and "name" in given:
            form = self.forms[-1]
            if tag == "input" and given.get("type") not in {"checkbox", "radio"}:
                form["fields"][given["name"]] = given.get("value", "")
            elif tag == "textarea":
                self._area = given["name"]
                form["fields"][self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template", "title"}:
            self._silent -= 1
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1]["fields"][self._area] += data
        if not self._silent:
            self.words.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def words(html: str) -> str:
    """The text of a page in one line."""
    return " ".join(" ".join(_read(html).words).split())


def links(html: str) -> list[str]:
    return _read(html).links


def form(html: str, action: str) -> dict[str, str]:
    """The fields of the first form that posts to an address ending so, as they stand on the page."""
    found: dict[str, str] = next(f["fields"] for f in _read(html).forms if f["action"].partition("#")[0].endswith(action))
    return found


def vote(client: TestClient, slug: str, choice: str, *, htmx: bool = False, **changed: str) -> Any:
    """Open the conversation, press a button on the card that is shown, return the answer."""
    fields = form(client.get(f"/c/{slug}").text, "/vote") | changed
    return client.post(f"/c/{slug}/vote", data=fields | {"choice": choice}, headers={"HX-Request": "true"} if htmx else {})
