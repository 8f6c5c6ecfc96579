"""Formulas as they stand in print: italic letters, upright words and digits, raised and lowered parts."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from morphstudio.gui.theme.fonts import symbol_font

if TYPE_CHECKING:
    from collections.abc import Container

_MARKS = "\N{COMBINING TILDE}\N{COMBINING CIRCUMFLEX ACCENT}′"
_UPRIGHT = "ΓΣ"  # operators and functions
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789−+n", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BETWEEN_LETTERS = re.compile(r"(?<![A-Za-z])([A-Za-zα-ω][₀-₉′]*) (?=[A-Za-zα-ω](?![A-Za-z]))")

_SHORT_BRACKET = re.compile(r"\([^()\s]{1,3} [−+·] [^()\s]{1,3}\)")
_ARTICLE = re.compile(r"[A-Za-z]{2} a [A-Za-z]{2}")


def formula_html(formula: str) -> str:
    """Return a formula as rich text.

    Parameters
    ----------
    formula : str
        Unicode mathematics as in the tables of parameters and descriptors:
        ``^`` raises and ``_`` lowers what follows, a letter, a number or what
        stands in brackets; ``{…}`` and, after ``^``, ``(…)`` only hold together.
        Words of more than one letter stand upright; a semicolon ends a line.
    """
    families = ", ".join(f"'{name}'" for name in symbol_font().families())
    # What belongs together stays on one line.
    tight = _SHORT_BRACKET.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), formula)
    lines = [_typeset(_BETWEEN_LETTERS.sub("\\1\N{NARROW NO-BREAK SPACE}", line)) for line in tight.split("; ")]
    return f'<span style="font-family:{families}; font-style:normal">{"<br>".join(lines)}</span>'


def _typeset(text: str, *, inside: bool = False) -> str:
    """Return one line, or what is raised or lowered in it: rich text does that once, so small digits stay there."""
    out, at = [], 0
    while at < len(text):
        char = text[at]
        if char in "^_" and at + 1 < len(text):
            end = _end_of_part(text, at + 1)
            part = text[at + 1: end]
            if _is_held(part, "{" if char == "_" else "({"):
                part = part[1:-1]
            tag = "sup" if char == "^" else "sub"
            out.append(f"<{tag}>{_typeset(part, inside=True)}</{tag}>")
        elif not inside and (char in _RAISED or char in _LOWERED):
            marks, tag = (_RAISED, "sup") if char in _RAISED else (_LOWERED, "sub")
            end = _end_of_run(text, at, marks)
            out.append(f"<{tag}>{''.join(marks[c] for c in text[at:end])}</{tag}>")
        elif char.isalpha():
            end = _end_of_letters(text, at)
            run = text[at:end]
            upright = _is_word(run) or run in _UPRIGHT or _ARTICLE.match(text, max(0, at - 3))
            out.append(escape(run) if upright else f"<i>{escape(run)}</i>")
        else:
            end = at + 1
            out.append(escape(char))
        at = end
    return "".join(out)


def _end_of_part(text: str, at: int) -> int:
    """Return where the part that is raised or lowered ends: a sign, then brackets, a number or a letter."""
    if text[at] in "−-" and at + 1 < len(text):
        at += 1
    if text[at] in _CLOSING:
        return _end_of_brackets(text, at)
    if text[at].isdigit():
        return _end_of_run(text, at, "0123456789")
    if text[at].isalpha():
        at = _end_of_letters(text, at)
        return _end_of_run(text, at, _LOWERED)
    return at + 1


def _end_of_brackets(text: str, at: int) -> int:
    opening, closing, depth = text[at], _CLOSING[text[at]], 0
    for end in range(at, len(text)):
        depth += (text[end] == opening) - (text[end] == closing)
        if depth == 0:
            return end + 1
    return len(text)


def _end_of_letters(text: str, at: int) -> int:
    """Return where a word ends, or a letter with its marks: letters other than Latin ones are never words."""
    end = at + 1
    if text[at].isascii():
        while end < len(text) and text[end].isascii() and text[end].isalpha():
            end += 1
    return _end_of_run(text, end, _MARKS)


def _end_of_run(text: str, at: int, of: Container[str]) -> int:
    while at < len(text) and text[at] in of:
        at += 1
    return at


def _is_held(part: str, opening: str) -> bool:
    return part[:1] in tuple(opening) and part[-1] == _CLOSING[part[0]] and _end_of_brackets(part, 0) == len(part)


def _is_word(run: str) -> bool:
    return len(run.rstrip(_MARKS)) > 1
