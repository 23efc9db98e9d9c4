"""How often the language of a statement is recognised, and how fast: `python -m tests.benchmarks.bench_languages`."""

import time
from collections import Counter

from deliberation import languages
from deliberation.values import LANGUAGES
from tests.deliberation.test_languages import beginning, statements

PRIORS = (None, *LANGUAGES)


def main() -> None:
    started = time.perf_counter()
    languages.recognise("Load the model.", "en")
    print(f"first text, with loading the model: {time.perf_counter() - started:.2f} s")
    texts = statements()
    started = time.perf_counter()
    for language, text in texts:
        languages.recognise(text, language)
    print(f"one text: {(time.perf_counter() - started) / len(texts) * 1e6:.0f} µs")
    for name, sample in (
        ("whole statements", texts),
        ("first three words", [(language, beginning(language, text, 3)) for language, text in texts]),
        ("first two words", [(language, beginning(language, text, 2)) for language, text in texts]),
    ):
        _report(name, sample)


def _report(name: str, sample: list[tuple[str, str]]) -> None:
    """A line per language that the writer reads: the share recognised of each language written."""
    total = Counter(language for language, _ in sample)
    print(f"\n{name} ({total['en']} in each language)\nreads    | " + " | ".join(f"{language:>7}" for language in LANGUAGES))
    for prior in PRIORS:
        right = Counter(language for language, text in sample if languages.recognise(text, prior or language) == language)
        shares = " | ".join(f"{right[language] / total[language]:7.1%}" for language in LANGUAGES)
        print(f"{prior or 'the same':8} | {shares}")


if __name__ == "__main__":
    main()
