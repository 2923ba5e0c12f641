"""Which numbers of a page are compared, read from what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# What a chart calls its buckets, and which columns of its table are counts.
BUCKETS = {"5min": "every 5 min", "hour": "by the hour", "day": "by the day, UTC"}
COUNTED = ("Outcomes", "Succeeded", "Partial", "Failed", "Not counted")

if TYPE_CHECKING:
    from tests.dashboard.raw_counts import Draw
    from tests.dashboard.screen import Screen


def service(screen: Screen, draw: Draw) -> dict[str, Any]:
    """Read the figures, the bars' table and the people of the service levels."""
    found: dict[str, Any] = {
        name: screen.figure(name) for name in ("Answered", "Expired", "Escalated")
    }
    found |= {name: screen.figure(name)[0] for name in ("Median", "9 of 10 within")}
    width = "hour" if draw.is_short else "day"
    for row in screen.table(f"Table: What became of tickets, by the {width}"):
        when = row.pop(width.capitalize())
        found |= {f"{when} {column}": value for column, value in row.items()}
    nobody = "Nobody answered a ticket in this period."
    for row in screen.table("Answers by person", instead=nobody):
        found |= {
            f"{row['Person']} {column}": row[column] for column in ("Tickets answered", "Last")
        }
    return found


def trends(screen: Screen, draw: Draw) -> dict[str, Any]:
    """Read the agent's buckets: what finished in each, and the score after it where it is shown."""
    found: dict[str, Any] = {}
    for row in screen.table(f"Table: Trust, and what finished, {BUCKETS[draw.bucket]}"):
        cells = iter(row.items())
        _, slot = next(cells)
        found |= {f"{slot} {column}": value for column, value in cells if column in COUNTED}
    return found or {"nothing finished": True}


def matrix(screen: Screen, _: Draw) -> dict[str, Any]:
    """Read the table of numbers, cell by cell."""
    return {
        f"{row['Cell']} {column}": value
        for row in screen.table("Table: the matrix in numbers")
        for column, value in row.items()
        if column not in {"Cell", "Failures stopped, estimate", "Held up per failure stopped"}
    }


def overview(screen: Screen, _: Draw) -> dict[str, Any]:
    """Read the key figures."""
    names = ("On probation", "Supervised", "Waiting", "Time to decide", "Spent this month")
    found: dict[str, Any] = {name: screen.figure(name)[0] for name in names}
    return found | {"Expired": screen.figure("Expired")}


def agents(screen: Screen, draw: Draw) -> dict[str, Any]:
    """Read the one agent that the list is narrowed to."""
    (row,) = screen.table("Agents of Shop, 1 to 1 of 1")
    trust = row["Trust, 10 to 90 %, tier"]
    return {
        "n": trust.partition(" n ")[2] or trust.partition("(")[2].partition(" ")[0],
        "spent": row["Spent this month"].partition(" ")[0],
        "tier": next(word for word in ("High", "Medium", "Low") if word in trust.split()),
    }
