import pytest

from deliberation import search


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "Anything"),
        ("SCOOTERS", "Park scooters here"),
        ("here park", "Park scooters here"),
        ("straße", "STRASSE"),
        ("キックボード", "電動ｷｯｸﾎﾞｰﾄﾞを止める"),
        ("ＡＢＣ", "abc"),
        ("か\u3099", "がっこう"),
        ("วีลแชร์", "ทางกว้างพอให้วีลแชร์ผ่าน"),
        ("인도", "인도에 세우지 마세요"),
        ("人行道", "不能上人行道"),
        ("cafe\u0301", "CAFÉ"),
    ],
)
def test_words_are_found_however_they_are_written(query: str, text: str) -> None:
    assert search.matches(query, [text])


@pytest.mark.parametrize(("query", "texts"), [("bus", ["Tram"]), ("park here", ["Park", "here"]), ("ก", ["ข"])])
def test_what_is_not_there_is_not_found(query: str, texts: list[str]) -> None:
    assert not search.matches(query, texts)
