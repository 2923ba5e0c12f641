"""How log lines look: readable by default, one JSON object a line with ``LOG_FORMAT=json``.

Both carry the facts of the request or job that they were written in.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import structlog

from config.link_secrets import LinkSecrets
from governance.log_facts import facts_now

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger


class FactsFilter(logging.Filter):
    """Writes the present facts into each record, before another thread could change them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if not hasattr(record, "facts"):
            record.facts = dict(facts_now())
        return True


class LineFormatter(logging.Formatter):
    """Time, level, logger, message, and the facts in brackets where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one readable line; a trace follows in lines of its own."""
        facts = getattr(record, "facts", None) or {}
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        record.told = f" [{told}]" if told else ""
        return super().format(record)


def logging_settings(*, is_json: bool) -> dict[str, Any]:
    """Return the ``LOGGING`` of Django."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"facts": {"()": FactsFilter}, "link_secrets": {"()": LinkSecrets}},
        "formatters": {
            "line": {
                "()": LineFormatter,
                "fmt": "{asctime} {levelname} {name} {message}{told}",
                "style": "{",
            },
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    _facts_join,
                    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.EventRenamer("message"),
                    structlog.processors.JSONRenderer(sort_keys=True),
                ],
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json" if is_json else "line",
                "filters": ["facts", "link_secrets"],
            },
            # The health page counts errors.
            "errors": {"class": "governance.services.signs.ErrorCounter"},
        },
        "root": {"handlers": ["stderr", "errors"], "level": "INFO"},
        # Of each task that a worker runs, some every two seconds, only trouble is worth a line.
        "loggers": {
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            # It has set up lines of its own before Django; they are to look like all others.
            "uvicorn": {"handlers": [], "level": "INFO", "propagate": True},
            "uvicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            # Its lines would have paths and queries; ours have routes.
            "uvicorn.access": {"handlers": [], "propagate": False},
            # They name the paths of requests, and some of those are secrets.
            "django.request": {"filters": ["link_secrets"]},
            "django.security.csrf": {"filters": ["link_secrets"]},
            # They name addresses of chats, which are secrets.
            "apprise": {"level": "CRITICAL", "propagate": False},
            "urllib3": {"level": "CRITICAL", "propagate": False},
        },
    }


def _facts_join(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Put the facts beside the words of a line; they never take the place of one of them."""
    record: Any = event.get("_record")
    return {**getattr(record, "facts", {}), **event}
