"""Untrusted text made visible: what is hidden, turns the reading or poses as a letter."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Letters and marks that count as printable and are drawn as nothing, and variation selectors.
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Letters drawn as those of a-z and A-Z are (Unicode Technical Standard 39, confusables.txt, without
# what only resembles them): Cyrillic, Greek, Armenian, phonetic ones and Roman numerals.
_POSING = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u04cf\u0475\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408\u04ae"
    "\u04c0\u050c\u051a\u051c\u03b1\u03b9\u03bd\u03bf\u03c1\u03c5\u03f2\u03f3"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0474\u037f\u03f9\u054d\u0555\u0570\u0578\u057d\u0585\u0251\u0261\u212a"
    "\u2160\u2164\u2169\u216c\u216d\u216e\u216f\u2170\u2174\u2179\u217c\u217d\u217e\u217f"
)
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text; `is_named` says that it is the name of a character, like U+202E."""

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
    """Return untrusted text in segments, with what misleads named and long texts folded.

    Named are the characters at `misleading_places`.

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
    misleading = misleading_places(text)
    for place, character in enumerate(text):
        if character in keep or place not in misleading:
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


def misleading_places(text: str) -> frozenset[int]:
    """Return where a character misleads: one that is hidden, or a letter that poses as a Latin one.

    It poses beside Latin letters, like U+0430 in place of the first a of ``paypal``, and in a part
    of an identifier that has Latin letters elsewhere, like U+043E in place of the o of ``admin_o``.
    A word wholly of another alphabet is read as what it is.
    """
    hidden = {place for place, character in enumerate(text) if _is_hidden(character)}
    if _POSING.isdisjoint(text):
        return frozenset(hidden)
    # What cannot be seen does not part a word; a line break, say, does.
    seen = [at for at, character in enumerate(text) if at not in hidden or character.isspace()]
    read = "".join(text[at] for at in seen)
    return frozenset(hidden) | {seen[at] for at in _posing(read)}


def _posing(text: str) -> Iterator[int]:
    for word in _WORD.finditer(text):
        if not _LATIN.search(word[0]):
            continue
        for letters in _LETTERS.finditer(text, *word.span()):
            if _LATIN.search(letters[0]) or _POSING.issuperset(letters[0]):
                yield from (at for at in range(*letters.span()) if text[at] in _POSING)


def _is_hidden(character: str) -> bool:
    """Return whether a character cannot be seen, or turns the reading order."""
    # What Python does not call printable: controls, formats (bidirectional overrides, zero-width
    # marks, tags), surrogates, private use, unassigned, and every space but the common one.
    return not character.isprintable() or _DRAWN_AS_NOTHING.match(character) is not None
