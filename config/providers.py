"""The identity provider of the environment, as django-allauth takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.env_sign_in import SignIn


def sign_in_providers(sign_in: SignIn) -> dict[str, Any]:
    """Return the provider as django-allauth takes it: with PKCE, and nothing kept in rows."""
    if sign_in.provider is None:
        return {}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": sign_in.provider_id,
                    "name": sign_in.provider.name,
                    "client_id": sign_in.provider.client_id,
                    "secret": sign_in.provider.client_secret,
                    "settings": {"server_url": sign_in.provider.issuer},
                }
            ],
        }
    }
