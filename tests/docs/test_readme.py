"""The README's pictures are there, are small, and say in words what they show."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from tests.e2e.tour import README, README_HEIGHT, README_MOST_BYTES, WIDTHS

ROOT = Path(__file__).resolve().parents[2]
PICTURES = dict(
    re.findall(
        r"!\[([^\]]*)\]\((docs/pictures/[a-z]+\.png)\)", (ROOT / "README.md").read_text("utf-8")
    )
)


def test_every_picture_the_tour_takes_is_in_the_readme() -> None:
    assert sorted(PICTURES.values()) == sorted(f"docs/pictures/{name}.png" for name in README)


def test_each_is_there_as_wide_as_a_desk_and_quick_to_load() -> None:
    pictures = [(ROOT / path).read_bytes() for path in PICTURES.values()]

    sizes = {struct.unpack(">II", picture[16:24]) for picture in pictures}
    assert sizes == {(max(WIDTHS), README_HEIGHT)}
    assert [len(picture) for picture in pictures if len(picture) > README_MOST_BYTES] == []


def test_each_says_in_a_sentence_what_it_shows() -> None:
    assert [words for words in PICTURES if len(words.split()) < 6] == []
