from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from dashboard.consumers import LiveConsumer, refuse_unknown_path

# Django's routes are typed for views of HTTP requests; sockets are served by applications.
live: Any = LiveConsumer.as_asgi()
refuse: Any = refuse_unknown_path
routes: list[Any] = [
    path("ws/queue/", live),
    path("ws/f/<slug:fleet>/", live),
    re_path(r"", refuse),
]

sockets = URLRouter(routes)
