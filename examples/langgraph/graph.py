"""The shop's agent as a LangGraph graph in which every tool call passes Countersign.

    choose -> ask -> act -> choose ...
               |      ^
               v      |
             people --+          (interrupt: the run stops here until somebody has answered)

``choose`` stands where a model would pick the next tool; here it is plain code, so that the
example needs no model key and always does the same.
"""

from __future__ import annotations

import operator
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from examples.client import (
    DeniedError,
    ExpiredError,
    FrozenError,
    RefusedError,
    RespondedError,
    Started,
    Task,
    UnavailableError,
    WithdrawnError,
)
from examples.langgraph.calls import ALONE, Call, Errand, calls_of
from examples.langgraph.shop import ShopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from examples.client import Countersign
    from examples.langgraph.shop import Shop


class Refusal(TypedDict):
    """Why the errand ended early: ``answer`` tells a denial from silence, recall and freeze."""

    answer: str
    code: str
    sentence: str
    retry_after_s: float


class State(TypedDict, total=False):
    """What the checkpointer keeps of a run; ``answers`` grows by one with each tool call.

    They are all that a model would be shown of a call, so they say too what people edited of it.
    """

    errand: Errand
    call: Call | None
    task: dict[str, Any] | None
    answers: Annotated[list[dict[str, Any]], operator.add]
    refusal: Refusal | None


def graph_build(
    gate: Countersign, shop: Shop, *, checkpointer: BaseCheckpointSaver[str]
) -> CompiledStateGraph[State, None, State, State]:
    """Return the compiled graph; run it with a ``thread_id`` per errand."""
    nodes = _Nodes(gate, shop)
    graph = StateGraph(State)
    graph.add_node("choose", nodes.choose)
    graph.add_node("ask", nodes.ask)
    graph.add_node("people", nodes.people)
    graph.add_node("act", nodes.act)
    graph.add_edge(START, "choose")
    graph.add_conditional_edges("choose", lambda state: "ask" if state["call"] else END)
    graph.add_conditional_edges("ask", _after_asking)
    graph.add_conditional_edges("people", _after_people)
    graph.add_conditional_edges("act", lambda state: END if state.get("refusal") else "choose")
    return graph.compile(checkpointer=checkpointer)


def people_answer(
    gate: Countersign, task: dict[str, Any], *, goes_on: Callable[[], bool] = lambda: True
) -> dict[str, Any]:
    """Wait for the people and return what ``Command(resume=...)`` hands to the stopped run.

    Words in place of a yes or no become what the call gave, for the model to go on with.

    ``goes_on`` may end the wait early; the answer then holds a task that is still pending.

    Raises:
        UnavailableError: if Countersign is away; the run stays where it is.
    """
    try:
        return {"task": _note(gate.wait(Task(**task), goes_on=goes_on))}
    except UnavailableError:
        raise
    except RespondedError as error:
        return {"task": None, "answers": [answer_of(error)]}
    except RefusedError as error:
        return {"refusal": refusal_of(error)}


def answer_of(error: RespondedError) -> dict[str, Any]:
    """Return a person's words as what the call gave: the model reads them and goes on."""
    return {"response": str(error)}


def given(answer: dict[str, Any], started: Started) -> dict[str, Any]:
    """Return what the call gave, and where people edited its arguments, what ran in their place.

    A model that only remembers what it asked with would go on as if that had run.
    """
    return {**answer, "people_edited_to": started.arguments} if started.edited else answer


def costs_usd(call: Call, started: Started) -> str:
    """Return what the call costs as it may run: an edit may have made the amount smaller."""
    is_spent = Decimal(call["budget_usd"]) > 0
    return str(started.arguments.get("amount_usd", call["budget_usd"])) if is_spent else "0"


def refusal_of(error: RefusedError) -> Refusal:
    """Return a refusal as the state keeps it: denied, expired, withdrawn, blocked or refused."""
    answers: dict[type[RefusedError], str] = {
        DeniedError: "denied",
        ExpiredError: "expired",
        WithdrawnError: "withdrawn",
        FrozenError: "blocked",
    }
    return Refusal(
        answer=answers.get(type(error), "refused"),
        code=error.code,
        sentence=str(error),
        retry_after_s=float(error.problem.get("retry_after_s") or 0),
    )


