"""Where webhooks and their messages are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboard.views import tables, webhooks
from dashboard.views.sheets import sheet_paths

if TYPE_CHECKING:
    from django.urls import URLPattern

WEBHOOK = "f/<slug:fleet>/webhooks/<uuid:webhook_id>/"

WEBHOOK_PATHS: list[URLPattern] = [
    *sheet_paths("f/<slug:fleet>/webhooks", tables.webhooks, "fleet-webhooks"),
    path("f/<slug:fleet>/webhooks/", webhooks.webhooks, name="fleet-webhooks"),
    path("f/<slug:fleet>/webhooks/parts/", webhooks.parts, name="fleet-webhooks-parts"),
    path("f/<slug:fleet>/webhooks/add/", webhooks.add, name="webhook-add"),
    *sheet_paths(f"{WEBHOOK}deliveries", tables.deliveries, "webhook-deliveries"),
    path(WEBHOOK, webhooks.webhook, name="webhook"),
    path(f"{WEBHOOK}parts/", webhooks.webhook_parts, name="webhook-parts"),
    path(f"{WEBHOOK}change/", webhooks.change, name="webhook-change"),
    path(f"{WEBHOOK}rotate/", webhooks.rotate, name="webhook-rotate"),
    path(f"{WEBHOOK}test/", webhooks.move, {"name": "test"}, name="webhook-test"),
    path(f"{WEBHOOK}end/", webhooks.move, {"name": "end"}, name="webhook-end"),
    path(
        f"{WEBHOOK}deliveries/<uuid:delivery_id>/replay/", webhooks.replay, name="delivery-replay"
    ),
]
