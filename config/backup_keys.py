"""The keys that a back-up does not hold, without which what it holds is of little use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.backup_manifest import BackupRefusedError
from config.embedded import home_named
from governance.selectors.seals import seal_keys

if TYPE_CHECKING:
    from config.backup_manifest import Manifest


def seal_keys_missing(manifest: Manifest) -> list[str]:
    """Return the names of keys that signed the log in the back-up and are not known here."""
    known = seal_keys().known
    return [name for name in manifest.seal_keys if name not in known]


def seal_keys_require(manifest: Manifest) -> None:
    """Return if the log in the back-up can be checked here.

    Raises:
        BackupRefusedError: else; it says which secrets to bring along, and where each belongs.
    """
    missing = seal_keys_missing(manifest)
    if not missing:
        return
    home, known = home_named().root, ", ".join(seal_keys().known)
    message = (
        f"The log in this back-up is signed with the key {', '.join(missing)}, and this "
        f"installation has {known}. Bring two secrets along from where the back-up was taken:\n"
        f"- the key that signs seals, in SEAL_KEY, the file that SEAL_KEY_FILE names or, for "
        f"`manage.py up`, {home / 'seal-key'}; earlier ones in SEAL_KEYS_BEFORE\n"
        f"- the key that second factors are encrypted with, in SECRET_KEY or, for `manage.py up`, "
        f"{home / 'secret-key'}\n"
        "Nothing was loaded. Where the first is lost for good, --without-seal-key loads all the "
        "same: nobody can check then what was sealed, and nothing more is sealed until python "
        "manage.py give_up_seal_key --all."
    )
    raise BackupRefusedError(message)
