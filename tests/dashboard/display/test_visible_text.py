from __future__ import annotations

import pytest

from dashboard.display.visible_text import Segment, visible_text


def test_plain_text_stays_one_segment() -> None:
    assert visible_text("Größe: 5 €, 日本").segments == (Segment("Größe: 5 €, 日本"),)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\t", "U+0009"),
        ("\x7f", "U+007F"),
        ("\u00a0", "U+00A0"),
        ("\u00ad", "U+00AD"),
        ("\u034f", "U+034F"),
        ("\u061c", "U+061C"),
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u3164", "U+3164"),
        ("\ufe0f", "U+FE0F"),
        ("\ufeff", "U+FEFF"),
        ("\ue000", "U+E000"),
        ("\U000e0041", "U+E0041"),
        ("\U000e0100", "U+E0100"),
        ("\ud800", "U+D800"),
    ],
)
def test_what_cannot_be_seen_is_named(character: str, name: str) -> None:
    segments = visible_text(f"a{character}b").segments

    assert segments == (Segment("a"), Segment(name, is_named=True), Segment("b"))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("p\u0430ypal.example", "pU+0430ypal.example"),
        ("ADMIN\u0406STRATOR", "ADMINU+0406STRATOR"),
        ("micr\u03bfsoft", "micrU+03BFsoft"),
        ("transfer to \u0440aul", "transfer to U+0440aul"),
        ("admin_\u043e", "admin_U+043E"),
        ("\u043e1admin", "U+043E1admin"),
        ("x\u200b\u0430", "xU+200BU+0430"),
        ("\u212aernel", "U+212Aernel"),
        ("caf\u0435\u00e9", "cafU+0435\u00e9"),
        ("\u00e9\u0430", "\u00e9U+0430"),
        # Rather one too many than an agent called alpha that reads as a.
        ("\u03b1test", "U+03B1test"),
    ],
)
def test_a_letter_of_another_alphabet_in_a_latin_word_is_named(text: str, drawn: str) -> None:
    segments = visible_text(text).segments

    assert "".join(segment.text for segment in segments) == drawn
    assert any(segment.is_named for segment in segments)


@pytest.mark.parametrize(
    "text",
    [
        "\u041f\u0440\u0438\u0432\u0435\u0442, order 7",
        "API \u043a\u043b\u044e\u0447",
        "\u0394t = 5 \u00b5s",
        "na\u00efve \u0141\u00f3d\u017a \u0130stanbul",
        "\u03b1 = 0.05",
        # All of it is Cyrillic, however it looks: read as a word, it is one.
        "\u0430\u0440\u0440\u04cf\u0435",
        "\u043f\u043b\u0430\u0442\u0435\u0436_admin",
    ],
)
def test_words_of_one_alphabet_are_left_as_they_are(text: str) -> None:
    assert visible_text(text).segments == (Segment(text),)


def test_a_line_break_parts_words() -> None:
    segments = visible_text("order\n\u0430 \u0431").segments

    assert [segment.text for segment in segments if segment.is_named] == ["U+000A"]


def test_a_line_break_is_named_and_still_breaks() -> None:
    segments = visible_text("a\nb").segments

    assert segments == (Segment("a"), Segment("U+000A", is_named=True), Segment("\nb"))


def test_hidden_characters_at_the_ends_are_named() -> None:
    segments = visible_text("\u202e\u200b").segments

    assert segments == (Segment("U+202E", is_named=True), Segment("U+200B", is_named=True))


def test_a_long_text_is_folded_with_its_length_and_hash() -> None:
    shown = visible_text("abcde", limit=3)

    assert shown.segments == (Segment("abc"),)
    assert shown.folded_from == 5
    # echo -n abcde | sha256sum
    assert shown.sha256 == "36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c"


def test_a_text_of_just_the_limit_is_not_folded() -> None:
    shown = visible_text("abc", limit=3)

    assert (shown.folded_from, shown.sha256) == (0, "")


def test_our_own_no_break_spaces_stay_and_all_else_is_named() -> None:
    segments = visible_text("9.2\u00a0% of\u202e", keep="\u00a0").segments

    assert segments == (Segment("9.2\u00a0% of"), Segment("U+202E", is_named=True))
