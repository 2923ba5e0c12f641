from __future__ import annotations

import pytest

from config.env_sign_in import Provider, sign_in_read
from config.env_values import EnvironmentVariableError

PROVIDER = {
    "OIDC_ISSUER": "https://login.example/realms/shop/",
    "OIDC_CLIENT_ID": "countersign",
    "OIDC_CLIENT_SECRET": "a secret",
}


def test_defaults_hold_back_after_five_wrong_ones_for_a_quarter_of_an_hour() -> None:
    found = sign_in_read({}, plain_here=False)

    assert (found.failures_most, found.name_failures_most, found.lock_min) == (5, 50, 15)
    assert not found.second_factor_required
    assert found.provider is None


def test_a_provider_is_named_after_its_host_unless_it_has_a_name() -> None:
    found = sign_in_read(PROVIDER, plain_here=False).provider
    named = sign_in_read(PROVIDER | {"OIDC_NAME": "Shop ID"}, plain_here=False).provider

    assert found == Provider(
        issuer="https://login.example/realms/shop",
        client_id="countersign",
        client_secret="a secret",
        name="login.example",
    )
    assert named is not None
    assert named.name == "Shop ID"


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example",
        "http://localhost:9000",
        "ftp://login.example",
        "login.example",
        "https://",
        "https://user@login.example",
        "https://login.example:0",
        "https://login.example:x",
        "https://login.example/?a=b",
        "https://login.example/#a",
    ],
)
def test_a_provider_speaks_tls(issuer: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=r"OIDC_ISSUER must be https://host"):
        sign_in_read(PROVIDER | {"OIDC_ISSUER": issuer}, plain_here=False)


def test_for_development_a_provider_on_this_machine_need_not() -> None:
    here = PROVIDER | {"OIDC_ISSUER": "http://localhost:9000"}
    found = sign_in_read(here, plain_here=True).provider

    assert found is not None
    with pytest.raises(EnvironmentVariableError):
        sign_in_read(PROVIDER | {"OIDC_ISSUER": "http://login.example"}, plain_here=True)


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_half_a_provider_is_refused(missing: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=f"{missing} must be set"):
        sign_in_read({**PROVIDER, missing: ""}, plain_here=False)


@pytest.mark.parametrize("name", ["SIGN_IN_FAILURES", "SIGN_IN_LOCK_MIN", "SIGN_IN_NAME_FAILURES"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "999999"])
def test_a_limit_is_a_number_and_never_none(name: str, value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=f"{name} must be a whole number from 1"):
        sign_in_read({name: value}, plain_here=False)
