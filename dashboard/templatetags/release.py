"""Which release of the static files this process hands out."""

from __future__ import annotations

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage

register = template.Library()


@register.simple_tag
def release() -> str:
    """Return a mark that changes with any static file; empty where files are not fingerprinted."""
    return str(getattr(staticfiles_storage, "manifest_hash", ""))
