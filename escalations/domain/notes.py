"""What is said of a ticket while it waits."""

from __future__ import annotations

from enum import StrEnum


class NoteKind(StrEnum):
    """What a note is: a question of the holder, its answer, or the word at a hand-over."""

    QUESTION = "question"
    ANSWER = "answer"
    HANDOVER = "handover"


class WokenBy(StrEnum):
    """What ended a snooze."""

    TIME = "time"
    PERSON = "person"
    ANSWER = "answer"
    EVIDENCE = "evidence"
