from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation
from deliberation.values import Role
from tests.support.make import make_conversation
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse
from tests.support.pages import form, words

ON_SQLITE = True

SignIn = Callable[..., TestClient]
GROUPS = "/moderate/c/scooters/groups"


def test_a_moderator_sees_what_defines_each_group_and_names_it(sign_in: SignIn, camps: Conversation) -> None:
    moderator = sign_in()
    page = moderator.get(GROUPS)
    assert page.status_code == 200
    for said in ("Group A 14 people", "54% of all 26 participants.", "In group A, ", "No judgement, no party"):
        assert said in words(page.text)
    fields = form(page.text, "/groups")
    answer = moderator.post(GROUPS, data={**fields, "name": "Pavements <first>", "language": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{GROUPS}#group-A")
    page = moderator.get(GROUPS)
    assert "The name is shown from now on wherever the group is." in words(page.text)
    assert form(page.text, "/groups")["name"] == "Pavements <first>"
    moderator.post(GROUPS, data={**fields, "name": " ", "language": "en"})
    assert "The group goes by its letter alone again." in words(moderator.get(GROUPS).text)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"name": "x" * 41}, 422, "Please make it shorter: at most 40 characters."),
        ({"name": "🙂"}, 422, "Please write the name with letters or digits"),
        ({"name": "Walkers", "language": "<en>"}, 422, "This is not one of the possible answers."),
        ({"name": "Walkers", "label": "Z"}, 422, "There has been no group Z in this conversation."),
        ({"name": "Taken"}, 409, "Group B has this name already."),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    sign_in: SignIn, camps: Conversation, typed: dict[str, str], status: int, said: str
) -> None:
    moderator = sign_in()
    moderator.post(GROUPS, data={"label": "B", "name": "Taken", "language": "en"})
    answer = moderator.post(GROUPS, data={"label": "A", "language": "en"} | typed)
    assert answer.status_code == status
    assert said in words(answer.text)
    if "label" not in typed:
        assert form(answer.text, "/groups")["name"] == typed["name"]


def test_a_withheld_group_is_not_shown_to_moderators_either(sign_in: SignIn, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(30, 20), statements=16, publication_minimum=25)
    analyse(database, conversation)
    text = words(sign_in().get(GROUPS).text)
    assert "Group B" not in text
    assert "2 groups are not shown by themselves" in text


def test_without_groups_there_is_nothing_to_name(sign_in: SignIn, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page = sign_in().get(GROUPS)
    assert page.status_code == 200
    assert "There are no groups to name." in words(page.text)


def test_only_moderators_of_this_municipality_enter(
    sign_in: SignIn, client: TestClient, other_tenant: Tenant, camps: Conversation
) -> None:
    assert client.get(GROUPS).status_code == 403
    assert sign_in(Role.OFFICIAL).get(GROUPS).status_code == 403
    stranger = sign_in(of=other_tenant)
    assert stranger.get(GROUPS).status_code == 404
    assert stranger.post(GROUPS, data={"label": "A", "name": "Walkers", "language": "en"}).status_code == 404
