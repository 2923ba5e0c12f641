# ruff: noqa: E402 - the order of the imports is the point of this file.
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Under ASGI each request runs in a thread of its own: connections come from a pool.
os.environ.setdefault("DATABASE_POOL_MAX", "16")

from django.core.asgi import get_asgi_application

# First: it fills the app registry, which everything imported below needs.
pages: Any = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter

from config.lifespan import lifespan
from config.observing import RequestObserver
from config.origin import OriginCheck
from config.settings import ENV
from dashboard.routing import sockets
from governance.api.lane import GateCalls
from governance.api.polls import WaitingCalls

router: Any = ProtocolTypeRouter(
    {
        "http": GateCalls(WaitingCalls(pages), connections=ENV.database_pool_max),
        # The origin before the session: a foreign page must not even learn who is signed in.
        "websocket": OriginCheck(AuthMiddlewareStack(sockets)),
        "lifespan": lifespan,
    }
)
application = RequestObserver(router)
