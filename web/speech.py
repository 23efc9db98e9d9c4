"""Sentences with counts and shares in one language, for what is said both on a page and on paper."""

from deliberation.figures import MILLION, Estimate, Tally
from deliberation.values import Choice
from web import i18n


class Speech:
    """Whoever says something inherits from here; `gettext` and `ngettext` fill in the facts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = i18n.catalogue(language)

    def gettext(self, message: str, **facts: str) -> str:
        said: str = self._catalogue.gettext(message)
        return said % facts

    def ngettext(self, one: str, many: str, n: int, **facts: str) -> str:
        said: str = self._catalogue.ngettext(one, many, n)
        return said % (facts | {"n": self.number(n)})

    def number(self, value: float) -> str:
        return i18n.number(value, self.language)

    def percent(self, millionths: int) -> str:
        return i18n.percent(millionths / MILLION, self.language)

    def whole(self, percent: int) -> str:
        """Whole percent, as thresholds are written."""
        return i18n.percent(percent / 100, self.language)

    def hundredths(self, millionths: int) -> str:
        """Cut off, not rounded: what has missed a limit must not look as if it had met it."""
        return self.number(millionths * 100 // MILLION / 100)

    def range(self, estimate: Estimate) -> str:
        """The ends of an interval in whole percent."""
        return f"({self._end(estimate.low)}–{self._end(estimate.high)})"

    def share(self, tally: Tally, choice: Choice) -> str:
        """A share of the votes, with its 90 % interval where the method gives one."""
        counted = i18n.percent(tally.share(choice), self.language)
        estimate = tally.estimate(choice)
        return counted if estimate is None else f"{counted} {self.range(estimate)}"

    def plain_share(self, tally: Tally, choice: Choice) -> str:
        """Without an interval; a dash where nobody has voted."""
        return i18n.percent(tally.share(choice), self.language) if tally.told else "–"

    def _end(self, millionths: int) -> str:
        return self.number(round(millionths / (MILLION // 100)))
