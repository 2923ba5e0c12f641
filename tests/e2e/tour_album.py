"""The pictures of a tour on one page, each beside what was wrong with it."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.e2e.tour import Shot

_STYLE = """
body { font: 14px system-ui; margin: 24px; background: #ddd; color: #111 }
figure { display: inline-block; vertical-align: top; margin: 8px }
img { height: 300px; max-width: 480px; object-fit: cover; object-position: top; border: 1px solid #999 }
.bad { color: #a00; max-width: 480px }
"""


def album_write(path: Path, shots: Sequence[Shot], missing: Mapping[str, Sequence[str]]) -> None:
    """Write the page: role by role, page by page, each picture leading to its full size."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Tour</title><style>{_STYLE}</style>"]
    for role, lacking in missing.items():
        if lacking:
            parts.append(f"<p class=bad>{role}: the demo has no {escape(', '.join(lacking))}</p>")
    for (role, name), group in groupby(shots, lambda shot: (shot.role, shot.place.name)):
        taken = list(group)
        parts.append(f"<h2>{escape(role)}: {escape(name)}</h2><p>{escape(taken[0].place.path)}</p>")
        parts += [_figure(shot) for shot in taken]
    path.write_text("\n".join(parts), "utf-8")


def _figure(shot: Shot) -> str:
    wrong = "".join(f"<div class=bad>{escape(trouble)}</div>" for trouble in shot.troubles)
    return (
        f'<figure><a href="{shot.file}"><img src="{shot.file}" loading=lazy'
        f' alt="{escape(shot.place.name)}, {shot.theme}, {shot.width} px"></a>'
        f"<figcaption>{shot.width} px, {shot.theme}{wrong}</figcaption></figure>"
    )
