"""How people are named on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEY = "key:"
_OWN_ACTORS = {
    "detector": "the detector",
    "stranger": "somebody",
    "sweeper": "the clock",
    "demo": "the demo",
    "scan": "the scan",
    "retention": "the removal itself",
}


def names_of(usernames: Iterable[str]) -> Mapping[str, str]:
    """Return how these people are named on screen, by user name; one query."""
    wanted = set(usernames)
    if not wanted:
        return {}
    people = get_user_model().objects.filter(username__in=wanted)
    return {person.username: person_name(person) for person in people}


def actor_words(actor: str, names: Mapping[str, str]) -> str:
    """Return whoever acted, as a page names them: a person, an API key, the product itself."""
    if actor.startswith(_KEY):
        return f"API key {actor.removeprefix(_KEY)}"
    return names.get(actor) or _OWN_ACTORS.get(actor, actor)


def actor_named(words: str, actors: Iterable[str]) -> str:
    """Return the one of these actors whom pages call this, whatever the case; empty for no one."""
    actors = list(actors)
    names = names_of(actors)
    wanted = words.casefold()
    found = [actor for actor in actors if actor_words(actor, names).casefold() == wanted]
    return found[0] if len(found) == 1 else ""


def said_by(sentence: str, actor: str, names: Mapping[str, str]) -> str:
    """Return a stored sentence with the full name in the place of the user name it was given."""
    return sentence.replace(f" by {actor}: ", f" by {actor_words(actor, names)}: ", 1)


def initials(name: str) -> str:
    """Return up to two letters for a badge: `RO` for Rita Okafor, `RI` for rita."""
    words = name.split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else name[:2]
    return letters.upper()
