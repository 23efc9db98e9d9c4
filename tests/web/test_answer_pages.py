"""How an answer comes about on the pages: drafted by one, read and published by another, put off and proven in public."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import ledger, policy, recommendations, response_drafts
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.storage.engine import Database
from deliberation.storage.tables import Recommendation, ResponseDraft
from deliberation.values import Outcome, Role
from tests.support.make import make_staff
from tests.support.outcomes import make_reported, promise, recommend, respond
from tests.support.pages import form
from web import i18n
from web.http import clock

ON_SQLITE = True

SignIn = Callable[..., TestClient]
FIRST = "/official/scooters/r/1"
REVIEW = f"{FIRST}/review"
TOGETHER = "/official/-/answers"


@pytest.fixture
def official(database: Database, tenant: Tenant) -> Staff:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, staff)
        return staff


@pytest.fixture
def desk(sign_in: SignIn, official: Staff) -> TestClient:
    """An official's browser that speaks English."""
    return sign_in(Role.OFFICIAL)


@pytest.fixture
def second(sign_in: SignIn, official: Staff) -> TestClient:
    """A colleague's."""
    return sign_in(Role.ADMIN)


def day(ahead: int) -> str:
    return (clock().date() + timedelta(days=ahead)).isoformat()


def answered(**fields: Any) -> dict[str, Any]:
    usual = {"outcome": "adopted", "reason": "It is needed.", "language": "en", "owner": "Roads", "due_on": day(60)}
    return {**usual, "act": "submit"} | fields


def found(database: Database, tenant: Tenant) -> list[Recommended]:
    with database.read() as session:
        return policy.of_municipality(session, tenant.id, "en", clock().date())


def head(database: Database, tenant: Tenant) -> str:
    with database.read() as session:
        return ledger.head(session, tenant.id)


def drafts(database: Database, tenant: Tenant) -> list[ResponseDraft]:
    with database.read() as session:
        return list(response_drafts.drafts(session, tenant.id).values())


def test_an_answer_is_drafted_by_one_and_published_by_another(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient, client: TestClient
) -> None:
    more = {"legal_basis": "Section 7", "legal_url": "https://example.org/7", "budget": "4 million"}
    steps = {"step_1_title": "The first bays", "step_1_due_on": day(20), "step_2_title": "", "step_2_due_on": ""}
    sent = desk.post(f"{FIRST}/answer", data=answered(outcome="partly", reason="In the *centre*.", **more, **steps))
    assert (sent.status_code, sent.headers["location"]) == (303, FIRST)
    assert found(database, tenant)[0].answer is None
    assert "In the" not in client.get("/c/scooters/policy").text
    assert f'href="{REVIEW}"' not in desk.get("/official").text
    assert f'href="{REVIEW}"' in second.get("/official").text
    page = second.get(REVIEW).text
    for text in ("Mark parking bays.", "<em>centre</em>", "https://example.org/7", "4 million", "The first bays", "Statement 1"):
        assert text in page, text
    sent = second.post(f"{REVIEW}/approve", data=form(page, "/approve"))
    assert (sent.status_code, sent.headers["location"]) == (303, FIRST)
    [row] = found(database, tenant)
    assert row.answer is not None
    assert (row.answer.outcome, row.answer.reviewed, len(row.steps)) == (Outcome.PARTLY, True, 1)
    public = client.get("/c/scooters/policy").text
    for text in ("Section 7", "4 million", "The first bays", "Read by a second person"):
        assert text in public, text
    assert second.post(f"{REVIEW}/approve", data=form(page, "/approve")).status_code == 303, "sent twice"
    assert len(found(database, tenant)[0].earlier) == 0


def test_whoever_wrote_an_answer_cannot_publish_it(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient
) -> None:
    desk.post(f"{FIRST}/answer", data=answered())
    page = desk.get(REVIEW).text
    assert "You wrote this answer, so a second person has to read it." in page
    assert "Approve and publish" not in page
    refused = desk.post(f"{REVIEW}/approve", data={"version": "1"})
    assert refused.status_code == 403
    assert "You wrote this answer" in refused.text
    assert found(database, tenant)[0].answer is None


