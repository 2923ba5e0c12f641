"""The links under a table, as cards."""

from __future__ import annotations

from dashboard.cards.files import FileLinks


def files(what: str) -> FileLinks:
    """Return links to the files of some rows."""
    return FileLinks(what=what, csv_url="/rows.csv", json_url="/rows.json")
