from __future__ import annotations

from contextvars import copy_context
from threading import Thread

import pytest

from governance.log_facts import facts_begin, facts_note, facts_now, request_id_from, request_id_now


@pytest.mark.parametrize("sent", ["a", "A-1._:z", "0" * 64])
def test_a_valid_id_of_the_caller_is_kept(sent: str) -> None:
    assert request_id_from(sent) == sent


@pytest.mark.parametrize("sent", ["", "-a", "a b", "a\nb", "ä", "0" * 65, "a;drop", "<b>"])
def test_any_other_id_is_replaced_by_a_new_one(sent: str) -> None:
    first, second = request_id_from(sent), request_id_from(sent)

    assert first != second
    assert len(first) == 32
    assert first.isalnum()


def test_facts_are_those_of_the_block_and_end_with_it() -> None:
    with facts_begin(request_id="r-1"):
        facts_note(user=7, fleet="shop", task="")
        assert facts_now() == {"request_id": "r-1", "user": 7, "fleet": "shop"}
        assert request_id_now() == "r-1"

    assert (facts_now(), request_id_now()) == ({}, "")


def test_outside_a_block_nothing_is_noted() -> None:
    facts_note(user=7)

    assert facts_now() == {}


def test_what_a_thread_notes_stands_on_the_lines_of_its_request() -> None:
    with facts_begin(request_id="r-1") as facts:
        thread = Thread(target=copy_context().run, args=(lambda: facts_note(key="k-1"),))
        thread.start()
        thread.join()

    assert facts == {"request_id": "r-1", "key": "k-1"}


def test_what_a_caller_named_is_cut() -> None:
    with facts_begin():
        facts_note(task="x" * 500)

        assert facts_now() == {"task": "x" * 80}


def test_what_a_caller_named_stays_on_its_line_and_in_its_place() -> None:
    with facts_begin():
        facts_note(task="x\n2026 ERROR [user=1]")

        assert facts_now() == {"task": "x?2026?ERROR??user=1?"}