def test_an_answer_is_given_back_with_what_should_be_different(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient
) -> None:
    desk.post(f"{FIRST}/answer", data=answered())
    fields = form(second.get(REVIEW).text, "/return")
    refused = second.post(f"{REVIEW}/return", data=fields | {"note": " "})
    assert (refused.status_code, "Please say what should be different." in refused.text) == (422, True)
    assert second.post(f"{REVIEW}/return", data=fields | {"note": "Say since when."}).status_code == 303
    assert "Say since when." in desk.get(FIRST).text
    assert "Approve and publish" not in second.get(REVIEW).text
    late = second.post(f"{REVIEW}/return", data=fields | {"note": "Mine: say <b> by whom."})
    assert (late.status_code, "Mine: say &lt;b&gt; by whom.</textarea>" in late.text) == (409, True)
    late = second.post(f"{REVIEW}/approve", data={"version": fields["version"]})
    assert (late.status_code, "Nothing waits for a review here any more" in late.text) == (409, True)
    assert second.get(f"{REVIEW}/approve").headers["location"] == REVIEW


def test_what_changed_while_it_was_read_is_not_published(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient
) -> None:
    desk.post(f"{FIRST}/answer", data=answered())
    read = form(second.get(REVIEW).text, "/approve")
    desk.post(f"{FIRST}/answer", data=answered(reason="Because of the school.", version="1"))
    refused = second.post(f"{REVIEW}/approve", data=read)
    assert (refused.status_code, "Because of the school." in refused.text) == (409, True)
    assert ("Somebody has changed this meanwhile" in refused.text, "stands below" in refused.text) == (True, False)
    assert found(database, tenant)[0].answer is None
    late = second.post(f"{REVIEW}/return", data=read | {"note": "Say <b> by whom."})
    assert (late.status_code, '<details class="ask" open>' in late.text) == (409, True)
    assert form(late.text, "/return")["note"] == "Say <b> by whom."
    assert second.post(f"{REVIEW}/approve", data=form(refused.text, "/approve")).status_code == 303
    late = second.post(f"{REVIEW}/return", data=read | {"note": "Say <b> by whom."})
    assert (late.status_code, "Say &lt;b&gt; by whom.</textarea>" in late.text) == (409, True)


def test_the_second_of_two_officials_sees_what_is_different_and_overwrites_nothing(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient
) -> None:
    opened = form(second.get(FIRST).text, "/answer")
    desk.post(f"{FIRST}/answer", data=answered(act="draft", reason="Ten bays by March.", step_1_title="Paint"))
    mine = opened | answered(act="draft", reason="Twelve bays by March.", owner="Harbour <b>Office</b>", step_1_title="Paint")
    sent = second.post(f"{FIRST}/answer", data=mine)
    assert sent.status_code == 409
    assert "Somebody has changed this answer meanwhile, so nothing was saved." in sent.text
    text = re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>', "", sent.text)
    assert "<del>Ten</del> bays by March." in text
    assert "<ins>Twelve</ins> bays by March." in text
    assert "Harbour <b>" not in text
    assert [row.reason for row in drafts(database, tenant)] == ["Ten bays by March."]
    shown = form(sent.text, "/answer")
    assert (shown["reason"], shown["version"]) == ("Twelve bays by March.", "1")
    assert second.post(f"{FIRST}/answer", data=mine | {"version": shown["version"]}).status_code == 303
    assert [row.reason for row in drafts(database, tenant)] == ["Twelve bays by March."]
    again = second.post(f"{FIRST}/answer", data=mine | {"version": "1"})
    assert again.status_code == 303, "the same text again is no conflict"


