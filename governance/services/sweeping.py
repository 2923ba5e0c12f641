"""Moving what is due one by one, so that what cannot be moved holds up nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


def moved_or_logged(move: Callable[[], bool], trouble: str, *about: object) -> bool:
    """Return whether ``move`` moved something; one that fails is logged, and did not.

    Args:
        move: in a transaction of its own.
        trouble: what to log, with a place for each of ``about``.
        about: what ``move`` is about.
    """
    try:
        return move()
    except Exception:
        logger.exception(trouble, *about)
        return False
