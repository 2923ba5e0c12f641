from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new


class UntoldGuess(models.Model):
    """A wrong password or code that nobody was told of yet; `services.guesses_telling` does.

    ``username`` may be nobody's: whether it is somebody's is asked later, so that the answer to
    the guess takes as long either way.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    username = models.CharField(max_length=255)
    is_held = models.BooleanField()

    def __str__(self) -> str:
        return self.username
