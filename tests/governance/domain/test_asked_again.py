from __future__ import annotations

from governance.domain.asked_again import latest_kept


def test_the_very_same_arguments_are_answered_once() -> None:
    asked: list[tuple[object, str]] = []

    @latest_kept
    def told(subject: object, word: str) -> str:
        asked.append((subject, word))
        return f"{word} {len(asked)}"

    one, other = [1.0], [1.0]

    assert [told(one, "a"), told(one, "a"), told(one, "b")] == ["a 1", "a 1", "b 2"]
    # Equal is not the same; and only the latest answer is kept.
    assert [told(other, "b"), told(one, "b")] == ["b 3", "b 4"]
