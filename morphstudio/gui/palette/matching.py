"""How well a few letters match a title: letters in their order, word beginnings first."""

from __future__ import annotations

from unicodedata import combining, normalize

WORD_START, IN_A_ROW, AT_START = 8.0, 5.0, 4.0
SKIPPED = 0.15  # each letter passed over


def plain(text: str) -> str:
    """Return ``text`` in small letters without accents, one letter for each of its own."""
    return "".join(next((c for c in normalize("NFKD", letter) if not combining(c)), letter).lower()[:1] or letter
                   for letter in text)


def match(wanted: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """Return the score and the places of the letters found, or ``None`` where some are missing.

    Parameters
    ----------
    wanted : str
        What was typed; blanks part words that may stand in any order.
    text : str
        What it is held against.
    """
    score, places = 0.0, set()
    letters = plain(text)
    for word in plain(wanted).split():
        found = _word(word, letters)
        if found is None:
            return None
        score += found[0]
        places.update(found[1])
    return score - 0.01 * len(text), tuple(sorted(places))


def _word(word: str, letters: str) -> tuple[float, list[int]] | None:
    """Try every place where the word's first letter stands; the best counts."""
    best: tuple[float, list[int]] | None = None
    for start, letter in enumerate(letters):
        if letter != word[0]:
            continue
        found = _from(word, letters, start)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best


def _from(word: str, letters: str, start: int) -> tuple[float, list[int]] | None:
    score, places, at = 0.0, [], start
    for letter in word:
        place = letters.find(letter, at)
        if place < 0:
            return None
        if place == 0:
            score += AT_START
        if place == 0 or not letters[place - 1].isalnum():
            score += WORD_START
        elif places and place == places[-1] + 1:
            score += IN_A_ROW
        score -= SKIPPED * (place - at)
        places.append(place)
        at = place + 1
    return score, places
