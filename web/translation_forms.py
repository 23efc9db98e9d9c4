"""What translators send, and what the addresses of their pages ask for."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from web.forms import Form, Tag

Mark = Annotated[str, StringConstraints(pattern="^(-|[0-9a-f]{16})$")]
Back = Annotated[str, StringConstraints(pattern=r"^(|/translate(\?[^\s\\]*)?)$", max_length=1000)]


class TranslationForm(Form):
    """`seen`, `seen_original`: what stood on the page; `deed`: write, or find correct what stands.

    `back`: the page to return to.
    """

    legible = False
    to: Tag
    text: Annotated[str, StringConstraints(max_length=60_000)] = ""
    seen: Mark = "-"
    seen_original: Mark
    deed: Literal["save", "check"] = "save"
    back: Back = ""


class OriginalLanguageForm(Form):
    language: Tag
    to: Tag
    back: Back = ""


class StatementLanguageForm(Form):
    """`back` leads to a page of the statement's or to the sender's own."""

    language: Tag
    back: Annotated[str, StringConstraints(pattern=r"^(|/me|/moderate[^\s\\]*)$", max_length=300)] = ""
