"""The keys that sign: kept outside the database, named in it by a part of their digest."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

NAME_DIGITS = 8


@dataclass(frozen=True, slots=True)
class SealKeys:
    """All keys by name, and the name of the one that signs what is new."""

    current: str
    known: Mapping[str, str]

    def sign(self, signed: Mapping[str, Any], *, key: str = "") -> str:
        """Return the HMAC-SHA256 over the RFC 8785 form, 64 hexadecimal digits.

        Raises:
            KeyError: if the key is not known.
        """
        secret = self.known[key or self.current]
        return hmac.new(secret.encode(), rfc8785.dumps(dict(signed)), hashlib.sha256).hexdigest()

    def has_signed(self, signed: Mapping[str, Any], *, key: str, signature: str) -> bool:
        """Return whether the signature is the one that ``key`` makes; a key not known made none.

        What has no RFC 8785 form, such as a number beyond 2^53, was never signed.
        """
        if key not in self.known or not signature.isascii():
            return False
        try:
            made = self.sign(signed, key=key)
        except (rfc8785.CanonicalizationError, UnicodeEncodeError):
            return False
        return hmac.compare_digest(made, signature)


def key_name(key: str) -> str:
    """Return by what a seal names its key: the first 8 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:NAME_DIGITS]


def keys_of(keys: Sequence[str]) -> SealKeys:
    """Return the keys, the first of which signs."""
    return SealKeys(key_name(keys[0]), {key_name(key): key for key in keys})
