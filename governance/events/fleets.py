"""Facts about fleets, their policy, people, keys and upkeep."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class FleetHalted(FleetEvent, wire_name="fleet.halted"):
    """Every task of the fleet is denied at the gate until a person resumes it."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class HaltExplained(FleetEvent, wire_name="fleet.halt_explained"):
    """A person gave the reason of a halt that began without one."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class FleetResumed(FleetEvent, wire_name="fleet.resumed"):
    """A person ended the halt."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class FleetArchived(FleetEvent, wire_name="fleet.archived"):
    """The fleet is over: its keys no longer sign in, its rows stay."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OutboundChanged(FleetEvent, wire_name="fleet.outbound_changed"):
    """An admin said which networks and callback hosts may be sent to; both as they are now."""

    networks: list[str]
    callback_hosts: list[str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(FleetEvent, wire_name="policy.published"):
    """A new policy version is in force; ``agreed_by`` where a second admin had to agree."""

    number: int
    reason: str
    agreed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyDrafted(FleetEvent, wire_name="policy.drafted"):
    """An admin changed fields of the draft, by their paths; nothing of it is in force."""

    version: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class PolicyProposed(FleetEvent, wire_name="policy.proposed"):
    """A draft loosens ``fields`` and waits for a second admin; ``scope`` says whose policy."""

    scope: str
    version: int
    fields: list[str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyDeclined(FleetEvent, wire_name="policy.declined"):
    """An admin did not agree to a proposed draft; it is open again."""

    scope: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyDiscarded(FleetEvent, wire_name="policy.discarded"):
    """A draft is over and nothing of it came into force."""

    scope: str
    version: int


@dataclass(frozen=True, kw_only=True)
class PolicyTrialStarted(FleetEvent, wire_name="policy.trial_started"):
    """A draft with ``changes`` settings is tried beside policy ``number``; it decides nothing."""

    trial_id: UUID
    number: int
    changes: int
    until: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyTrialEnded(FleetEvent, wire_name="policy.trial_ended"):
    """A trial is over after ``days``; whoever ended it before its time gave a ``reason``."""

    trial_id: UUID
    number: int
    days: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class KeyCreated(FleetEvent, wire_name="key.created"):
    """An API key was made; its secret was shown once. Without an end it lasts until revoked."""

    key_id: UUID
    name: str
    environment: str | None = None
    scopes: list[str] | None = None
    rate_per_minute: int | None = None
    expires_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeyRotated(FleetEvent, wire_name="key.rotated"):
    """An API key was succeeded by a new one like it; the former signs in ``until`` then."""

    key_id: UUID
    successor_id: UUID
    name: str
    until: str


@dataclass(frozen=True, kw_only=True)
class KeyChanged(FleetEvent, wire_name="key.changed"):
    """An API key has another name or rate limit; ``sentence`` says what it was and is."""

    key_id: UUID
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(FleetEvent, wire_name="key.revoked"):
    """An API key no longer signs in."""

    key_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class TokenCreated(FleetEvent, wire_name="token.created"):
    """A member made a personal token: a script may do what the member may."""

    token_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(FleetEvent, wire_name="token.revoked"):
    """A member's personal token no longer signs in."""

    token_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(FleetEvent, wire_name="membership.changed"):
    """A person's role in the fleet was given, changed or taken (``role`` empty).

    ``reason`` is what the admin said who changed it on the page of people.
    """

    username: str
    role: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonInvited(FleetEvent, wire_name="person.invited"):
    """An admin made a link by which one person may join; the address is known to admins alone."""

    invitation_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class PersonJoined(FleetEvent, wire_name="person.joined"):
    """A person joined by an invitation, which is used up."""

    invitation_id: UUID
    username: str
    role: str
    invited_by: str


@dataclass(frozen=True, kw_only=True)
class GuessesForgiven(FleetEvent, wire_name="person.guesses_forgiven"):
    """An admin had the sign-in of a person take passwords again; ``count`` wrong ones were kept."""

    username: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(FleetEvent, wire_name="person.invitation_revoked"):
    """An admin took an invitation back before anybody joined by it."""

    invitation_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(FleetEvent, wire_name="person.deactivated"):
    """A member can no longer sign in, and is no longer called for anything."""

    username: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(FleetEvent, wire_name="person.reactivated"):
    """Somebody who had been deactivated can sign in again, with the role they had."""

    username: str
    reason: str | None = None


# After these others may be called for what waits.
PEOPLE_CHANGED = (MembershipChanged, PersonDeactivated, PersonReactivated)


@dataclass(frozen=True, kw_only=True)
class SessionEnded(FleetEvent, wire_name="session.ended"):
    """A person must not receive this fleet's events any longer; in one session or in all."""

    user_key: str
    session: str | None = None

    def ids(self) -> dict[str, str]:
        """Return the key of the person, and the mark of one session: sockets close by them."""
        ended = {"user": self.user_key}
        return ended if self.session is None else {**ended, "session": self.session}


@dataclass(frozen=True, kw_only=True)
class AuditorMended(FleetEvent, wire_name="auditor.mended"):
    """Something should have advanced and had not; the auditor moved it on and says what."""

    sentence: str