def test_an_old_form_undoes_nothing_that_its_author_did_not_touch(
    database: Database, tenant: Tenant, desk: TestClient, second: TestClient
) -> None:
    kept = answered(act="draft", reason="Ten bays.", budget="1 million", step_1_title="Paint", step_1_due_on=day(9))
    desk.post(f"{FIRST}/answer", data=kept)
    chosen = {"act": "draft", "language": "en", "outcome": "adopted"}
    opened = form(second.get(FIRST).text, "/answer") | chosen
    newer = {"version": "1", "outcome": "partly", "budget": "2 million", "step_1_title": "Mark", "legal_url": "https://a.example"}
    desk.post(f"{FIRST}/answer", data=kept | newer)
    sent = second.post(f"{FIRST}/answer", data=opened | {"reason": "Twelve bays."})
    shown = form(sent.text, "/answer")
    assert (sent.status_code, "What is different stands below." in sent.text) == (409, True)
    assert [shown[name] for name in ("budget", "step_1_title", "reason")] == ["2 million", "Mark", "Twelve bays."]
    assert re.search(r'value="partly"[^>]* checked', sent.text)
    unsaid = second.post(f"{FIRST}/answer", data=opened)
    assert (unsaid.status_code, "stands below" in unsaid.text, form(unsaid.text, "/answer")["reason"]) == (
        409,
        False,
        "Ten bays.",
    )
    wrong = second.post(f"{FIRST}/answer", data=opened | {"due_on": "soon"})
    assert form(wrong.text, "/answer")["had"] == opened["had"], "correcting a form is not reading it anew"
    assert second.post(f"{FIRST}/answer", data=shown | chosen | {"outcome": "partly"}).status_code == 303
    [row] = drafts(database, tenant)
    assert (row.reason, row.outcome, row.budget, row.legal_url) == (
        "Twelve bays.",
        Outcome.PARTLY,
        "2 million",
        "https://a.example",
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"outcome": ""}, "Please choose one of the four answers."),
        ({"outcome": "maybe"}, "This is not one of the possible answers."),
        ({"reason": "  "}, "Every answer needs a reason."),
        ({"owner": ""}, "Please name the office that answers for this."),
        ({"due_on": ""}, "Please say by which day."),
        ({"due_on": "2020-01-01"}, "This day has passed already."),
        ({"due_on": "soon"}, "Please give a date as year-month-day."),
        ({"due_on": "2201-01-01"}, "Please give a date in the years 2000 to 2200."),
        ({"legal_url": "javascript:alert(1)"}, "begins with http:// or https://"),
        ({"legal_basis": "a" * 501}, "This is too long."),
        ({"step_1_title": "Bays"}, "Step 1 needs both: what will be done, and by which day."),
        ({"step_1_title": "Bays", "step_1_due_on": "2020-01-01"}, "The day of step 1 has passed already."),
        ({"step_1_title": "Bays", "step_1_due_on": "soon"}, "Please give a date as year-month-day."),
        ({"act": ""}, "This is not one of the possible answers."),
        ({"act": "publish"}, "This is not one of the possible answers."),
        ({"version": "x"}, "Please give a whole number."),
    ],
)
def test_an_answer_that_lacks_something_comes_back_with_everything_typed(
    database: Database, tenant: Tenant, desk: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    sent = desk.post(f"{FIRST}/answer", data=answered(reason="Because of the school.", owner="Schools") | wrong)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert ("Because of the school." in sent.text) == ("reason" not in wrong)
    assert ('value="Schools"' in sent.text) == ("owner" not in wrong)
    assert "<script>alert" not in sent.text
    assert ('value="Bays"' in sent.text) == ("step_1_title" in wrong)
    assert drafts(database, tenant) == []


def test_somebody_who_answered_meanwhile_is_not_overwritten_and_the_text_can_still_take_its_place(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient
) -> None:
    opened = form(desk.get(FIRST).text, "/answer")
    with database.write() as session:
        respond(session, official, reason="A colleague was faster.", now=clock())
    mine = answered(reason="Mine took longer.", seen=opened["seen"])
    sent = desk.post(f"{FIRST}/answer", data=mine)
    assert sent.status_code == 409
    assert "Somebody has answered meanwhile, so yours was not published." in sent.text
    assert "A colleague was faster." in sent.text
    shown = form(sent.text, "/answer")
    assert (shown["reason"], shown["seen"]) == ("Mine took longer.", "1")
    assert desk.post(f"{FIRST}/answer", data=mine | {"seen": shown["seen"]}).status_code == 303
    assert [row.reason for row in drafts(database, tenant)] == ["Mine took longer."]


def test_correcting_a_form_does_not_make_it_one_that_has_seen_a_later_answer(
    database: Database, official: Staff, desk: TestClient
) -> None:
    with database.write() as session:
        respond(session, official, reason="A colleague was faster.", now=clock())
    sent = desk.post(f"{FIRST}/answer", data=answered(due_on="soon", seen="0"))
    assert (sent.status_code, form(sent.text, "/answer")["seen"]) == (422, "0")
    sent = desk.post(f"{FIRST}/answer", data=answered(due_on="soon", seen="none"))
    assert (sent.status_code, form(sent.text, "/answer")["seen"]) == (422, "1")


def test_the_answer_that_stands_is_not_asked_for_again(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient
) -> None:
    with database.write() as session:
        respond(session, official, due_on=clock().date() + timedelta(days=60), now=clock())
    before = head(database, tenant)
    again = desk.post(f"{FIRST}/answer", data=answered())
    assert again.status_code == 409
    assert "This is the answer that stands already; nothing was changed." in again.text
    assert head(database, tenant) == before


def test_a_draft_is_kept_for_colleagues_and_not_shown_to_the_public(
    desk: TestClient, second: TestClient, client: TestClient
) -> None:
    draft = answered(act="draft", outcome="", reason="We are still counting.", due_on="", step_1_title="Count")
    assert desk.post(f"{FIRST}/answer", data=draft).status_code == 303
    page = second.get(FIRST).text
    assert "We are still counting." in page
    assert 'name="step_3_title"' in page, "two empty rows follow what is there"
    assert f'href="{FIRST}#answer"' in second.get("/official").text
    assert "Nothing waits for a review here." in second.get(REVIEW).text
    assert "We are still counting." not in client.get("/c/scooters/policy").text


def test_the_enter_key_keeps_a_draft(desk: TestClient) -> None:
    assert re.findall(r'<button[^>]*name="act" value="(\w+)"', desk.get(FIRST).text) == ["draft", "submit"]


@pytest.mark.parametrize("step", ["", "/milestones/1"])
def test_what_is_owed_is_put_off_for_everybody_to_see(
    database: Database, official: Staff, desk: TestClient, client: TestClient, step: str
) -> None:
    with database.write() as session:
        respond(session, official, due_on=clock().date() + timedelta(days=5), now=clock())
        promise(session, official, due_on=clock().date() + timedelta(days=5), now=clock())
        if not step:
            overdue = session.exec(select(Recommendation)).one()
            assert overdue.id is not None
    typed = {"to_day": day(9), "reason": "It rained <b>.", "progress": "Half is done.", "language": "en"}
    wrong = [
        ({"to_day": day(5)}, f"later than {i18n.day(clock().date() + timedelta(days=5), 'en')}, the one that counts now"),
        ({"to_day": day(-5)}, "This day has passed already."),
        ({"to_day": ""}, "Please give a date as year-month-day."),
        ({"reason": " "}, "Please say why it takes longer."),
        ({"progress": ""}, "Please say what has been done so far."),
    ]
    for change, sentence in wrong:
        refused = desk.post(f"{FIRST}{step}/extend", data=typed | change)
        assert (refused.status_code, sentence in refused.text) == (422, True), sentence
        assert "It rained &lt;b&gt;." in refused.text or "reason" in change
    assert desk.post(f"{FIRST}{step}/extend", data=typed).status_code == 303
    public = client.get("/c/scooters/policy").text
    assert "It rained &lt;b&gt;." in public
    assert "Half is done." in public
    assert "extended to" in public
    assert desk.post(f"{FIRST}/milestones/7/extend", data=typed).status_code == 404


def test_an_extension_where_nothing_is_owed_is_refused(database: Database, official: Staff, desk: TestClient) -> None:
    with database.write() as session:
        respond(session, official, Outcome.DECLINED, due_on=None)
    typed = {"to_day": day(9), "reason": "It rained.", "progress": "Half is done.", "language": "en"}
    refused = desk.post(f"{FIRST}/extend", data=typed)
    assert (refused.status_code, "Nothing is owed here" in refused.text) == (409, True)
    assert "It rained.\n\nHalf is done.</textarea>" in refused.text


def test_what_was_written_for_a_form_that_is_no_longer_there_can_be_copied(
    database: Database, official: Staff, desk: TestClient
) -> None:
    with database.write() as session:
        respond(session, official)
        promise(session, official, due_on=clock().date() + timedelta(days=3), now=clock())
        respond(session, official, Outcome.DECLINED, due_on=None, reason="Too dear.")
        recommendations.draft(session, staff=official, slug="scooters", text="Light.", language="en", statements=[1], now=clock())
    late = {"to_day": day(9), "reason": "Mine: rain <b>", "progress": "Mine: half", "language": "en"}
    step = {"title": "Mine: rain <b>", "due_on": day(9), "language": "en"}
    more = {"step_1_title": "Mine: half", "step_1_due_on": day(9)}
    proof = {"title": "Mine: rain <b>", "url": "https://example.org/", "language": "en"}
    elsewhere = "/official/scooters/r/2"
    for address, fields, status in (
        (f"{FIRST}/milestones/1/extend", late, 409),
        (f"{elsewhere}/extend", late, 409),
        (f"{elsewhere}/answer", answered(reason="Mine: rain <b>", **more), 409),
        (f"{elsewhere}/milestones", step, 409),
        (f"{FIRST}/milestones", step, 409),
        (f"{FIRST}/milestones/7/extend", late, 404),
        (f"{FIRST}/milestones/7/evidence", proof, 404),
        ("/official/scooters/r/7/answer", answered(reason="Mine: rain <b>", **more), 404),
        ("/official/-/answers/gone", answered(reason="Mine: rain <b>", **more), 404),
        (TOGETHER, answered(reason="Mine: rain <b>", **more), 422),
        (TOGETHER, answered(reason="Mine: rain <b>", chosen="scooters/2", **more), 409),
    ):
        page = desk.post(address, data=fields)
        kept = "".join(re.findall(r'<textarea id="written"[^>]*>(.*?)</textarea>', page.text, re.DOTALL))
        assert (page.status_code, "Mine: rain &lt;b&gt;" in kept) == (status, True), address
        assert "Mine: half" in kept or "Mine: half" not in fields.values(), address
    assert 'id="written"' not in desk.get(FIRST).text


def test_a_step_and_a_piece_of_evidence_sent_twice_are_one(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient
) -> None:
    with database.write() as session:
        respond(session, official)
    step = {"title": "The first bays", "due_on": day(9), "language": "en"}
    passed = desk.post(f"{FIRST}/milestones", data=step | {"due_on": day(-1)})
    assert (passed.status_code, "This day has passed already." in passed.text) == (422, True)
    proof = {"kind": "photo", "title": "The bays", "language": "en", "url": ""}
    for address, sent in (
        (f"{FIRST}/milestones", {"data": step}),
        (f"{FIRST}/milestones/1/evidence", {"data": proof | {"url": "https://example.org/"}}),
        (f"{FIRST}/milestones/1/evidence", {"data": proof, "files": {"file": ("bays.png", PICTURE, "image/png")}}),
    ):
        assert desk.post(address, **sent).status_code == 303
        again = desk.post(address, **sent)
        assert (again.status_code, "It stands so already; nothing was changed." in again.text) == (409, True), address
        assert f'value="{sent["data"]["title"]}"' in again.text
    [row] = found(database, tenant)
    assert (len(row.steps), len(row.steps[0].evidence)) == (1, 2)


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200815dd36aac0000000049454e44ae426082"
)


