"""Untrusted text made visible: what cannot be seen, or turns the reading order, is named."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

# Letters and marks that count as printable and are drawn as nothing, and variation selectors.
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


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


def visible_text(text: str, *, limit: int = 1_200, keep: str = "") -> Shown:
    """Return untrusted text in segments, with hidden characters named and long texts folded.

    Args:
        text: anything an agent sent.
        limit: characters shown; a longer text is cut there and described by length and hash.
        keep: hidden characters that are wanted, such as the no-break spaces of our own sentences.
    """
    shown = Shown(_segments(text[:limit], keep))
    if len(text) <= limit:
        return shown
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Shown(shown.segments, folded_from=len(text), sha256=digest)


def _segments(text: str, keep: str) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    plain: list[str] = []
    for character in text:
        if character in keep or not is_hidden(character):
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


def is_hidden(character: str) -> bool:
    """Return whether a character cannot be seen, or turns the reading order."""
    # What Python does not call printable: controls, formats (bidirectional overrides, zero-width
    # marks, tags), surrogates, private use, unassigned, and every space but the common one.
    return not character.isprintable() or _DRAWN_AS_NOTHING.match(character) is not None
