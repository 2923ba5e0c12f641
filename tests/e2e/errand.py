"""One run of the example's graph, held still where people are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langgraph.types import Command

from examples.langgraph.graph import State, people_answer

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph.state import CompiledStateGraph

    from examples.client import Countersign
    from examples.langgraph.calls import Errand


class ErrandRun:
    """A graph with one thread of work in it; ``ticket`` refers to what it waits for, or did."""

    def __init__(
        self, gate: Countersign, graph: CompiledStateGraph[State, None, State, State]
    ) -> None:
        self._gate, self._graph = gate, graph
        self._thread: RunnableConfig = {"configurable": {"thread_id": uuid4().hex}}
        self.state: dict[str, Any] = {}
        self.ticket: dict[str, Any] = {}

    def begin(self, **errand: Any) -> None:
        """Run until the end or the first question."""
        wish: Errand = {"name": f"e2e-{uuid4().hex}", "requested_by": "ines@shop", **errand}  # type: ignore[typeddict-item]
        self.state = self._graph.invoke(State(errand=wish, answers=[]), self._thread)
        for question in self.state.get("__interrupt__", ()):
            self.ticket = question.value["task"]["ticket"]

    def go_on(self) -> None:
        """Wait for the people's answer and resume with it."""
        answer = people_answer(self._gate, self.state["task"])
        self.state = self._graph.invoke(Command(resume=answer), self._thread)
