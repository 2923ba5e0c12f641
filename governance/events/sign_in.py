"""Facts about how people sign in; none holds a secret, nor where somebody signed in from."""

from __future__ import annotations

from dataclasses import dataclass

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class SignedIn(FleetEvent, wire_name="person.signed_in"):
    """A member signed in; ``way`` is `password`, `password and code` or a provider's name."""

    username: str
    way: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(FleetEvent, wire_name="person.sign_in_failed"):
    """A wrong password or code was given for a member; ``is_held``: no more are taken for now."""

    username: str
    is_held: bool


@dataclass(frozen=True, kw_only=True)
class SecondFactorOn(FleetEvent, wire_name="person.second_factor_on"):
    """A member signs in with a code of their app, too."""

    username: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorOff(FleetEvent, wire_name="person.second_factor_off"):
    """A member signs in without a code again; ``reason`` where somebody else took it off them."""

    username: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(FleetEvent, wire_name="person.recovery_codes_made"):
    """A member made new recovery codes; the ones before are worth nothing."""

    username: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(FleetEvent, wire_name="person.password_changed"):
    """A member changed their password, knowing the old one."""

    username: str


@dataclass(frozen=True, kw_only=True)
class PasswordReset(FleetEvent, wire_name="person.password_reset"):
    """A member set a new password through a link that was mailed to them."""

    username: str


@dataclass(frozen=True, kw_only=True)
class MailChanged(FleetEvent, wire_name="person.mail_changed"):
    """A member changed the mail address that they sign in and reset their password with."""

    username: str


@dataclass(frozen=True, kw_only=True)
class ProviderLinked(FleetEvent, wire_name="person.provider_linked"):
    """A member signs in through an identity provider, too."""

    username: str
    provider: str


@dataclass(frozen=True, kw_only=True)
class ProviderUnlinked(FleetEvent, wire_name="person.provider_unlinked"):
    """A member no longer signs in through an identity provider."""

    username: str
    provider: str