class _Nodes:
    """The nodes; each may run again after a crash or a lost connection and then changes nothing."""

    def __init__(self, gate: Countersign, shop: Shop) -> None:
        self._gate = gate
        self._shop = shop

    def choose(self, state: State) -> State:
        """Pick the next tool call from what is done so far."""
        left = calls_of(state["errand"])[len(state.get("answers", [])) :]
        return {"call": left[0] if left else None, "task": None}

    def ask(self, state: State) -> State:
        """Submit the call; the same errand and step is the same task however often asked."""
        errand, call = state["errand"], state["call"]
        assert call is not None  # noqa: S101 - the edge into this node checked it
        step = len(state.get("answers", []))
        task = self._gate.task(
            agent=errand["agent"],
            requested_by=errand["requested_by"],
            external_id=f"{errand['name']}/{step}",
            parent=f"{errand['name']}/0" if step else None,
            description=errand.get("reason", ""),
            # The staff's wish is the only input; each call is one step of one agent.
            blast={"U": "I"},
            plan=ALONE,
            **call,
        )
        try:
            # Not pending, so this asks nobody: it only turns a refusal into its error.
            return {"task": _note(task if task.state == "PENDING" else self._gate.wait(task))}
        except RespondedError as error:
            return {"task": None, "answers": [answer_of(error)]}
        except RefusedError as error:
            return {"task": _note(task), "refusal": refusal_of(error)}

    def people(self, state: State) -> State:
        """Stop the run and show what is waited for; a resume brings the answer of the people.

        A node that interrupts runs again from its top on resume, so it does nothing else.
        """
        answer: State = interrupt({"task": state["task"], "call": state["call"]})
        return answer

    def act(self, state: State) -> State:
        """Start, run exactly the arguments that came back, report."""
        call, note = state["call"], state["task"]
        assert call is not None  # noqa: S101 - the edges into this node checked it
        assert note is not None  # noqa: S101
        task = Task(**note)
        try:
            # The shop does each task once, so a run that was cut off here may have its go again.
            started = self._gate.start(task, idempotency_key=f"start-{task.id}")
        except UnavailableError:
            raise
        except RefusedError as error:
            return {"refusal": refusal_of(error)}
        cap, costs = started.spend_cap_usd, costs_usd(call, started)
        if cap is not None and Decimal(costs) > cap:
            self._report(task, "cancelled", error_code="over_cap")
            return {"refusal": _failed(f"The call costs {costs} USD, its cap is {cap}.")}
        began = time.perf_counter()
        try:
            answer = self._shop.run(call["tool"], task_id=task.id, arguments=started.arguments)
        except ShopError as error:
            self._report(task, "failure", error_code="shop_refused")
            return {"refusal": _failed(str(error))}
        # A call that spends nothing has no cost to compare with what is usual.
        cost = {"cost_usd": costs} if Decimal(costs) else {}
        self._report(task, "success", duration_s=time.perf_counter() - began, **cost)
        return {"answers": [given(answer, started)]}

    def _report(self, task: Task, result: str, **facts: Any) -> None:
        try:
            self._gate.outcome(task, result, **facts)
        except RefusedError as error:
            # A first report whose answer got lost has arrived all the same.
            if error.code != "already_finished":
                raise


def _failed(sentence: str) -> Refusal:
    return Refusal(answer="failed", code="", sentence=sentence, retry_after_s=0.0)


def _after_asking(state: State) -> str:
    if state.get("refusal"):
        return END
    task = state["task"]
    if task is None:
        return "choose"
    return "people" if task["state"] == "PENDING" else "act"


def _after_people(state: State) -> str:
    if state.get("refusal"):
        return END
    return "act" if state["task"] is not None else "choose"


def _note(task: Task) -> dict[str, Any]:
    """Return the task in the plain values a checkpointer can keep."""
    return {
        "id": task.id,
        "state": task.state,
        "action_digest": task.action_digest,
        "ticket": None if task.ticket is None else dict(task.ticket),
    }
