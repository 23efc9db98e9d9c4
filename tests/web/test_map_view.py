import pytest

from web import map_view
from web.map_view import Box, View


def test_every_view_has_an_address_that_leads_back_to_it() -> None:
    view = View(zoom=4, at=(120, 80), group="AB", colour=17, snapshot=12, statements=True)
    address = view.query()
    assert address == "?zoom=4&at=120,80&group=AB&colour=17&snapshot=12&statements=yes"
    assert map_view.read(dict(part.split("=") for part in address[1:].split("&"))) == view
    assert View().query() == "?"
    assert view.query(zoom=1, group=None) == "?colour=17&snapshot=12&statements=yes"


def test_zooming_ends_at_the_whole_map_and_at_eight_times() -> None:
    assert View().farther() is None
    assert View(zoom=8).nearer() is None
    assert View(zoom=2).nearer() == View(zoom=4)
    assert View(zoom=2).farther() == View()


@pytest.mark.parametrize(
    ("at", "shown"),
    [(None, Box(160, 100, 320, 200)), ((0, 0), Box(0, 0, 320, 200)), ((640, 10**8), Box(320, 200, 320, 200))],
)
def test_nothing_beyond_the_edges_is_shown(at: tuple[int, int] | None, shown: Box) -> None:
    assert View(zoom=2, at=at).box(640, 400) == shown


def test_moving_goes_half_a_view_further_and_stops_at_the_edge() -> None:
    view = View(zoom=2).moved(1, 0, 640, 400)
    assert view.box(640, 400) == Box(320, 100, 320, 200)
    assert view.moved(1, -1, 640, 400).box(640, 400) == Box(320, 0, 320, 200)


@pytest.mark.parametrize(
    "asked",
    [
        {"zoom": "16"},
        {"zoom": "2.0"},
        {"zoom": "-2"},
        {"zoom": "²"},
        {"at": "1;2"},
        {"colour": "-1"},
        {"snapshot": ""},
        {"group": ""},
    ],
)
def test_what_makes_no_sense_is_as_if_it_was_not_asked(asked: dict[str, str]) -> None:
    assert map_view.read(asked) == View()
