"""Templates: one Jinja environment per language, so that texts are looked up once, when a template is compiled."""

import hashlib
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deliberation.values import LANGUAGES
from web import i18n, words
from web.markdown import markdown
from web.resources import folder

ON_THE_WAY_OF_A_VOTE = {"ballot_head": "_ballot", "ballot_statement": "_statement", "ballot_said": "_ballot"}
"""Macros of the ballot, as globals that remember what they made: everybody is shown the same cards."""
STATIC = Path(__file__).parent / "static"


@cache
def environments() -> dict[str, Environment]:
    """Language → environment, made once per process."""
    versions = {path.relative_to(STATIC).as_posix(): _version(path) for path in STATIC.rglob("*") if path.is_file()}
    return {language: _environment(language, versions) for language in LANGUAGES}


def _environment(language: str, versions: dict[str, str]) -> Environment:
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
        number=partial(i18n.number, language=language),
        percent=partial(i18n.percent, language=language),
        markdown=markdown,
        word=lambda value: i18n.translate(language, words.word(value)),
    )
    environment.globals.update(
        locale=language,
        locales=[(code, i18n.NAMES[code]) for code in LANGUAGES],
        static=lambda path: f"/static/{path}?v={versions[path]}",
    )
    for macro, component in ON_THE_WAY_OF_A_VOTE.items():
        made = getattr(environment.get_template(f"components/{component}.html").module, macro)
        environment.globals[macro] = lru_cache(4096)(made)
    environment.globals["answers"] = environment.get_template("components/_vote_buttons.html").module.vote_buttons()  # type: ignore[attr-defined]
    return environment


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def render(environment: Environment, template: str, context: dict[str, Any]) -> str:
    return environment.get_template(template).render(context)
