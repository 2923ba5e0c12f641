"""Where the rows of a table are files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """A table's two files: all rows that the page's address narrows it to, not one page of them.

    ``what`` names the rows, for whoever hears the links without seeing the table.
    """

    what: str
    csv_url: str
    json_url: str
