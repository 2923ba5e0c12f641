"""Untrusted text made visible: what cannot be seen, or turns the reading order, is named."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

# Everything an eye cannot see or that changes how its neighbours are read: controls, formats
# (bidirectional overrides, zero-width marks, tags), surrogates, private use, unassigned.
_NAMED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters that are drawn as nothing, and spaces that are not the one on the keyboard.
_NAMED_CHARACTERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text; `is_named` says that it is the name of a hidden character, like U+202E."""

    text: str
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Untrusted text ready to be drawn.

    `folded_from` is the full length in characters where only the beginning is shown, else 0;
    `sha256` is the hash of the full text in UTF-8, given only where it is folded.
    """

    segments: tuple[Segment, ...]
    folded_from: int = 0
    sha256: str = ""


def visible_text(text: str, *, limit: int = 1_200) -> Shown:
    """Return untrusted text in segments, with hidden characters named and long texts folded.

    Args:
        text: anything an agent sent.
        limit: characters shown; a longer text is cut there and described by length and hash.
    """
    shown = Shown(_segments(text[:limit]))
    if len(text) <= limit:
        return shown
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Shown(shown.segments, folded_from=len(text), sha256=digest)


def _segments(text: str) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    plain: list[str] = []
    for character in text:
        if not _is_hidden(character):
            plain.append(character)
            continue
        if plain:
            segments.append(Segment("".join(plain)))
            plain.clear()
        segments.append(Segment(f"U+{ord(character):04X}", is_named=True))
        if character == "\n":
            plain.append(character)
    if plain:
        segments.append(Segment("".join(plain)))
    return tuple(segments)


def _is_hidden(character: str) -> bool:
    return (
        unicodedata.category(character) in _NAMED_CATEGORIES
        or character in _NAMED_CHARACTERS
        or any(ord(character) in selectors for selectors in _VARIATION_SELECTORS)
    )
