"""How the simulated agents get in: one key for each environment, and two for other duties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from governance.domain.types import Environment, Scope

REGISTRY, DESK = "registry", "desk"
AGENT_SCOPES = (Scope.GATE, Scope.REPORT, Scope.READ)
# Whoever registers an agent says what its mandate is, so the agents' own keys cannot; and whoever
# vouches for quality is not whoever asked for the work.
KEY_SCOPES: Mapping[str, tuple[Environment, tuple[Scope, ...]]] = {
    "production": (Environment.PRODUCTION, AGENT_SCOPES),
    "staging": (Environment.STAGING, AGENT_SCOPES),
    "sandbox": (Environment.SANDBOX, AGENT_SCOPES),
    REGISTRY: (Environment.PRODUCTION, (Scope.GATE, Scope.OPERATE)),
    DESK: (Environment.PRODUCTION, (Scope.REPORT, Scope.VERIFY)),
}


class AccessError(ValueError):
    """A key file that does not say how to get in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Keys by what each is for, as in `KEY_SCOPES`; ``passwords`` by user name, if known."""

    keys: Mapping[str, str]
    fleet: str = ""
    passwords: Mapping[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """Return the key for one purpose; where there is only one key, it serves for all."""
        return self.keys.get(name) or next(iter(self.keys.values()))


def access_read(path: Path) -> Access:
    """Return the access that a file gives: the demo's ``demo.json``, or one key as plain text.

    Raises:
        AccessError: if it holds no key.
    """
    text = path.read_text("utf-8").strip()
    try:
        kept = json.loads(text)
    except ValueError:
        kept = {"key": text}
    if not isinstance(kept, dict):
        kept = {}
    keys = kept.get("keys") or {"production": kept.get("key", "")}
    if not all(token.startswith("cs_") for token in keys.values()):
        raise AccessError(f"{path} holds no key of the form cs_<prefix>_<secret>")
    return Access(keys=keys, fleet=kept.get("fleet", ""), passwords=kept.get("passwords", {}))
