"""A person's words in place of a yes or no, as a copied client and a graph meet them."""

from __future__ import annotations

from typing import Any

import pytest

from examples.client import Countersign, RespondedError, Task
from examples.langgraph.graph import people_answer

ANSWERED: dict[str, Any] = {
    "id": "0198",
    "state": "DENIED",
    "action_digest": "sha256:a",
    "resolution": {
        "answer": "responded",
        "reason_code": "another_way",
        "reason_text": "Offer a voucher first.",
    },
    "decision": {"reasons": []},
}
WAITING: dict[str, Any] = {"id": "0198", "state": "PENDING", "action_digest": "sha256:a"}


class Answering(Countersign):
    """A client whose server answers every call alike."""

    def _call(self, *_: object, **__: object) -> dict[str, Any]:
        return ANSWERED


def test_the_client_raises_the_words_and_says_that_nobody_denied() -> None:
    gate = Answering("http://127.0.0.1:1", "cs_key")

    with pytest.raises(RespondedError, match=r"^Offer a voucher first\.$") as told:
        gate.wait(Task(**WAITING))

    assert told.value.code == "another_way"


def test_the_graph_hands_the_words_to_the_model_as_what_the_call_gave() -> None:
    gate = Answering("http://127.0.0.1:1", "cs_key")

    assert people_answer(gate, WAITING) == {
        "task": None,
        "answers": [{"response": "Offer a voucher first."}],
    }
