"""PostgreSQL and Valkey out of wheels, for one machine and one checkout."""

from config.embedded.errors import EmbeddedServerError, HomeInUseError
from config.embedded.home import Home, home_erase, home_locked, home_named, home_release
from config.embedded.stack import (
    EmbeddedStack,
    Server,
    answer_await,
    embedded_stack,
    environment_complete,
    stack_prepare,
)

__all__ = [
    "EmbeddedServerError",
    "EmbeddedStack",
    "Home",
    "HomeInUseError",
    "Server",
    "answer_await",
    "embedded_stack",
    "environment_complete",
    "home_erase",
    "home_locked",
    "home_named",
    "home_release",
    "stack_prepare",
]
