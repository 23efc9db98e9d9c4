"""Where a link may lead."""

import pytest

from deliberation import links


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "https://example.org./a",
        "https://[2001:db8::1]:65535/",
        "https://市役所.example/条例/100%25",
        "http://localhost/files/a/b.pdf",
    ],
)
def test_a_whole_web_address_may_be_linked(url: str) -> None:
    assert links.checked(" The  bylaw ", f" {url} ") == ("The bylaw", url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org:65536/",
        "https://example.org:0/",
        "https://example.org:-1/",
        "https://example.org:port/",
        "https://a..b/",
        "https://.example.org/",
        "https://example.org../",
        "https://./",
        "https://市役所。。example/",
        "https://" + "a" * 64 + ".org/",
        "https://example.org/a%00b",
        "https://exam%2eple.org/",
    ],
)
def test_an_address_that_no_browser_opens_is_none(url: str) -> None:
    assert not links.is_web_address(url)
