"""What to paste so that a first agent asks: it works as it stands, with real address and key."""

from __future__ import annotations

import json
from typing import Any

from dashboard.cards.connect import Snippet, StatedMetric
from governance.domain.blast.scale import SCALE, BlastMetric, blast_step

AGENT = "first-agent"
# What the first ask states of itself, and all of it is true: it reads one order by a number that
# stands in the snippet. With it the task is of level Low even in production.
BLAST = {"W": "N", "R": "A", "D": "I", "X": "N", "U": "T"}


def stated_words() -> tuple[StatedMetric, ...]:
    """Return what each letter of the snippets states, and what else could stand there."""
    return tuple(
        StatedMetric(
            name=SCALE[metric].name.capitalize(),
            letter=f"{metric.value}:{BLAST[metric.value]}",
            meaning=blast_step(metric, BLAST[metric.value]).meaning,
            others=tuple(
                f"{step.letter} {step.meaning}"
                for step in SCALE[metric].steps
                if step.letter != BLAST[metric.value]
            ),
        )
        for metric in map(BlastMetric, BLAST)
    )


def snippets_for(
    *, url: str, key: str, owner: str, environment: str, run: str
) -> tuple[Snippet, ...]:
    """Return the same first ask in three ways.

    Args:
        url: where the console answers, without a slash at the end.
        key: the key's text, or what stands for it.
        owner: the user name of who answers for the agent.
        environment: the key's, which the agent's mandate names.
        run: what tells the tasks of these snippets from those of others; letters, digits and -.
    """
    return (
        Snippet(
            name="curl",
            label="curl",
            says="Paste it into a terminal. The second call is the question.",
            text=_curl(url, key, owner, environment, run),
        ),
        Snippet(
            name="python",
            label="Python",
            says="Save the client beside it as client.py; it needs nothing but Python.",
            text=_python(url, key, owner, environment, run),
        ),
        Snippet(
            name="langgraph",
            label="LangGraph",
            says="Needs client.py as well, and pip install langgraph.",
            text=_langgraph(url, key, owner, environment, run),
        ),
    )


def _agent(owner: str, environment: str) -> dict[str, Any]:
    return {
        "name": "First agent",
        "owner": owner,
        "budget_usd": "100",
        "mandate": {"tools": ["read_orders"], "environments": [environment], "level": "LOW"},
    }


def _curl(url: str, key: str, owner: str, environment: str, run: str) -> str:
    task = {
        "agent": AGENT,
        "requested_by": "first-run",
        "external_id": f"first-curl-{run}",
        "title": "Read order 7",
        "operation": "read",
        "tool": "read_orders",
        "arguments": {"order": 7},
        "plan": {"steps": 1, "agents": 1, "delegations": 0},
        "blast": BLAST,
        "budget_usd": "0.10",
    }
    head = f"-H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
    agent = json.dumps(_agent(owner, environment))
    return "\n".join(
        [
            f"curl -sS -X PUT '{url}/api/v1/agents/{AGENT}' \\",
            f"  {head} \\",
            f"  -d '{agent}'",
            f"curl -sS -X POST '{url}/api/v1/tasks' \\",
            f"  {head} \\",
            f"  -H 'Idempotency-Key: first-curl-{run}' \\",
            f"  -d '{json.dumps(task)}'",
            "",
        ]
    )


def _gate(url: str, key: str, owner: str, environment: str) -> list[str]:
    agent = _agent(owner, environment)
    return [
        f'gate = Countersign("{url}", "{key}")',
        f"mandate = {json.dumps(agent['mandate'])}",
        f'gate.agent_put("{AGENT}", name="{agent["name"]}", owner={json.dumps(owner)},'
        f' budget_usd="{agent["budget_usd"]}", mandate=mandate)',
        'plan = {"steps": 1, "agents": 1, "delegations": 0}',
        f"blast = {json.dumps(BLAST)}",
    ]


def _task(external_id: str, order: str, indent: str) -> list[str]:
    return [
        f"{indent}task = gate.task(",
        f'{indent}    agent="{AGENT}", requested_by="first-run", external_id={external_id},',
        f'{indent}    title="Read order 7", operation="read", tool="read_orders",',
        f'{indent}    arguments={{"order": {order}}}, plan=plan, blast=blast, budget_usd="0.10",',
        f"{indent})",
        f"{indent}started = gate.start(gate.wait(task))  # a no raises DeniedError",
    ]


def _python(url: str, key: str, owner: str, environment: str, run: str) -> str:
    return "\n".join(
        [
            "from client import Countersign",
            "",
            *_gate(url, key, owner, environment),
            *_task(f'"first-python-{run}"', "7", ""),
            'print("This may run, once:", started.arguments)',
            'gate.outcome(task, "success")',
            "",
        ]
    )


def _langgraph(url: str, key: str, owner: str, environment: str, run: str) -> str:
    return "\n".join(
        [
            "from typing import TypedDict",
            "",
            "from client import Countersign",
            "from langgraph.graph import END, START, StateGraph",
            "",
            *_gate(url, key, owner, environment),
            "",
            "",
            "class State(TypedDict, total=False):",
            "    order: int",
            "    ran: dict",
            "",
            "",
            "def read_order(state: State) -> State:",
            *_task(f"f\"first-graph-{run}-{{state['order']}}\"", 'state["order"]', "    "),
            '    gate.outcome(task, "success")',
            '    return {"ran": started.arguments}',
            "",
            "",
            "graph = StateGraph(State)",
            'graph.add_node("read_order", read_order)',
            'graph.add_edge(START, "read_order")',
            'graph.add_edge("read_order", END)',
            'print("This ran:", graph.compile().invoke({"order": 7})["ran"])',
            "",
        ]
    )
