"""What staff type: nothing that nobody can see, in any form."""

from datetime import date
from typing import Any

import pytest

from web.admin_forms import AreaForm, MandateForm, RulesForm
from web.answer_forms import AnswerForm, EvidenceForm, ExtensionForm, GiveBackForm, MilestoneForm, steps_of
from web.forms import Form, FormInvalid, validated
from web.meeting_forms import AgendaForm, MeetingForm
from web.recommendation_forms import OfficeForm, RecommendationForm, ThemeForm

UNSEEN = ("\u200b\u2060\ufeff", "\u200d", "\x07\x1b\x7f", "\u202e\u2066", " \u3164 \r\n \u200b\t")
TEXTS: dict[type[Form], tuple[str, ...]] = {
    AnswerForm: ("reason", "owner", "legal_basis", "budget"),
    AreaForm: ("name",),
    EvidenceForm: ("title",),
    ExtensionForm: ("reason", "progress"),
    GiveBackForm: ("note",),
    MandateForm: ("text",),
    MeetingForm: ("title", "place"),
    MilestoneForm: ("title",),
    OfficeForm: ("name",),
    RecommendationForm: ("text",),
    RulesForm: ("topic", "background"),
    ThemeForm: ("theme", "new_theme"),
}
REST = {
    "language": "en",
    "act": "draft",
    "to_day": "2026-06-01",
    "due_on": "2026-06-01",
    "moderation": "pre",
    "statement_limit": "140",
}


def fields(model: type[Form], text: str) -> dict[str, Any]:
    return validated(model, REST | dict.fromkeys(TEXTS[model], text)).model_dump(include=set(TEXTS[model]))


@pytest.mark.parametrize("model", TEXTS, ids=lambda model: model.__name__)
def test_a_text_in_which_nothing_can_be_seen_is_empty(model: type[Form]) -> None:
    for unseen in UNSEEN:
        assert fields(model, unseen) == dict.fromkeys(TEXTS[model], "")
    assert fields(model, "\u202eMore\u200b bays\x07\ufeff") == dict.fromkeys(TEXTS[model], "More bays")


def test_lines_tabs_and_the_joiners_of_scripts_and_pictures_stay() -> None:
    kept = "می\u200cخواهم\r\n\r\n\t- 👩\u200d👩\u200d👧\r\n---\n" + "बस"
    assert fields(RulesForm, kept)["background"] == kept
    assert fields(RulesForm, "one\r\n\u200d \u3164\r\ntwo")["background"] == "one\r\n\r\ntwo"


def test_items_of_an_agenda_and_steps_of_an_answer_are_read_so_too() -> None:
    sent = {"title": ["\u200bWelcome", "\u2060"], "new_title": "\u200d", "language": "en"}
    agenda = validated(AgendaForm, sent | {"item": ["1", "2"], "speaker": ["", ""], "minutes": ["5", "5"]})
    assert (agenda.title, agenda.new_title) == (("Welcome", ""), "")
    (step,) = (step for step in steps_of({"step_1_title": "\ufeff", "step_1_due_on": "2026-06-01"}) if step.due_on)
    assert (step.title, step.due_on) == ("", date(2026, 6, 1))


@pytest.mark.parametrize("model", [OfficeForm, AnswerForm, MeetingForm], ids=lambda model: model.__name__)
def test_a_language_is_no_longer_than_its_column(model: type[Form]) -> None:
    longest = "en-" + "a" * 8 + "-" + "b" * 8 + "-" + "c" * 8 + "-" + "d" * 5
    assert len(longest) == 35
    validated(model, REST | {"language": longest})
    with pytest.raises(FormInvalid) as refused:
        validated(model, REST | {"language": longest + "d"})
    assert set(refused.value.errors) == {"language"}
