from __future__ import annotations

import logging

import pytest

from config.link_secrets import LinkSecrets


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/invitation/s3cret/", "/invitation/.../"),
        ("/welcome/s3cret/", "/welcome/.../"),
        ("/sign-in/new-password/MQ/s3cret/", "/sign-in/new-password/MQ/.../"),
        ("/f/shop/tickets/7/", "/f/shop/tickets/7/"),
    ],
)
def test_a_link_that_works_without_a_sign_in_is_in_no_line(path: str, told: str) -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, f"%s at {path}", (path,), None)

    LinkSecrets().filter(record)

    assert record.getMessage() == f"{told} at {told}"
