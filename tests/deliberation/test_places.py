"""Areas, fields of interest, and how residents look through the conversations by them."""

import pytest
from sqlmodel import select

from deliberation import directory, embedding, places, translations
from deliberation.accounts import Staff
from deliberation.directory import Asked, Directory
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import SlugInvalid, SlugTaken
from deliberation.errors.places import AreaInUse, AreaUnnamed, EmbedHostInvalid, TooManyEmbedHosts
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import LedgerEntry
from deliberation.values import Choice, Interest, Provenance, Role, Stage, Translatable
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

MEI = "m" * 32


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.ADMIN)


def add(database: Database, admin: Staff, slug: str = "north", name: str = "North Harbour", language: str = "en") -> None:
    with database.write() as session:
        places.add_area(session, staff=admin, slug=slug, name=name, language=language, now=NOON)


def put(database: Database, admin: Staff, slug: str, *interests: Interest, areas: tuple[str, ...] = ()) -> None:
    with database.write() as session:
        places.place(session, staff=admin, slug=slug, areas=areas, interests=interests, now=NOON)


def look(database: Database, tenant: Tenant, locale: str = "en", person: str | None = None, **asked: object) -> Directory:
    with database.read() as session:
        return directory.look(session, tenant.id, Asked(**asked), locale=locale, person=person, now=NOON)  # type: ignore[arg-type]


def slugs(found: Directory) -> list[str]:
    return [entry.conversation.slug for entry in found.found]


# Areas


def test_an_area_is_read_in_the_readers_language(database: Database, tenant: Tenant, admin: Staff) -> None:
    add(database, admin)
    with database.write() as session:
        area = identity(places.get(session, tenant.id, "north"))
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.AREA,
            subject_id=area,
            language="ja",
            text="北港地区",
            provenance=Provenance.HUMAN,
        )
    with database.read() as session:
        assert [place.name.text for place in places.areas(session, tenant.id, "ja")] == ["北港地区"]
        assert [place.name.text for place in places.areas(session, tenant.id, "ko")] == ["North Harbour"]


def test_a_new_name_takes_the_old_names_translations_with_it(database: Database, tenant: Tenant, admin: Staff) -> None:
    test_an_area_is_read_in_the_readers_language(database, tenant, admin)
    with database.write() as session:
        places.rename_area(session, staff=admin, slug="north", name="  Old   Harbour ", language="en", now=NOON)
    with database.read() as session:
        assert [place.name.text for place in places.areas(session, tenant.id, "ja")] == ["Old Harbour"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"slug": "North Harbour"}, SlugInvalid),
        ({"slug": "north"}, SlugTaken),
        ({"slug": "south", "name": " \t"}, AreaUnnamed),
    ],
)
def test_an_area_needs_a_name_and_an_address_of_its_own(
    database: Database, admin: Staff, fields: dict[str, str], refusal: type[Exception]
) -> None:
    add(database, admin)
    with pytest.raises(refusal):
        add(database, admin, **fields)


def test_an_area_in_use_stays_until_it_is_taken_off(database: Database, tenant: Tenant, admin: Staff) -> None:
    add(database, admin)
    with database.write() as session:
        make_conversation(session, tenant)
    put(database, admin, "scooters", areas=("north",))
    with pytest.raises(AreaInUse), database.write() as session:
        places.remove_area(session, staff=admin, slug="north", now=NOON)
    put(database, admin, "scooters")
    with database.write() as session:
        places.remove_area(session, staff=admin, slug="north", now=NOON)
        assert places.rows(session, tenant.id) == []


def test_only_administrators_place_things_and_only_their_own(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: Staff
) -> None:
    add(database, admin)
    with database.write() as session:
        make_conversation(session, tenant)
        moderator, theirs = make_staff(session, tenant), make_staff(session, other_tenant, Role.ADMIN)
    with pytest.raises(Forbidden):
        put(database, moderator, "scooters", Interest.SAFETY)
    with pytest.raises(NotFound):
        put(database, theirs, "scooters", Interest.SAFETY)
    with pytest.raises(NotFound), database.write() as session:
        places.remove_area(session, staff=theirs, slug="north", now=NOON)


def test_the_ledger_says_what_was_placed_once_and_no_names(database: Database, tenant: Tenant, admin: Staff) -> None:
    add(database, admin)
    with database.write() as session:
        make_conversation(session, tenant)
    for _ in range(2):
        put(database, admin, "scooters", Interest.SAFETY, Interest.TRANSPORT, areas=("north",))
    with database.read() as session:
        entries = session.exec(select(LedgerEntry).where(LedgerEntry.municipality_id == tenant.id)).all()
    placed = [entry.facts for entry in entries if entry.action == "conversation.places"]
    assert placed == [{"areas": ["north"], "interests": ["safety", "transport"]}]
    assert not [entry for entry in entries if "Harbour" in str(entry.facts)]


# Looking through the conversations


