"""Static files under names that carry their contents: browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class FingerprintedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names each file after its contents, also where one module imports another.

    A page therefore never runs with the scripts of another release than its own.
    """

    support_js_module_import_aggregation = True
