"""What may be told, on a page, of an error that was logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

LEFT_OUT = "…"
# Whatever has no space in it is judged as one word.
_WORD = re.compile(r"[^\s,;()<>'\"]+")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", flags=re.IGNORECASE)
_URL = re.compile(r"^([a-z][a-z0-9+.-]*://)(?:[^/@]*@)?([^/?#@]*).*$", flags=re.IGNORECASE)
# Keys, tokens, digests and signatures: long, of letters and digits, without a space.
_SECRET = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=~.:-]{20,}")
_NAMED = re.compile(r".*(key|token|secret|password|signature|code)[=:].+", flags=re.IGNORECASE)


def error_text(template: str, args: object) -> str:
    """Return the words of a logged line with its arguments, as far as they are no secret.

    Numbers and ids stand as they are. Of any other argument the first line is told; in it what
    looks like a key, a token or a mail address is left out, and of an address on the web all but
    the host.

    Args:
        template: as it was logged, such as ``"fleet %s: %s"``.
        args: as `logging.LogRecord.args` has them: a tuple, a mapping or nothing.
    """
    if not args:
        return template
    told: Any = (
        {name: _told(value) for name, value in args.items()}
        if isinstance(args, Mapping)
        else tuple(_told(value) for value in args)
        if isinstance(args, tuple)
        else _told(args)
    )
    try:
        return str(template % told)
    except (TypeError, ValueError, KeyError):
        return template


def _told(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | UUID):
        return value
    text = str(value.value if isinstance(value, Enum) else value)
    lines = text.splitlines()
    return _WORD.sub(lambda found: _word(found.group()), lines[0]) if lines else ""


def _word(word: str) -> str:
    if _ID.fullmatch(word.strip(".:")):
        return word
    url = _URL.match(word)
    if url:
        return f"{url[1]}{url[2]}/{LEFT_OUT}"
    bare = word.strip(".:")
    is_secret = bare.startswith("cs_") or "@" in bare or _NAMED.fullmatch(bare)
    return LEFT_OUT if is_secret or _SECRET.fullmatch(bare) else word
