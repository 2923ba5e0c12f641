from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
import redis

from governance.feed import Notice, notices_push

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

NOTICE = Notice(fleet="shop", seq=1, name="ticket.opened", ids={})


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """The address of a broker that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def use_broker(settings: Settings, address: str) -> None:
    layer = settings.CHANNEL_LAYERS["default"]
    hosts = [{**layer["CONFIG"]["hosts"][0], "address": address}]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}


def test_a_push_gives_up_on_a_broker_that_does_not_answer(
    settings: Settings, silent_broker: str
) -> None:
    use_broker(settings, silent_broker)

    with pytest.raises(TimeoutError):
        notices_push([NOTICE])


def test_a_push_says_when_the_broker_is_away(settings: Settings) -> None:
    use_broker(settings, "redis://127.0.0.1:1/0")

    with pytest.raises(redis.ConnectionError):
        notices_push([NOTICE])
