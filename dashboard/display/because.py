"""How a sentence ends with somebody's reason."""

from __future__ import annotations


def quoted(text: object) -> str:
    """Return a text in quotation marks; empty for none."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}" if text else ""


def because(sentence: str, reason: object) -> str:
    """Return the sentence, and after a colon why, where somebody said so."""
    return f"{sentence}: {quoted(reason)}" if reason else f"{sentence}."
