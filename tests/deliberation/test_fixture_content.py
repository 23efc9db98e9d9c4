"""The demo deliberation and the malformed exports are what `fixtures/README.md` says they are."""

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import pytest
import regex

from deliberation.demo_model import MINUTES_PER_DAY, NEVER, PlannedStatement, Residents, read_residents, read_statements
from deliberation.demo_votes import Simulation, simulate
from deliberation.values import LANGUAGES, Channel, ModerationMode, Outcome, Reason, Role, Stage

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOUNS = (
    "municipality",
    "conversation",
    "places",
    "proposals",
    "statements",
    "moderation",
    "residents",
    "groups",
    "report",
    "recommendations",
    "drafts",
)
EXPORT_FILES = ("summary.csv", "comments.csv", "votes.csv", "participants-votes.csv")
BROKEN_EXPORTS = ("missing-column", "vote-two", "unknown-comment", "not-utf8", "empty")

SCRIPTS = {
    "en": r"[\p{Latin}\p{Common}]+",
    "ja": r"[\p{Hiragana}\p{Katakana}\p{Han}\p{Latin}\p{Common}]+",
    "ko": r"[\p{Hangul}\p{Latin}\p{Common}]+",
    "th": r"[\p{Thai}\p{Latin}\p{Common}]+",
    "zh-Hans": r"[\p{Han}\p{Latin}\p{Common}]+",
    "zh-Hant": r"[\p{Han}\p{Latin}\p{Common}]+",
}
OWN_SCRIPT = {
    "en": r"\p{Latin}",
    "ja": r"[\p{Hiragana}\p{Katakana}\p{Han}]",
    "ko": r"\p{Hangul}",
    "th": r"\p{Thai}",
    "zh-Hans": r"\p{Han}",
    "zh-Hant": r"\p{Han}",
}
TRADITIONAL_ONLY = set(
    "們個對學車應該時間讓這還說會來過為與開關後邊點處優樣實業亂誰專線單號費錢歲盡總數據資險騎軟滿靜電動場區碼頭機門語聽書"
)
SIMPLIFIED_ONLY = set(
    "们个对学车应该时间让这还说会来过为与开关后边点处优样实业乱谁专线单号费钱岁尽总数据资险骑软满静电动场区码头机门语听书"
)


def load(noun: str) -> dict[str, Any]:
    return tomllib.loads((FIXTURES / "demo" / f"{noun}.toml").read_text(encoding="utf-8"))


