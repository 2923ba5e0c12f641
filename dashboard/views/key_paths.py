"""Where keys of a fleet and tokens of a person are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboard.views import keys, tokens
from dashboard.views.sheets import sheet_paths

if TYPE_CHECKING:
    from django.urls import URLPattern

_KEYS = "f/<slug:fleet>/keys/"
_KEY = f"{_KEYS}<uuid:key_id>/"

KEY_PATHS: list[URLPattern] = [
    *sheet_paths("f/<slug:fleet>/keys", keys.sheet, "fleet-keys"),
    path(_KEYS, keys.keys, name="fleet-keys"),
    path(f"{_KEYS}add/", keys.add, name="fleet-key-add"),
    path(_KEY, keys.key, name="fleet-key"),
    path(f"{_KEY}change/", keys.change, name="fleet-key-change"),
    path(f"{_KEY}rotate/", keys.rotate, name="fleet-key-rotate"),
    path(f"{_KEY}revoke/", keys.revoke, name="fleet-key-revoke"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/add/", tokens.add, name="token-add"),
    path("account/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]
