"""Where two states of one agent differ, and by more than rounding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def state_flat(plain: object) -> dict[str, object]:
    """Return the leaves of nested JSON values by their path: ``trust.evidence.0``."""
    return dict(_leaves(plain, ""))


def differences(
    live: Mapping[str, object], again: Mapping[str, object], *, most: float = 1e-9
) -> list[str]:
    """Return the paths, in order, at which two flat states differ by more than rounding.

    Args:
        live: as `state_flat` gives it.
        again: likewise.
        most: numbers may differ by this, or by this share of themselves.
    """
    paths = sorted(live.keys() | again.keys())
    return [path for path in paths if not _same(live.get(path), again.get(path), most)]


def difference_sentence(
    name: str, found: list[str], live: Mapping[str, object], again: Mapping[str, object]
) -> str:
    """Return what a re-fold of an agent found, with the first place where the two differ.

    Args:
        name: how the agent is called.
        found: the paths that differ, one at least.
        live: the flat state that the agent is judged by.
        again: the flat state that its history folds to.
    """
    first = found[0]
    places = "1 place" if len(found) == 1 else f"{len(found)} places"
    return (
        f"The history of {name}, folded again, differs from its state in {places};"
        f" first {first}: {live.get(first)} live, {again.get(first)} folded again."
    )


def _same(one: object, other: object, most: float) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= most * max(1.0, abs(one), abs(other))
    return one == other


def _leaves(plain: object, path: str) -> Iterable[tuple[str, object]]:
    if isinstance(plain, Mapping):
        named: Iterable[tuple[object, object]] = plain.items()
    elif isinstance(plain, list | tuple):
        named = enumerate(plain)
    else:
        yield path, plain
        return
    for name, value in named:
        yield from _leaves(value, f"{path}.{name}" if path else str(name))
