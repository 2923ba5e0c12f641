"""Interactions and ratings as files give them: their columns, and what they may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from governance.files.reading import RowFormat

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Moment = Annotated[datetime, Meta(tz=True)]
Amount = Annotated[float, Meta(ge=0, lt=1e14)]
Scale = Annotated[float, Meta(ge=-1e6, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
Payoff = Annotated[float, Meta(ge=-1e14, le=1e14)]
_MOMENT = "a time with a zone, such as 2026-03-02T12:00:00Z"
_NAME = "1 to 120 characters"
_AMOUNT = "dollars from 0 to below 100 trillion"
_PAYOFF = "a number from -100 trillion to 100 trillion"
_SCALE = "a number from -1,000,000 to 1,000,000"


class InteractionRow(Struct, kw_only=True, gc=False):
    """One interaction; the first four columns are required.

    ``value_usd`` moved from initiator to counterparty. ``rating`` is what the initiator gives, on
    any scale, ``verified_quality`` what a check from outside gave. ``team`` declares that both
    belong together.
    """

    id: Name
    occurred_at: Moment
    initiator: Name
    counterparty: Name
    value_usd: Amount | None = None
    cost_usd: Amount | None = None
    rating: Scale | None = None
    verified_quality: Share | None = None
    accepted: bool | None = None
    payoff_initiator: Payoff | None = None
    payoff_counterparty: Payoff | None = None
    team: Annotated[str, Meta(max_length=120)] | None = None


class RatingRow(Struct, kw_only=True, gc=False):
    """One agent's rating of an item of another agent, on any scale."""

    occurred_at: Moment
    rater: Name
    target: Name
    item: Name
    score: Scale


INTERACTIONS = RowFormat(
    row=InteractionRow,
    required=("id", "occurred_at", "initiator", "counterparty"),
    allowed={
        "occurred_at": _MOMENT,
        "verified_quality": "a number from 0 to 1",
        "accepted": "true or false",
        "rating": _SCALE,
        "team": "at most 120 characters",
        **dict.fromkeys(("id", "initiator", "counterparty"), _NAME),
        **dict.fromkeys(("value_usd", "cost_usd"), _AMOUNT),
        **dict.fromkeys(("payoff_initiator", "payoff_counterparty"), _PAYOFF),
    },
)
RATINGS = RowFormat(
    row=RatingRow,
    required=("occurred_at", "rater", "target", "item", "score"),
    allowed={
        "occurred_at": _MOMENT,
        "score": _SCALE,
        **dict.fromkeys(("rater", "target", "item"), _NAME),
    },
)
