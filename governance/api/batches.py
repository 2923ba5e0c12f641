"""``POST outcomes`` and ``POST interactions``: up to 1,000 items, each with its own fate."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from governance.api.answers import answer
from governance.api.bodies import BATCH_BYTES, body_convert, canonical_refusal
from governance.api.calls import raw_call
from governance.api.problems import problem_document
from governance.domain.canonical import CanonicalError, loads_strict_each
from governance.domain.types import Scope
from governance.refusals import InvalidFieldError, RefusalError
from governance.services.batch_results import DUPLICATE, REJECTED, STORED, ItemResult
from governance.services.batches import outcomes_load
from governance.services.interactions import interactions_load
from governance.services.schemas import InteractionItem, OutcomeItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from governance.api.shown import BatchShown, ItemShown
    from governance.selectors.access import KeyPrincipal

ITEMS_MOST = 1000
KEY = "items"

T = TypeVar("T", bound=msgspec.Struct)


def items_read(raw: bytes, kind: type[T]) -> list[T | RefusalError]:
    """Return the items of ``{"items": [...]}``, each as a ``kind`` or as what is wrong with it.

    Raises:
        MalformedError: if the body is no JSON at all.
        InvalidFieldError: if there is no such list, or it has more than 1,000 items.
    """
    try:
        values = loads_strict_each(raw, key=KEY)
    except CanonicalError as error:
        raise canonical_refusal(error) from error
    if len(values) > ITEMS_MOST:
        raise InvalidFieldError(
            f"{KEY} has {len(values)} entries; send at most {ITEMS_MOST} at once.",
            code="too_many_items",
            field=KEY,
            value=len(values),
            allowed=f"at most {ITEMS_MOST} items",
        )
    return [_item(value, kind) for value in values]


def _item(value: object, kind: type[T]) -> T | RefusalError:
    if isinstance(value, CanonicalError):
        return canonical_refusal(value)
    try:
        return body_convert(value, kind)
    except RefusalError as error:
        return error


def _outcomes(key: KeyPrincipal, raw: bytes) -> HttpResponse:
    return _answer(outcomes_load(key=key, items=items_read(raw, OutcomeItem)))


def _interactions(key: KeyPrincipal, raw: bytes) -> HttpResponse:
    return _answer(interactions_load(key=key, items=items_read(raw, InteractionItem)))


def _answer(results: Sequence[ItemResult]) -> HttpResponse:
    counted = Counter(result.status for result in results)
    shown: BatchShown = {
        "stored": counted[STORED],
        "duplicate": counted[DUPLICATE],
        "rejected": counted[REJECTED],
        "results": [_result(result) for result in results],
    }
    return answer(shown)


def _result(result: ItemResult) -> ItemShown:
    shown: ItemShown = {"index": result.index, "status": result.status}
    if result.refusal is not None:
        shown["error"] = problem_document(result.refusal)
    return shown


outcomes_call = raw_call(_outcomes, scope=Scope.REPORT, most=BATCH_BYTES)
interactions_call = raw_call(_interactions, scope=Scope.REPORT, most=BATCH_BYTES)
