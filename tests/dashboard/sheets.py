"""Which tables of a fleet are files, and how a test reads one."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

# Ids of what a fleet has stand in braces.
FLEET_TABLES = (
    "queue/decided",
    "queue/unstarted",
    "overview/alarms",
    "overview/looks",
    "service/waiting",
    "service/levels",
    "service/answers",
    "matrix",
    "detectors",
    "audits",
    "shadow",
    "trends/moved",
    "events",
    "agents",
    "agents/{agent}/outcomes",
    "agents/{agent}/audits",
    "tools",
    "people",
    "evidence",
    "evidence/fields",
    "retention",
    "integrity",
    "rules",
    "cascades",
    "cascades/{cascade}/tasks",
    "policy/backtest/{backtest}/settings",
    "policy/backtest/{backtest}/counts",
    "policy/backtest/{backtest}/cases",
    "collusion",
    "collusion/watched",
    "collusion/ranking",
    "collusion/teams",
    "collusion/graph",
    "collusion/{ring}/jobs",
    "incidents",
)
MANAGER_TABLES = ("webhooks", "webhooks/{webhook}/deliveries")
ADMIN_TABLES = ("keys",)


def lines(client: Client, url: str) -> list[dict[str, str]]:
    text = b"".join(client.get(url)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def objects(client: Client, url: str) -> Any:
    return json.loads(b"".join(client.get(url)))
