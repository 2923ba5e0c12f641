"""Keep what a link alone lets somebody do out of the log."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/(?:invitation|welcome|new-password/[^/\s?#]+)/)[^/\s?#]+")


class LinkSecrets(logging.Filter):
    """Cut the token out of the addresses of links that work without a sign-in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record's texts in place; every record goes on."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _without(each) if isinstance(each, str) else each for each in record.args
            )
        if isinstance(record.msg, str):
            record.msg = _without(record.msg)
        return True


def _without(text: str) -> str:
    return _SECRET.sub(r"\1...", text)