def test_a_photograph_is_evidence_that_everybody_sees(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient, client: TestClient
) -> None:
    with database.write() as session:
        respond(session, official)
        promise(session, official)
    address = f"{FIRST}/milestones/1/evidence"
    typed = {"kind": "photo", "title": "The bays in Station Street", "language": "en", "url": ""}
    sent = desk.post(address, data=typed, files={"file": ("../bays.png", PICTURE, "image/png")})
    assert sent.status_code == 303, sent.text
    [proof] = found(database, tenant)[0].steps[0].evidence
    assert (proof.kind.value, proof.media_type) == ("photo", "image/png")
    page = client.get("/c/scooters/policy").text
    assert f'src="{proof.url}" alt="The bays in Station Street"' in page
    assert client.get(proof.url).headers["content-type"] == "image/png"
    refused = [
        ({}, {"file": ("a.exe", b"MZ\x90\x00" * 9, "image/png")}, 422),
        ({}, {}, 422),
        ({"url": "https://example.org/"}, {"file": ("bays.png", PICTURE, "image/png")}, 422),
        ({"kind": "rumour", "url": "https://example.org/"}, {}, 422),
        ({"title": " ", "url": "https://example.org/"}, {}, 422),
        ({"url": "javascript:alert(1)"}, {}, 422),
    ]
    for change, files, status in refused:
        assert desk.post(address, data=typed | change, files=files or None).status_code == status, (change, files)
    assert len(found(database, tenant)[0].steps[0].evidence) == 1


