"""What an errand takes, tool call by tool call: the part a model would decide."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

Kind: TypeAlias = Literal["lookup", "draft", "refund", "cleanup"]
ALONE = {"steps": 1, "agents": 1, "delegations": 0}


class Errand(TypedDict, total=False):
    """What somebody wants from an agent; ``name`` is unique for good and names the tasks."""

    name: str
    kind: Kind
    agent: str
    requested_by: str
    order: int
    amount_usd: str
    reason: str
    no_order_since: str
    at_most: int


class Call(TypedDict):
    """One tool call as ``POST tasks`` takes it, less what the errand adds."""

    tool: str
    operation: str
    title: str
    target: str
    arguments: dict[str, Any]
    budget_usd: str


def calls_of(errand: Errand) -> list[Call]:
    """Return the tool calls an errand takes, in order."""
    if errand["kind"] == "cleanup":
        return [_delete(errand)]
    calls = [_read(errand)]
    if errand["kind"] in {"draft", "refund"}:
        calls.append(_draft(errand))
    if errand["kind"] == "refund":
        calls.append(_refund(errand))
    return calls


def _read(errand: Errand) -> Call:
    return Call(
        tool="read_orders",
        operation="read",
        title=f"Read order {errand['order']}",
        target=f"order {errand['order']}",
        arguments={"order": errand["order"]},
        budget_usd="0",
    )


def _draft(errand: Errand) -> Call:
    return Call(
        tool="draft_refund",
        operation="draft",
        title=f"Draft a refund of {errand['amount_usd']} USD on order {errand['order']}",
        target=f"order {errand['order']}",
        arguments={
            "order": errand["order"],
            "amount_usd": errand["amount_usd"],
            "reason": errand["reason"],
        },
        budget_usd="0",
    )


def _refund(errand: Errand) -> Call:
    return Call(
        tool="issue_refund",
        operation="refund",
        title=f"Refund {errand['amount_usd']} USD on order {errand['order']}",
        target=f"order {errand['order']}",
        arguments={"order": errand["order"], "amount_usd": errand["amount_usd"]},
        budget_usd=errand["amount_usd"],
    )


def _delete(errand: Errand) -> Call:
    return Call(
        tool="delete_stale_customers",
        operation="delete",
        title=f"Delete customers without an order since {errand['no_order_since']}",
        target="customers",
        arguments={"no_order_since": errand["no_order_since"], "at_most": errand["at_most"]},
        budget_usd="0",
    )
