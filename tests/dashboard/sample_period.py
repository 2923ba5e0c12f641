"""The bar of a period, as the views would fill it."""

from __future__ import annotations

from dashboard.cards.period import PeriodBar, ZoneSwitch
from dashboard.cards.queue import KindLink

URL = "/f/payments-prod/service/"
UTC = ZoneSwitch(
    name="UTC", choices=(KindLink(label="UTC", url=f"{URL}?tz=utc", is_chosen=True),), set_url="/account/#hours"
)  # fmt: skip
LOCAL = ZoneSwitch(
    name="America/Argentina/Buenos_Aires",
    choices=(
        KindLink(label="UTC", url=f"{URL}?tz=utc", is_chosen=False),
        KindLink(label="America/Argentina/Buenos_Aires", url=f"{URL}?tz=local", is_chosen=True),
    ),
    set_url="/account/#hours",
)
BAR = PeriodBar(
    url=URL,
    ranges=tuple(
        KindLink(label=label, url=f"{URL}?range={name}", is_chosen=name == "7d")
        for name, label in (("24h", "24 h"), ("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"))
    ),
    earlier=f"{URL}?from=2026-02-22&to=2026-03-01", later=f"{URL}?from=2026-03-08",
    wider=f"{URL}?range=30d", since_text="2026-03-01T14:30", until_text="",
    zone=LOCAL, is_live=True, kept=(("tz", "local"),),
    troubles=("range cannot be “\u202ex”. It takes 24h, 7d, 30d, 90d.",),
)  # fmt: skip
