import random

import pytest

from deliberation import collation


@pytest.mark.parametrize(
    "ordered",
    [
        ["ångström", "apple", "eagle", "Éclair", "Über", "Zoo"],
        ["กรุง", "กา", "เกาะ", "แก", "ไก่", "ขา", "เขต", "โขง"],
        ["가나", "가람", "간", "나무", "다리", "하늘"],
        ["あさひ", "ガス", "かもめ", "きた", "サクラ", "さくらい"],
        ["Area 2", "area 10", "Area 10 b"],
        ["第1区", "第2区", "第１０区"],
    ],
)
def test_names_stand_as_in_a_dictionary(ordered: list[str]) -> None:
    mixed = random.Random(1).sample(ordered, len(ordered))
    assert sorted(mixed, key=collation.key) == ordered


def test_names_that_are_alike_but_for_accents_always_stand_in_the_same_order() -> None:
    assert sorted(["é", "e", "è"], key=collation.key) == sorted(["è", "é", "e"], key=collation.key)