def test_one_answer_is_given_to_several_at_once(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient, second: TestClient
) -> None:
    with database.write() as session:
        recommend(session, official, text="Light the bays.")
    assert 'name="chosen" value="scooters/2"' in desk.get("/official").text
    page = desk.get(f"{TOGETHER}?chosen=scooters/1&chosen=scooters/2").text
    assert ("Mark parking bays." in page, "Light the bays." in page) == (True, True)
    chosen = {"chosen": ["scooters/1", "scooters/2"]}
    refused = desk.post(TOGETHER, data=answered(reason=" ") | chosen)
    assert (refused.status_code, refused.text.count('name="chosen"')) == (422, 2)
    nothing = desk.post(TOGETHER, data=answered(reason="Too dear.") | {"offered": chosen["chosen"]})
    assert (nothing.status_code, nothing.text.count('name="chosen"'), " checked><span>Recommendation" in nothing.text) == (
        422,
        2,
        False,
    )
    assert "Too dear.</textarea>" in nothing.text
    begun = desk.post(TOGETHER, data=answered(outcome="declined", due_on="", reason="Too dear.") | chosen)
    assert begun.status_code == 303
    batch = begun.headers["location"]
    again = desk.post(TOGETHER, data=answered() | chosen)
    assert (again.status_code, "An answer has been begun or given already" in again.text) == (409, True)
    read = form(second.get(f"{batch}/review").text, "/approve")
    assert second.get(REVIEW).headers["location"] == f"{batch}/review"
    alone = second.post(f"{REVIEW}/return", data={"version": "1", "note": "Say why."})
    assert (alone.status_code, "This answer is given together with others." in alone.text) == (409, True)
    assert form(alone.text, f"{batch}/review/return") == read | {"note": "Say why."}
    reading = form(desk.get(batch).text, batch) | {"act": "draft", "language": "en", "outcome": "declined"}
    assert f'href="{batch}/review"' in second.get("/official").text
    desk.post(batch, data=form(desk.get(batch).text, batch) | answered(outcome="declined", due_on="", reason="Far too dear."))
    late = second.post(f"{batch}/review/approve", data=read)
    assert (late.status_code, "Far too dear." in late.text, "stands below" in late.text) == (409, True, False)
    old = desk.post(batch, data=reading | {"budget": "None"})
    assert (old.status_code, form(old.text, batch)["reason"]) == (409, "Far too dear.")
    assert second.post(f"{batch}/review/approve", data=form(late.text, "/approve")).status_code == 303
    assert [row.state for row in found(database, tenant)] == ["declined", "declined"]
    assert desk.get(batch).status_code == 404
    assert second.post(f"{batch}/review/approve", data=form(late.text, "/approve")).status_code == 303, "sent twice"
    assert desk.post(f"{batch}/review/approve", data=read).status_code == 409
    late = second.post(f"{batch}/review/return", data=read | {"note": "Say <b> by whom."})
    assert (late.status_code, "Say &lt;b&gt; by whom.</textarea>" in late.text) == (409, True)