@pytest.fixture
def three(database: Database, tenant: Tenant, admin: Staff) -> None:
    """Three conversations: scooters (transport, north), buses (transport, closed), library (education, in Thai)."""
    add(database, admin)
    with database.write() as session:
        make_conversation(session, tenant, topic="Rules for shared Ｅ-scooters", background="Parking")
        make_conversation(session, tenant, "buses", topic="夜行バスは必要ですか", background="", language="ja", closes_at=NOON)
        make_conversation(session, tenant, "library", topic="ห้องสมุดวันอาทิตย์", background="", language="th", stage=Stage.REFLECTION)
    put(database, admin, "scooters", Interest.TRANSPORT, areas=("north",))
    put(database, admin, "buses", Interest.TRANSPORT)
    put(database, admin, "library", Interest.EDUCATION)


def test_open_conversations_come_first(database: Database, tenant: Tenant, three: None) -> None:
    assert slugs(look(database, tenant)) == ["library", "scooters", "buses"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("e-SCOOTERS rules", ["scooters"]),
        ("parking", ["scooters"]),
        ("バス", ["buses"]),
        ("ﾊﾞｽ", ["buses"]),
        ("สมุด", ["library"]),
        ("scooters พ", []),
        ("%", []),
    ],
)
def test_words_are_found_in_every_script_whatever_width_and_case(
    database: Database, tenant: Tenant, three: None, words: str, found: list[str]
) -> None:
    assert slugs(look(database, tenant, words=words)) == found


def test_words_are_found_in_the_translation_that_the_reader_sees(database: Database, tenant: Tenant, three: None) -> None:
    with database.write() as session:
        for row in look(database, tenant).found:
            if row.conversation.slug == "buses":
                translations.put(
                    session,
                    municipality_id=tenant.id,
                    subject=Translatable.TOPIC,
                    subject_id=identity(row.conversation),
                    language="ko",
                    text="심야 버스가 필요할까요?",
                    provenance=Provenance.HUMAN,
                )
    assert slugs(look(database, tenant, "ko", words="버스가")) == ["buses"]
    assert slugs(look(database, tenant, "en", words="버스가")) == []


def test_choices_narrow_and_say_how_many_each_would_leave(database: Database, tenant: Tenant, three: None) -> None:
    found = look(database, tenant, interest=Interest.TRANSPORT)
    assert slugs(found) == ["scooters", "buses"]
    assert found.total == 3
    assert found.interests == {Interest.TRANSPORT: 2, Interest.EDUCATION: 1}
    assert found.stages == {Stage.OPINION: 2, Stage.REFLECTION: 0}
    assert [(place.slug, count) for place, count in found.areas] == [("north", 1)]
    assert slugs(look(database, tenant, interest=Interest.TRANSPORT, area="north", stage=Stage.OPINION)) == ["scooters"]
    assert slugs(look(database, tenant, area="nowhere")) == []


def test_a_card_counts_people_and_votes_and_what_the_reader_answered(database: Database, tenant: Tenant, three: None) -> None:
    with database.write() as session:
        conversation = next(e.conversation for e in look(database, tenant).found if e.conversation.slug == "scooters")
        for _ in range(2):
            make_statement(session, conversation)
        for number in (1, 2):
            answer(session, tenant, "scooters", MEI, number, Choice.AGREE)
        answer(session, tenant, "scooters", "k" * 32, 1, Choice.PASS)
    entry = next(e for e in look(database, tenant, person=MEI).found if e.conversation.slug == "scooters")
    assert (entry.turnout.participants, entry.turnout.votes, entry.answered) == (2, 3, 2)
    assert next(e for e in look(database, tenant).found if e.conversation.slug == "scooters").answered == 0


# Sites that may show the card


def allow(database: Database, admin: Staff, *hosts: str) -> list[str]:
    with database.write() as session:
        embedding.allow(session, staff=admin, slug="scooters", hosts=hosts, now=NOON)
    with database.read() as session:
        return embedding.hosts(session, admin.municipality_id, "scooters")


@pytest.mark.parametrize(
    "host", ["https://example.org", "example.org/page", "exa mple.org", "example.org;", "*", "*.org", "a.example.org'", "x" * 254]
)
def test_only_host_names_may_be_named(database: Database, tenant: Tenant, admin: Staff, host: str) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    with pytest.raises(EmbedHostInvalid):
        allow(database, admin, "fine.example.org", host)
    with database.read() as session:
        assert embedding.hosts(session, tenant.id, "scooters") == []


def test_hosts_are_kept_in_order_once_and_replaced(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    assert allow(database, admin, " WWW.Example.org", "", "*.example.net:8443", "www.example.org") == [
        "*.example.net:8443",
        "www.example.org",
    ]
    assert allow(database, admin, "127.0.0.1:9000") == ["127.0.0.1:9000"]
    with pytest.raises(TooManyEmbedHosts):
        allow(database, admin, *(f"h{number}.example.org" for number in range(21)))
