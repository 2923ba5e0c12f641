"""The tools that the agents of the story use, and what each can do to the world.

The levels that follow from these letters are worked out in tests/config/simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _tool(write: str, reversibility: str, reach: str, data: str, title: str) -> dict[str, Any]:
    """Return what ``PUT tools/{name}`` takes; the letters are those of the blast vector."""
    hints = {"readOnlyHint": write == "N", "destructiveHint": write in {"D", "P"}}
    return {
        "write": write,
        "reversibility": reversibility,
        "reach": reach,
        "data": data,
        "annotations": {"title": title, **hints},
    }


TOOLS: Mapping[str, Mapping[str, Any]] = {
    "cases.sort": _tool("N", "A", "N", "I", "Sort a support case"),
    "cases.reply": _tool("A", "E", "P", "I", "Reply to a customer"),
    "brief.plan": _tool("N", "A", "N", "I", "Plan a research brief"),
    "web.read": _tool("N", "A", "N", "N", "Read public pages"),
    "brief.write": _tool("A", "A", "N", "N", "Write a draft brief"),
    "deploy.preview": _tool("M", "E", "N", "N", "Deploy a preview"),
    "deploy.release": _tool("M", "E", "P", "I", "Release to customers"),
    "records.profile": _tool("N", "A", "N", "I", "Profile a table"),
    "records.merge": _tool("M", "H", "N", "C", "Merge customer records"),
    "prices.read": _tool("N", "A", "N", "N", "Read market prices"),
    "prices.publish": _tool("M", "E", "P", "N", "Publish a price"),
    "invoices.read": _tool("N", "A", "N", "I", "Read an invoice"),
    "invoices.pay": _tool("A", "E", "P", "I", "Pay an invoice"),
    "payees.read": _tool("N", "A", "N", "C", "Read a payee's bank details"),
    "payees.change": _tool("M", "E", "N", "C", "Change a payee's bank details"),
    "limits.raise": _tool("P", "E", "N", "I", "Raise a payment limit"),
    "media.read": _tool("N", "A", "N", "N", "Read what media space costs"),
    "media.order": _tool("A", "E", "I", "N", "Order media space"),
}