def test_a_batch_that_is_somebody_elses_is_not_there(
    database: Database, other_tenant: Tenant, official: Staff, desk: TestClient, sign_in: SignIn
) -> None:
    batch = desk.post(TOGETHER, data=answered() | {"chosen": "scooters/1"}).headers["location"]
    stranger = sign_in(Role.OFFICIAL, of=other_tenant)
    assert stranger.get(batch).status_code == 404
    assert stranger.get(f"{batch}/review").status_code == 404
    assert stranger.post(batch, data=answered()).status_code == 404
    assert stranger.get(f"{TOGETHER}?chosen=scooters/1").status_code == 404
    assert stranger.post(f"{batch}/review/approve", data={"mark": "1.1"}).status_code == 409
    assert "No recommendation is chosen." in desk.get(f"{TOGETHER}?chosen=x&chosen=/&chosen=a/b").text


def test_the_policy_page_can_be_narrowed_and_sorted(database: Database, official: Staff, client: TestClient) -> None:
    with database.write() as session:
        recommend(
            session,
            official,
            text="Light the bays.",
            answer_due_on=clock().date() - timedelta(days=3),
            now=clock() - timedelta(days=9),
        )
        respond(session, official, owner="Harbour", due_on=clock().date() + timedelta(days=60), now=clock())

    def shown(query: str) -> list[str]:
        return re.findall(r'<article class="card" id="r(\d+)"', client.get(f"/c/scooters/policy?{query}").text)

    assert shown("") == ["1", "2"]
    assert (shown("show=open"), shown("show=overdue"), shown("show=answered")) == (["2"], ["2"], ["1"])
    assert (shown("order=day"), shown("office=Harbour"), shown("office=Nobody")) == (["2", "1"], ["1"], [])
    assert shown("show=%00&order=x&office=") == ["1", "2"]
    assert "None of the recommendations is like that." in client.get("/c/scooters/policy?office=Nobody&order=day").text
    assert "3 days ago" in client.get("/c/scooters/policy").text
