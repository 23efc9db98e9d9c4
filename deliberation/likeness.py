"""Statements that say nearly the same, by the short runs of letters they share. A hint for a moderator, not a judgement."""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import regex

Texts = Mapping[str, str]
"""One statement's wordings: language → text."""

_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_SYLLABLES = regex.compile(r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]")
LEAST = 0.25
"""Below this, what two statements share is mostly the conversation's topic."""


def nearest(
    these: Mapping[int, Texts], among: Mapping[int, Texts], *, most: int = 3, least: float = LEAST
) -> dict[int, list[int]]:
    """For each of `these`, the ids of the statements in `among` that are most alike, the most alike first; never itself.

    Two statements are as alike as their most alike wordings in one language: the Dice coefficient of their runs of letters, where
    a run weighs more the fewer statements have it.
    """
    scores: dict[int, dict[int, float]] = {key: {} for key in these}
    for language in {language for texts in these.values() for language in texts}:
        wordings = {key: runs(texts[language]) for key, texts in among.items() if language in texts}
        asked = {key: runs(texts[language]) for key, texts in these.items() if language in texts}
        for key, found in _scores(asked, wordings).items():
            for other, score in found.items():
                scores[key][other] = max(score, scores[key].get(other, 0.0))
    return {key: _best(found, key, most, least) for key, found in scores.items()}


def runs(text: str) -> frozenset[str]:
    """The runs of three letters in a text, of two where a letter is a syllable or a word; spaces at the ends of words count."""
    folded = " ".join(_NOT_LETTERS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())
    if _SYLLABLES.search(folded):
        letters, size = folded.replace(" ", ""), 2
    else:
        letters, size = f" {folded} ", 3
    return frozenset(letters[start : start + size] for start in range(max(len(letters) - size + 1, 1)))


def _scores(asked: Mapping[int, frozenset[str]], wordings: Mapping[int, frozenset[str]]) -> dict[int, dict[int, float]]:
    frequency = Counter(run for found in wordings.values() for run in found)

    def weight(run: str) -> float:
        return math.log(1 + (len(wordings) + 1) / (frequency[run] + 1))

    weights = {run: weight(run) for run in frequency.keys() | {run for found in asked.values() for run in found}}
    having: dict[str, list[int]] = defaultdict(list)
    for key, found in wordings.items():
        for run in found:
            having[run].append(key)
    sizes = {key: _sum(weights, found) for key, found in wordings.items()}
    return {key: _shared(found, having, weights, sizes) for key, found in asked.items()}


def _shared(
    asked: frozenset[str], having: Mapping[str, list[int]], weights: Mapping[str, float], sizes: Mapping[int, float]
) -> dict[int, float]:
    common: dict[int, float] = defaultdict(float)
    for run in asked:
        for key in having.get(run, ()):
            common[key] += weights[run]
    size = _sum(weights, asked)
    return {key: 2 * shared / (size + sizes[key]) for key, shared in common.items()}


def _sum(weights: Mapping[str, float], found: Iterable[str]) -> float:
    return math.fsum(weights[run] for run in found)


def _best(scores: Mapping[int, float], itself: int, most: int, least: float) -> list[int]:
    near = sorted((-score, key) for key, score in scores.items() if score >= least and key != itself)
    return [key for _, key in near[:most]]
