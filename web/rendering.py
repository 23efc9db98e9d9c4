"""Templates: one Jinja environment per language, so that texts are looked up once, when a template is compiled."""

import hashlib
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deliberation.languages import OFFERED
from deliberation.values import LANGUAGES
from deliberation.voting import new_ballot
from web import charts, i18n, trace_words, words
from web.markdown import markdown
from web.report_words import ReportWords
from web.resources import folder
from web.turnout_words import TurnoutWords

ON_THE_WAY_OF_A_VOTE = {
    "ballot_head": "_ballot",
    "ballot_statement": "_statement",
    "ballot_important": "_ballot",
    "ballot_said": "_ballot",
    "ballot_taken_back": "_ballot",
}
"""Macros of the ballot, as globals that remember what they made: everybody is shown the same cards."""
STATIC = Path(__file__).parent / "static"


@cache
def environments() -> dict[str, Environment]:
    """Language → environment, made once per process."""
    return {language: _environment(language) for language in LANGUAGES}


@cache
def versioned(name: str) -> str:
    """The address of a static file, with its version. Raises FileNotFoundError."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(i18n.catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        day=partial(i18n.day, language=language),
        moment_field=i18n.moment_field,
        moment=partial(i18n.moment, language=language),
        hour=partial(i18n.hour, language=language),
        last_day=partial(i18n.last_day, language=language),
        until=partial(i18n.until, language=language),
        number=partial(i18n.number, language=language),
        percent=partial(i18n.percent, language=language),
        markdown=markdown,
        own_name=i18n.own_name,
        word=lambda value: i18n.translate(language, words.word(value)),
    )
    environment.globals.update(
        kind_name=lambda kind: trace_words.kind(kind, language),
        locale=language,
        locales=[(code, i18n.NAMES[code]) for code in LANGUAGES],
        text_languages=[(tag, i18n.own_name(tag)) for tag in OFFERED],
        new_uuid=new_ballot,
        report_words=ReportWords(language),
        turnout_words=TurnoutWords(language),
        bar_widths=charts.widths,
        skyline=charts.skyline,
        static=versioned,
    )
    for macro, component in ON_THE_WAY_OF_A_VOTE.items():
        made = getattr(environment.get_template(f"components/{component}.html").module, macro)
        environment.globals[macro] = lru_cache(4096)(made)
    ballot = environment.get_template("components/_ballot.html").module
    answers = environment.get_template("components/_vote_buttons.html").module
    environment.globals.update(
        ballot_unsaid=ballot.ballot_unsaid(),  # type: ignore[attr-defined]
        answers=answers.vote_buttons(),  # type: ignore[attr-defined]
    )
    return environment


def render(environment: Environment, template: str, context: dict[str, Any]) -> str:
    return environment.get_template(template).render(context)
