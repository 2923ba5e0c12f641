from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from dashboard.consumers import LiveConsumer, refuse_unknown_path

live = LiveConsumer.as_asgi()

sockets: Any = URLRouter(
    [
        path("ws/queue/", live),
        path("ws/f/<slug:fleet>/", live),
        re_path(r"", refuse_unknown_path),
    ]
)
