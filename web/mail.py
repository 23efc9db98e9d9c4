"""What the mails say: composed from `templates/email`, in the language of whoever follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deliberation.deliveries import Letter
from deliberation.digests import Chapter, Digest, Invitation
from deliberation.errors import N_
from deliberation.municipalities import Tenant
from deliberation.news_item import Item
from deliberation.outcomes import Due
from deliberation.reminders import Reminding
from deliberation.reviews import Reviewing, Waiting
from deliberation.subscriptions import CONFIRM_WITHIN
from web import i18n, news_words, rendering, trace_words
from web.addresses import address_of
from web.settings import Settings

LONGEST_SUBJECT = 150
LONGEST_QUOTE = 400
CONFIRM = N_("Please confirm: news about “%(topic)s”")
NEWS = N_("News about “%(topic)s”")
REMINDER = N_("What %(municipality)s has promised for the next days")
REMINDER_LATE = N_("Something that %(municipality)s has promised is overdue")
REVIEW = N_("Waiting for a second person: official answers of %(municipality)s")
GIVEN_BACK = N_("Given back, with a note: official answers of %(municipality)s")
NEWS_OF_SEVERAL = N_("News from %(municipality)s")


@dataclass(frozen=True)
class Composer:
    """Writes letters. `path` gives the path of a route by name and parameters."""

    configured: Settings
    path: Callable[..., str]
    templates: dict[str, Any] = field(default_factory=rendering.environments)

    def invitation(self, invitation: Invitation) -> Letter:
        """The mail that asks for a confirmation."""
        tenant, language = invitation.tenant, invitation.language
        topic = _line(invitation.topic.text)
        text = self._text(
            "confirm",
            language,
            municipality=_line(tenant.name),
            topic=topic,
            items=[trace_words.name_of_key(item, language) for item in invitation.items],
            link=self._link(tenant, "following", token=invitation.token),
            days=CONFIRM_WITHIN.days,
        )
        return Letter(_subject(i18n.translate(language, CONFIRM) % {"topic": topic}), text, language)

    def digest(self, digest: Digest) -> Letter:
        """The mail that tells what has happened. It can be stopped with one click in the reader's mail program (RFC 8058)."""
        tenant, language = digest.tenant, digest.language
        i18n.use_time_zone(tenant.time_zone)
        stop = self._link(tenant, "stop_following_all", token=digest.token)
        text = self._text(
            "digest",
            language,
            municipality=_line(tenant.name),
            chapters=[self._chapter(tenant, chapter, language) for chapter in digest.chapters],
            stop=stop,
        )
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return Letter(_subject(_title(digest)), text, language, headers)

    def reminder(self, reminding: Reminding) -> Letter:
        """The mail that reminds an office of what it owes."""
        tenant, language = reminding.tenant, reminding.recipient.language
        i18n.use_time_zone(tenant.time_zone)
        items = [self._owed(tenant, one.about, language) for one in reminding.matters]
        text = self._text("reminder", language, municipality=_line(tenant.name), items=items, link=self._link(tenant, "official"))
        title = REMINDER_LATE if any(one.about.clock.days_over for one in reminding.matters) else REMINDER
        return _titled(title, tenant, text, language)

    def review(self, reviewing: Reviewing) -> Letter:
        """The mail that tells officials which answers wait for them, as a second person or because they came back."""
        tenant, language = reviewing.tenant, reviewing.recipient.language
        waiting = [self._waiting(tenant, one.about) for one in reviewing.matters if not one.about.given_back]
        given_back = [self._waiting(tenant, one.about) for one in reviewing.matters if one.about.given_back]
        text = self._text("review", language, municipality=_line(tenant.name), waiting=waiting, given_back=given_back)
        return _titled(REVIEW if waiting else GIVEN_BACK, tenant, text, language)

    def _waiting(self, tenant: Tenant, waiting: Waiting) -> dict[str, Any]:
        first, batch = waiting.recommended[0], waiting.draft.batch
        if batch:
            link = self._link(tenant, "batch" if waiting.given_back else "batch_review", batch=batch)
        else:
            page, part = ("official_recommendation", "#answer") if waiting.given_back else ("review", "")
            link = self._link(tenant, page, slug=first.slug, number=str(first.number)) + part
        return {"recommended": [(row.number, _quote(row.text.text)) for row in waiting.recommended], "link": link}

    def _owed(self, tenant: Tenant, due: Due, language: str) -> dict[str, Any]:
        row = due.recommendation
        text = due.step.title.text if due.step else row.text.text
        link = self._link(tenant, "official_recommendation", slug=row.slug, number=str(row.number))
        return {"clock": due.clock, "text": _quote(text), "number": row.number, "link": link}

    def _chapter(self, tenant: Tenant, chapter: Chapter, language: str) -> dict[str, Any]:
        return {
            "topic": _line(chapter.topic.text),
            "link": self._link(tenant, "conversation", slug=chapter.slug),
            "settings": self._link(tenant, "following", token=chapter.token),
            "news": [self._item(tenant, chapter.slug, item, language) for item in chapter.items],
        }

    def _item(self, tenant: Tenant, slug: str, item: Item, language: str) -> dict[str, Any]:
        name, end = news_words.place(item)
        return {
            "headline": news_words.headline(item, language),
            "text": _quote(item.text.text) if item.text else "",
            "link": self._link(tenant, name, slug=slug) + end,
        }

    def _link(self, tenant: Tenant, name: str, **params: str) -> str:
        return address_of(tenant, self.configured.base_url or f"https://{tenant.host}") + self.path(name, **params)

    def _text(self, template: str, language: str, **context: Any) -> str:
        text = rendering.render(self.templates[language], f"email/{template}.txt", context)
        return text.strip("\n") + "\n"


def _title(digest: Digest) -> str:
    if len(digest.chapters) == 1:
        return i18n.translate(digest.language, NEWS) % {"topic": _line(digest.chapters[0].topic.text)}
    return i18n.translate(digest.language, NEWS_OF_SEVERAL) % {"municipality": _line(digest.tenant.name)}


def _titled(title: str, tenant: Tenant, text: str, language: str) -> Letter:
    return Letter(_subject(i18n.translate(language, title) % {"municipality": _line(tenant.name)}), text, language)


def _line(text: str) -> str:
    """In one line, so that no text becomes a header or looks like a part of the mail of its own."""
    return " ".join(text.split())


def _subject(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1] + "…"


def _quote(text: str) -> str:
    line = _line(text)
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"