def texts_in(node: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every table that holds a text in languages, with the path to it."""
    if isinstance(node, list):
        for position, child in enumerate(node, start=1):
            yield from texts_in(child, f"{where}[{position}]")
    elif isinstance(node, dict):
        if node and set(node) & set(LANGUAGES) and all(isinstance(value, str) for value in node.values()):
            yield where, node
        else:
            for key, child in node.items():
                yield from texts_in(child, f"{where}.{key}")


def urls_in(node: Any) -> Iterator[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from urls_in(child)
    if isinstance(node, dict) and "url" in node:
        yield node["url"]


TEXTS = [found for noun in NOUNS for found in texts_in(load(noun), noun)]
STATEMENTS = load("statements")["statements"]
BY_NUMBER = {statement["number"]: statement for statement in STATEMENTS}
MODERATION = load("moderation")
RECOMMENDATIONS = load("recommendations")["recommendations"]
MERGED = {merge["statement"] for merge in MODERATION["merges"]}
REJECTED = {rejection["statement"] for rejection in MODERATION["rejections"]}
ACCEPTED = {number for number, statement in BY_NUMBER.items() if "accepted" in statement and number not in MERGED}
PENDING = set(BY_NUMBER) - ACCEPTED - MERGED - REJECTED
PLANTED = {
    kind: [s["number"] for s in STATEMENTS if s.get("planted") == kind]
    for kind in ("shared", "split", "unsure", "shared_disagree")
}
OFFICES = {office["key"] for office in load("municipality")["offices"]}
STAFF = {person["email"]: person["role"] for person in load("municipality")["staff"]}
RESIDENTS = read_residents(load("residents"))
PLANNED = read_statements(load("statements"), MODERATION)
SEED = load("residents")["seed"]


@pytest.fixture(scope="module")
def drawn() -> Simulation:
    return simulate(RESIDENTS, PLANNED, SEED)


def last_choices(drawn: Simulation) -> dict[tuple[int, int], int]:
    """What each resident last said about each statement; votes stand in order of time."""
    return {
        (int(r), int(s)): int(c) for r, s, c in zip(drawn.votes.resident, drawn.votes.statement, drawn.votes.choice, strict=True)
    }


def answers_of(drawn: Simulation, camp: str, number: int) -> np.ndarray:
    return np.array([c for (r, s), c in last_choices(drawn).items() if s == number and drawn.people.camp[r] == camp])


# Texts


def test_the_deliberation_holds_as_many_texts_as_its_parts_need():
    assert len(TEXTS) > len(STATEMENTS) + len(MODERATION["rejections"]) + len(MODERATION["merges"]) + 2 * len(RECOMMENDATIONS)


@pytest.mark.parametrize(("where", "text"), TEXTS, ids=[where for where, _ in TEXTS])
def test_every_text_stands_in_all_six_languages_in_its_own_script(where: str, text: dict[str, str]):
    assert set(text) == set(LANGUAGES)
    for language, words in text.items():
        assert words.strip(), f"{where}.{language} is empty"
        assert regex.search(OWN_SCRIPT[language], words), f"{where}.{language} is in another script"
        assert regex.fullmatch(SCRIPTS[language], words), f"{where}.{language} mixes scripts"


@pytest.mark.parametrize(("where", "text"), TEXTS, ids=[where for where, _ in TEXTS])
def test_simplified_traditional_and_japanese_characters_are_not_mixed(where: str, text: dict[str, str]):
    assert not set(text["zh-Hans"]) & TRADITIONAL_ONLY - SIMPLIFIED_ONLY
    assert not set(text["zh-Hant"]) & SIMPLIFIED_ONLY - TRADITIONAL_ONLY
    for language, charset in (("zh-Hans", "gb2312"), ("zh-Hant", "big5"), ("ja", "shift_jis")):
        "".join(regex.findall(r"\p{Han}", text[language])).encode(charset)


def test_statements_in_japanese_are_not_chinese():
    assert all(regex.search(r"\p{Hiragana}", statement["text"]["ja"]) for statement in STATEMENTS)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: f"statement {statement['number']}")
def test_a_statement_fits_the_limit_in_every_language(statement: dict[str, Any]):
    limit = load("conversation")["statement_limit"]
    for language, words in statement["text"].items():
        assert len(regex.findall(r"\X", words)) <= limit, language
        assert "\n" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_statements_say_the_same_words(language: str):
    assert len({statement["text"][language].casefold() for statement in STATEMENTS}) == len(STATEMENTS)


def test_texts_use_typographic_quotes():
    assert not [where for where, text in TEXTS for words in text.values() if "'" in words or '"' in words]


def test_links_lead_nowhere_real():
    links = [url for noun in NOUNS for url in urls_in(load(noun))]
    assert links
    assert all(url.startswith("https://example.org/") for url in links)


# References


def test_statements_are_numbered_from_one_in_order_of_posting():
    assert [statement["number"] for statement in STATEMENTS] == list(range(1, len(STATEMENTS) + 1))
    posted = [statement["posted"] for statement in STATEMENTS]
    assert posted == sorted(posted)


def test_statements_name_known_languages_and_camps():
    for statement in STATEMENTS:
        assert statement["original"] in LANGUAGES
        assert statement["author"] in {"city", *RESIDENTS.camps}
        assert set(statement["agree"]) == set(RESIDENTS.camps)
        assert all(0 <= share <= 1 for share in [*statement["agree"].values(), statement["pass"]])
        assert set(statement.get("machine", [])) <= set(LANGUAGES) - {statement["original"]}


def test_every_language_is_the_original_of_several_statements():
    assert all(sum(statement["original"] == language for statement in STATEMENTS) >= 5 for language in LANGUAGES)


def test_each_statement_has_one_fate():
    assert (len(ACCEPTED), len(REJECTED), len(MERGED), len(PENDING)) == (50, 5, 3, 3)
    assert not REJECTED & {number for number, statement in BY_NUMBER.items() if "accepted" in statement}
    assert all(BY_NUMBER[number]["accepted"] >= BY_NUMBER[number]["posted"] for number in ACCEPTED | MERGED)


def test_moderation_names_known_statements_reasons_and_people():
    for decision in MODERATION["rejections"] + MODERATION["merges"] + MODERATION["bans"]:
        assert Reason(decision["reason"])
        assert STAFF[decision["by"]] == Role.MODERATOR
    for rejection in MODERATION["rejections"]:
        assert rejection["day"] >= BY_NUMBER[rejection["statement"]]["posted"]
    for merge in MODERATION["merges"]:
        assert merge["day"] > BY_NUMBER[merge["statement"]]["accepted"]
        assert merge["into"] in ACCEPTED
    assert all(BY_NUMBER[ban["author_of"]]["author"] in RESIDENTS.camps for ban in MODERATION["bans"])


def test_the_conversation_went_through_all_stages_and_still_takes_votes():
    conversation = load("conversation")
    starts = [stage["starts"] for stage in conversation["stages"]]
    ends = [stage["ends"] for stage in conversation["stages"] if "ends" in stage]
    assert [stage["stage"] for stage in conversation["stages"]] == list(Stage)
    assert starts == sorted(starts)
    assert ends == [start - 1 for start in starts[1:]]
    for stage in conversation["stages"]:
        assert stage["artefacts"]
        assert all(stage["starts"] <= artefact["added"] <= stage.get("ends", 0) for artefact in stage["artefacts"])
    assert conversation["stage"] == Stage.DECISION
    assert conversation["original_language"] in LANGUAGES
    assert ModerationMode(conversation["moderation"]) is ModerationMode.PRE
    assert conversation["opens"] + RESIDENTS.days < 0 < conversation["closes"]
    assert max(statement["posted"] for statement in STATEMENTS) < -conversation["opens"]


def test_the_municipality_has_staff_for_each_role_and_a_local_time():
    municipality = load("municipality")
    assert list(STAFF.values()) == [Role.ADMIN, Role.MODERATOR, Role.OFFICIAL, Role.OFFICIAL, Role.TRANSLATOR]
    assert all(email.endswith("@example.org") for email in STAFF)
    assert municipality["languages"] == list(LANGUAGES)
    assert municipality["time_zone"] in available_timezones()


def test_recommendations_rest_on_accepted_statements_and_known_offices():
    opinion_ends = load("conversation")["opens"] + RESIDENTS.days
    assert opinion_ends < load("report")["published"]
    for recommendation in RECOMMENDATIONS:
        assert set(recommendation["statements"]) <= ACCEPTED
        assert recommendation["office"] in OFFICES
        assert load("report")["published"] <= recommendation["published"]
        response = recommendation.get("response")
        if response:
            assert response["owner"] in OFFICES
            assert STAFF[response["answered_by"]] == Role.OFFICIAL
            assert response.get("approved_by") != response["answered_by"]
            assert recommendation["published"] < response["answered"] <= recommendation["answer_due"]


def test_what_is_on_its_way_is_one_draft_and_one_open_for_comments_in_several_languages():
    drafts, numbers = load("drafts")["drafts"], [recommendation["number"] for recommendation in RECOMMENDATIONS]
    assert [draft["number"] for draft in drafts] == [len(numbers) + 1, len(numbers) + 2]
    assert [draft.get("comments_until", 0) > 0 for draft in drafts] == [True, False]
    assert all(set(draft["statements"]) <= ACCEPTED for draft in drafts)
    comments = drafts[0]["comments"]
    assert len({comment["language"] for comment in comments}) > 2
    assert [comment["day"] for comment in comments if "decided" not in comment] == [comments[-1]["day"]]
    assert all(drafts[0]["opened"] <= comment["day"] <= comment.get("decided", 0) for comment in comments)
    headed = [number for theme in load("drafts")["themes"] for number in theme["numbers"]]
    assert sorted(headed) == [*numbers, drafts[0]["number"]]


def test_each_kind_of_answer_occurs_once_and_one_is_still_due():
    published = [r["response"]["status"] for r in RECOMMENDATIONS if "approved_by" in r.get("response", {})]
    assert sorted(published) == sorted(Outcome)
    assert [r["answer_due"] > 0 for r in RECOMMENDATIONS if "approved_by" not in r.get("response", {})] == [True]


def test_the_deferred_answer_was_put_off_once_and_is_ten_days_overdue():
    deferred = [r for r in RECOMMENDATIONS if r.get("response", {}).get("status") == Outcome.DEFERRED]
    assert [(r["extensions"][-1]["to"], r.get("milestones", [])) for r in deferred] == [(-10, [])]
    assert all(one["published"] < r["response"]["due"] < one["to"] for r in deferred for one in r["extensions"])


def test_the_adopted_answer_has_two_milestones_reached_with_evidence_and_one_to_come():
    (adopted,) = [r for r in RECOMMENDATIONS if r.get("response", {}).get("status") == Outcome.ADOPTED]
    done = [milestone for milestone in adopted["milestones"] if "done" in milestone]
    to_come = [milestone for milestone in adopted["milestones"] if "done" not in milestone]
    assert [milestone["evidence"][0]["kind"] for milestone in done] == ["clause", "contract"]
    assert all(milestone["done"] <= 0 for milestone in done)
    assert [milestone["due"] > 0 for milestone in to_come] == [True]


# The generative model


def test_the_same_seed_draws_the_same_bytes(drawn: Simulation):
    again = simulate(RESIDENTS, PLANNED, SEED)
    assert [column.tobytes() for column in again.votes] == [column.tobytes() for column in drawn.votes]
    assert again.people.camp == drawn.people.camp
    assert again.people.arrival.tobytes() == drawn.people.arrival.tobytes()
    assert again.authors == drawn.authors


def test_another_seed_draws_other_votes(drawn: Simulation):
    assert simulate(RESIDENTS, PLANNED, SEED + 1).votes.choice.tobytes() != drawn.votes.choice.tobytes()


def test_residents_come_from_three_unequal_camps_and_speak_six_languages(drawn: Simulation):
    sizes = [drawn.people.camp.count(camp) for camp in RESIDENTS.camps]
    assert sum(sizes) == RESIDENTS.count == 600
    assert min(sizes) >= 100
    assert len(set(sizes)) == 3
    assert set(drawn.people.language) == set(LANGUAGES)
    assert set(drawn.people.channel) <= set(Channel)
    assert drawn.people.channel.count(Channel.ONLINE) > 0.85 * RESIDENTS.count


@pytest.mark.parametrize("number", PLANTED["shared"])
def test_planted_shared_ground_comes_out_in_every_camp(drawn: Simulation, number: int):
    assert min(BY_NUMBER[number]["agree"].values()) >= 0.8
    assert all(np.mean(answers_of(drawn, camp, number) == 1) >= 0.75 for camp in RESIDENTS.camps)


@pytest.mark.parametrize("number", PLANTED["shared_disagree"])
def test_planted_shared_refusal_comes_out_in_every_camp(drawn: Simulation, number: int):
    assert all(np.mean(answers_of(drawn, camp, number) == -1) >= 0.75 for camp in RESIDENTS.camps)


@pytest.mark.parametrize("number", PLANTED["split"])
def test_planted_splits_come_out_between_camps(drawn: Simulation, number: int):
    agreeing = [np.mean(answers_of(drawn, camp, number) == 1) for camp in RESIDENTS.camps]
    assert max(agreeing) - min(agreeing) >= 0.35


@pytest.mark.parametrize("number", PLANTED["unsure"])
def test_planted_doubt_comes_out_as_passes(drawn: Simulation, number: int):
    assert np.mean(np.concatenate([answers_of(drawn, camp, number) for camp in RESIDENTS.camps]) == 0) >= 0.25


def test_votes_per_resident_are_many_for_few_and_few_for_many(drawn: Simulation):
    given = np.bincount(drawn.votes.resident, minlength=RESIDENTS.count)
    assert given.min() >= 1
    assert 20 <= np.median(given) <= 30
    assert given.max() > 1.7 * np.median(given)


def test_later_statements_have_fewer_votes(drawn: Simulation):
    votes = np.bincount(drawn.votes.statement)
    early = [votes[number] for number in ACCEPTED if BY_NUMBER[number]["accepted"] == 0]
    late = [votes[number] for number in ACCEPTED if BY_NUMBER[number]["accepted"] > 14]
    assert max(late) < min(early) / 2


def test_votes_fall_in_the_two_rounds_and_seldom_at_night(drawn: Simulation):
    read = ~np.isin(drawn.votes.statement, list(PENDING))
    minutes, second = drawn.votes.minutes[read], RESIDENTS.second_round
    first_round = minutes < RESIDENTS.days * MINUTES_PER_DAY
    assert minutes.min() >= 0
    assert minutes[~first_round].min() >= second.first_day * MINUTES_PER_DAY
    assert minutes[~first_round].max() < second.last_day * MINUTES_PER_DAY
    hour = minutes % MINUTES_PER_DAY // 60
    assert np.mean((hour >= 1) & (hour < 5)) < 0.05 < np.mean(hour == 20)


def test_the_second_round_comes_after_the_report_with_few_votes_by_few_residents(drawn: Simulation):
    second = RESIDENTS.second_round
    assert load("report")["published"] - load("conversation")["opens"] < second.first_day
    assert second.last_day <= -load("conversation")["opens"]
    late = (drawn.votes.minutes >= second.first_day * MINUTES_PER_DAY) & ~np.isin(drawn.votes.statement, list(PENDING))
    voted = np.bincount(drawn.votes.resident[late])
    assert 0 < np.count_nonzero(voted) <= second.residents
    assert voted.max() <= second.most
    assert late.sum() < 0.03 * late.size


def test_whoever_was_banned_does_not_vote_afterwards(drawn: Simulation):
    for ban in MODERATION["bans"]:
        own = drawn.votes.resident == drawn.authors[ban["author_of"]]
        assert drawn.votes.minutes[own].max() < ban["day"] * MINUTES_PER_DAY


def test_votes_stand_in_order_of_time(drawn: Simulation):
    assert np.all(np.diff(drawn.votes.minutes) >= 0)


def test_only_a_small_share_of_votes_is_given_again(drawn: Simulation):
    again = drawn.votes.choice.size - len(last_choices(drawn))
    assert 0 < again < 0.03 * drawn.votes.choice.size


def test_nobody_votes_on_a_statement_before_it_is_shown_or_after_it_was_merged_away(drawn: Simulation):
    planned = {statement.number: statement for statement in PLANNED}
    for resident, number, minutes in zip(drawn.votes.resident, drawn.votes.statement, drawn.votes.minutes, strict=True):
        statement = planned[int(number)]
        if drawn.authors.get(int(number)) == resident:
            assert minutes == pytest.approx(statement.posted, abs=0.001)
        else:
            assert statement.shown_from <= minutes <= statement.shown_until


def test_statements_merged_away_brought_votes_to_carry_over(drawn: Simulation):
    assert all(np.sum(drawn.votes.statement == number) > 10 for number in MERGED)


def test_authors_belong_to_the_camp_write_their_language_and_agree_with_themselves(drawn: Simulation):
    by_residents = {number for number, statement in BY_NUMBER.items() if statement["author"] != "city"}
    assert set(drawn.authors) == by_residents
    assert len(set(drawn.authors.values())) == len(by_residents)
    for number, author in drawn.authors.items():
        assert drawn.people.camp[author] == BY_NUMBER[number]["author"]
        assert drawn.people.language[author] == BY_NUMBER[number]["original"]
        assert drawn.people.arrival[author] < BY_NUMBER[number]["posted"] * MINUTES_PER_DAY
        assert last_choices(drawn)[author, number] == 1


def test_a_statement_nobody_could_have_written_is_refused():
    orphan = PlannedStatement(1, "fr", "riders", NEVER, 0.0, 0.0, NEVER, dict.fromkeys(RESIDENTS.camps, 0.5), 0.1)
    with pytest.raises(ValueError, match="statement 1"):
        simulate(RESIDENTS, [orphan], SEED)


def test_parameters_are_read_as_they_stand():
    assert isinstance(RESIDENTS, Residents)
    assert len(RESIDENTS.day_weights) == RESIDENTS.days
    assert len(RESIDENTS.hour_weights) == 24
    assert sum(RESIDENTS.camps.values()) == pytest.approx(1)
    assert sum(RESIDENTS.languages.values()) == pytest.approx(1)
    assert sum(RESIDENTS.channels.values()) == pytest.approx(1)


# Exports in Polis's format


def rows(folder: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((FIXTURES / "edge" / folder / name).read_bytes().decode("utf-8"))))


@pytest.mark.parametrize("folder", ["good-tiny", *BROKEN_EXPORTS])
def test_every_export_has_its_four_files(folder: str):
    assert {path.name for path in (FIXTURES / "edge" / folder).iterdir()} == set(EXPORT_FILES)


@pytest.mark.parametrize(
    ("folder", "file"), [(folder, "comments.csv" if folder == "not-utf8" else "votes.csv") for folder in BROKEN_EXPORTS]
)
def test_a_broken_export_differs_from_the_good_one_in_one_file(folder: str, file: str):
    good, broken = FIXTURES / "edge" / "good-tiny", FIXTURES / "edge" / folder
    assert [name for name in EXPORT_FILES if (good / name).read_bytes() != (broken / name).read_bytes()] == [file]


def test_the_good_export_agrees_with_itself():
    votes, comments, people = (rows("good-tiny", name) for name in ("votes.csv", "comments.csv", "participants-votes.csv"))
    last = {(vote["voter-id"], vote["comment-id"]): vote["vote"] for vote in votes}
    assert len(votes) == len(last) + 1
    assert {vote["comment-id"] for vote in votes} == {"0", "1", "2"} < {comment["comment-id"] for comment in comments}
    assert [comment["moderated"] for comment in comments] == ["1", "0", "-1", "1"]
    assert [person["group-id"] for person in people] == ["0", "0", "0", "1", "1", ""]
    for comment in comments:
        own = [vote["vote"] for vote in votes if vote["comment-id"] == comment["comment-id"]]
        assert (comment["agrees"], comment["disagrees"]) == (str(own.count("1")), str(own.count("-1")))
    for person in people:
        own = {number: person[number] for number in ("0", "1", "2") if person[number]}
        assert own == {statement: vote for (voter, statement), vote in last.items() if voter == person["participant"]}
        counts = (len(own), list(own.values()).count("1"), list(own.values()).count("-1"))
        assert tuple(int(person[column]) for column in ("n-votes", "n-agree", "n-disagree")) == counts
        assert int(person["n-comments"]) == sum(comment["author-id"] == person["participant"] for comment in comments)


def test_each_broken_export_is_broken_where_the_readme_says():
    assert "vote" not in rows("missing-column", "votes.csv")[0]
    assert rows("vote-two", "votes.csv")[6 - 2]["vote"] == "2"
    assert rows("unknown-comment", "votes.csv")[16 - 2]["comment-id"] == "9"
    assert (FIXTURES / "edge" / "empty" / "votes.csv").read_bytes() == b""
    with pytest.raises(UnicodeDecodeError):
        rows("not-utf8", "comments.csv")
