"""Following by mail: who is asked, who is told, what is told, and what is forgotten."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from deliberation import conversations, digests, item_news, ledger, milestones, news, subscriptions
from deliberation.deliveries import Letter
from deliberation.errors import NotFound
from deliberation.errors.people import EmailInvalid, SubscriptionLinkInvalid
from deliberation.mail_addresses import checked
from deliberation.municipalities import Tenant
from deliberation.news_item import Item, Kind
from deliberation.storage.engine import Database
from deliberation.storage.tables import Delivery, Person, Subscription, SubscriptionItem
from deliberation.values import Choice, Outcome, Role, Stage
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.outcomes import analyse, make_reported, make_voted, promise, recommend, respond

MEI = "mei@example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UTC = ZoneInfo("UTC")


def ask(session: Session, tenant: Tenant, email: str = MEI, slug: str = "scooters", now: datetime = NOON) -> None:
    subscriptions.ask(session, municipality_id=tenant.id, slug=slug, email=email, language="en", now=now)


def rows(session: Session) -> list[Subscription]:
    return list(session.exec(select(Subscription).order_by("id")))


def confirm(session: Session, tenant: Tenant, token: str, person: str | None = None, now: datetime = NOON) -> str:
    return subscriptions.confirm(session, municipality_id=tenant.id, token=token, person=person, now=now)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Mei@Example.ORG ", "mei@example.org"),
        ("mei.o'neil+square@mail.example.org", "mei.o'neil+square@mail.example.org"),
        ("mei@例え.jp", "mei@xn--r8jz45g.jp"),
    ],
)
def test_an_address_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert checked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mei",
        "@example.org",
        "mei@",
        "mei@localhost",
        "a b@example.org",
        "mei@example.org\nBcc: x@example.org",
        "mei@exa mple.org",
        "<mei@example.org>",
        "mei@example.org,you@example.org",
        ".mei@example.org",
        "m" * 65 + "@example.org",
        "mei@" + "a" * 250 + ".org",
        "mei@-example.org",
        "メイ@example.org",
        "mei@example..org",
        "\u202emei@example.org",
    ],
)
def test_what_is_no_address_is_refused(database: Database, tenant: Tenant, typed: str) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        with pytest.raises(EmailInvalid):
            ask(session, tenant, typed)
        assert rows(session) == []


def test_asking_again_changes_nothing_for_whoever_follows(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        ask(session, tenant)
        (row,) = rows(session)
        confirm(session, tenant, row.token)
        before = row.model_dump()
        ask(session, tenant, " MEI@example.org", now=NOON + HOUR)
        (row,) = rows(session)
        assert row.model_dump() == before


def test_asking_again_before_confirming_has_the_link_sent_again(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        ask(session, tenant)
        for _ in range(2):
            assert digests.anybody_to_invite(session)
            digests.invite(session, lambda invitation: Letter("Hello", invitation.token, "en"), NOON)
            assert not digests.anybody_to_invite(session)
            ask(session, tenant)
        (row,) = rows(session)
        assert [mail.text for mail in session.exec(select(Delivery))] == [row.token] * 2


def test_a_link_runs_out_unless_it_was_used(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        ask(session, tenant)
        (row,) = rows(session)
        with pytest.raises(SubscriptionLinkInvalid):
            confirm(session, tenant, row.token, now=NOON + 8 * DAY)
        confirm(session, tenant, row.token, now=NOON + 6 * DAY)
        subscriptions.forget_unconfirmed(session, NOON + 30 * DAY)
        assert subscriptions.of_token(session, tenant.id, row.token, "en", NOON + 30 * DAY).confirmed


def test_a_link_is_good_in_its_own_municipality_only(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        with pytest.raises(NotFound):
            ask(session, other_tenant)
        ask(session, tenant)
        (row,) = rows(session)
        with pytest.raises(SubscriptionLinkInvalid):
            confirm(session, other_tenant, row.token)
        with pytest.raises(SubscriptionLinkInvalid):
            subscriptions.stop(session, municipality_id=other_tenant.id, token=row.token, now=NOON)
        assert subscriptions.stop_all(session, municipality_id=other_tenant.id, token=row.token, now=NOON) == 0
        assert len(rows(session)) == 1


def test_only_whoever_confirms_is_connected_with_the_address(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        session.add(Person(id="m" * 32, municipality_id=tenant.id, created_at=NOON))
        session.flush()
        ask(session, tenant)
        (row,) = rows(session)
        assert row.person_id is None
        confirm(session, tenant, row.token, person="nobody that is stored")
        assert row.person_id is None
        confirm(session, tenant, row.token, person="m" * 32)
        assert [one.slug for one in subscriptions.of_person(session, tenant.id, "m" * 32, "en")] == ["scooters"]


def test_one_conversation_or_all_can_be_left(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for slug in ("scooters", "trees", "parks"):
            make_conversation(session, tenant, slug)
            ask(session, tenant, slug=slug)
        ask(session, tenant, "other@example.org")
        for row in rows(session):
            confirm(session, tenant, row.token)
        first, second = rows(session)[:2]
        assert subscriptions.of_token(session, tenant.id, first.token, "en", NOON).others
        assert subscriptions.stop(session, municipality_id=tenant.id, token=first.token, now=NOON) == "scooters"
        assert subscriptions.stop_all(session, municipality_id=tenant.id, token=second.token, now=NOON) == 2
        assert subscriptions.stop_all(session, municipality_id=tenant.id, token=second.token, now=NOON) == 0
        assert [row.email for row in rows(session)] == ["other@example.org"]


def told(session: Session, since: datetime = NOON, now: datetime = NOON + 40 * DAY) -> list[Item]:
    conversation = conversations.get(session, 1, "scooters")
    return news.of_conversation(session, conversation, since=since, now=now, locale="en", zone=UTC)


def kinds(items: list[Item]) -> list[Kind]:
    return [item.kind for item in items]


def test_everything_that_happens_is_news_once(database: Database, tenant: Tenant) -> None:
    closes = NOON + 10 * DAY
    make_reported(database, tenant, closes_at=closes)
    with database.write() as session:
        conversation = conversations.get(session, tenant.id, "scooters")
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        conversations.enter_stage(session, conversation, Stage.REFLECTION, actor=ledger.SYSTEM, now=NOON + HOUR)
        make_statement(session, conversation, created_at=NOON, decided_at=NOON + 2 * HOUR)
        recommend(session, staff, now=NOON + 3 * HOUR)
        respond(session, staff, Outcome.PARTLY, now=NOON + 4 * HOUR)
        promise(session, staff, due_on=date(2026, 6, 3), now=NOON + 5 * HOUR)
        promise(session, staff, due_on=date(2026, 6, 20), now=NOON + 5 * HOUR)
        milestones.finish(session, staff=staff, slug="scooters", number=1, step=2, done_on=date(2026, 6, 1), now=NOON + 6 * HOUR)
        found = told(session)
        assert kinds(found) == [
            Kind.STAGE,
            Kind.STATEMENTS,
            Kind.RECOMMENDATION,
            Kind.ANSWER,
            Kind.MILESTONE_DONE,
            Kind.MILESTONE_OVERDUE,
            Kind.CLOSES_SOON,
            Kind.CLOSED,
        ]
        assert [item.at for item in found[-2:]] == [closes - timedelta(days=3), closes]
        assert found[5].at == NOON.replace(day=4, hour=0)
        assert len({item.key for item in found}) == len(found)
        for item in found:
            assert item.key not in {later.key for later in told(session, since=item.at)}
        assert told(session, since=NOON + 40 * DAY) == []
        assert Kind.REPORT in kinds(told(session, since=NOON - HOUR))


def test_what_has_not_happened_yet_or_does_not_hold_any_more_is_no_news(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant, closes_at=NOON + 10 * DAY)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, now=NOON)
        respond(session, staff, now=NOON)
        promise(session, staff, due_on=date(2026, 6, 20), now=NOON)
        milestones.finish(session, staff=staff, slug="scooters", number=1, step=1, done_on=date(2026, 6, 1), now=NOON + HOUR)
        milestones.reopen(session, staff=staff, slug="scooters", number=1, step=1, now=NOON + 2 * HOUR)
        assert told(session, now=NOON + 6 * DAY) == []


def test_new_groups_are_news_where_they_are_large_enough_to_be_shown(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
    analyse(database, conversation, NOON + HOUR)
    with database.read() as session:
        row = conversations.get(session, tenant.id, "scooters")
        found = news.groups_since(session, row, NOON)
        assert found is not None
        assert (found.kind, found.number) == (Kind.GROUPS, 2)
        assert news.groups_since(session, row, NOON + HOUR) is None
        row.publication_minimum = 100
        assert news.groups_since(session, row, NOON) is None
    with database.write() as session:
        answer(session, tenant, "scooters", "scooters 5", 1, Choice.PASS, now=NOON + 2 * HOUR)
    analyse(database, conversation, NOON + 3 * HOUR)
    with database.read() as session:  # the same groups again are no news
        assert news.groups_since(session, conversations.get(session, tenant.id, "scooters"), NOON + 2 * HOUR) is None


def test_a_digest_sums_up() -> None:
    def item(kind: Kind, key: str, hours: int, number: int = 0) -> Item:
        return Item(kind, key, NOON + hours * HOUR, number)

    found = news.summed(
        [
            item(Kind.STATEMENTS, "statements/2026-06-01", 0, 3),
            item(Kind.STAGE, "stage/1", 1),
            item(Kind.STATEMENTS, "statements/2026-06-02", 25, 4),
            item(Kind.STAGE, "stage/2", 26),
            item(Kind.CLOSES_SOON, "closes-soon", 27),
            item(Kind.CLOSED, "closed", 99),
        ]
    )
    assert [(one.kind, one.key, one.number) for one in found] == [
        (Kind.STATEMENTS, "statements/2026-06-02", 7),
        (Kind.STAGE, "stage/2", 0),
        (Kind.CLOSED, "closed", 0),
    ]


def test_one_item_is_followed_with_what_comes_of_it_once_its_owner_has_confirmed(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, findings=["shared-1-agree"], statements=[])
        recommend(session, staff, text="Something else.", statements=[2])
        for item in ("r/1", "r/9", "s/x", "r/1/a/1"):
            wanted = {"slug": "scooters", "email": MEI, "language": "en", "item": item, "now": NOON}
            if item == "r/1":
                subscriptions.ask(session, municipality_id=tenant.id, **wanted)
            else:
                with pytest.raises(NotFound):
                    subscriptions.ask(session, municipality_id=tenant.id, **wanted)
        (row,) = rows(session)
        asked: list[tuple[str, ...]] = []
        digests.invite(session, lambda invitation: asked.append(invitation.items) or Letter("Hello", "", "en"), NOON)
        assert asked == [("r/1",)]
        confirm(session, tenant, row.token, now=NOON + HOUR)
        respond(session, staff, now=NOON + 2 * HOUR)
        respond(session, staff, number=2, now=NOON + 2 * HOUR)
        conversations.enter_stage(
            session, conversations.get(session, tenant.id, "scooters"), Stage.REFLECTION, actor=ledger.SYSTEM, now=NOON + 2 * HOUR
        )
        assert [item.key for item in digest(session)] == ["recommendation/1/answer/1"]
        # More is told only after another confirmation, and the day of the next digest stays.
        subscriptions.ask(
            session, municipality_id=tenant.id, slug="scooters", email=MEI, language="en", item="s/2", now=NOON + 3 * HOUR
        )
        assert [item.key for item in digest(session)] == ["recommendation/1/answer/1"]
        assert digests.anybody_to_invite(session)
        digests.invite(session, lambda _: Letter("Hello", "", "en"), NOON + 3 * HOUR)
        assert not digests.anybody_to_invite(session)
        assert row.mailed_at is None
        following = subscriptions.of_token(session, tenant.id, row.token, "en", NOON)
        assert (following.items, following.wanted, following.whole) == (("r/1",), ("s/2",), False)
        confirm(session, tenant, row.token, now=NOON + 4 * HOUR)
        assert [item.key for item in digest(session)] == ["recommendation/1/answer/1", "recommendation/2/answer/1"]
        subscriptions.stop(session, municipality_id=tenant.id, token=row.token, item="r/1", now=NOON)
        assert [item.key for item in digest(session)] == ["recommendation/2/answer/1"]
        ask(session, tenant)
        confirm(session, tenant, row.token, now=NOON + 5 * HOUR)
        assert Kind.STAGE in kinds(digest(session))
        subscriptions.stop(session, municipality_id=tenant.id, token=row.token, now=NOON)
        assert rows(session) == []
        assert session.exec(select(SubscriptionItem)).all() == []


def digest(session: Session) -> list[Item]:
    """What the one follower would be told two days later."""
    (follower,) = digests.followers(session, NOON + 2 * DAY)
    due = digests.news_of(session, follower, NOON + 2 * DAY)
    return [] if due is None else [item for chapter in due.digest.chapters for item in chapter.items]


def test_what_a_new_report_finds_about_a_statement_is_news_of_the_statement(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.read() as session:
        row = conversations.get(session, tenant.id, "scooters")
        span = {"since": NOON - DAY, "now": NOON + DAY, "locale": "en", "zone": UTC}
        found = item_news.of_items(session, row, ["s/1"], **span)
        assert [(item.kind, item.about, item.number) for item in found] == [(Kind.FINDING, "report/1/f/shared-1-agree", 1)]
        assert item_news.of_items(session, row, ["s/99"], **span) == []


def test_an_item_that_nobody_confirmed_is_forgotten(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        ask(session, tenant)
        (row,) = rows(session)
        confirm(session, tenant, row.token)
        row.whole = False
        session.add(row)
        session.flush()
        subscriptions.ask(session, municipality_id=tenant.id, slug="scooters", email=MEI, language="en", item="s/1", now=NOON)
        subscriptions.forget_unconfirmed(session, NOON + 6 * DAY)
        assert len(session.exec(select(SubscriptionItem)).all()) == 1
        subscriptions.forget_unconfirmed(session, NOON + 8 * DAY)
        assert session.exec(select(SubscriptionItem)).all() == []
