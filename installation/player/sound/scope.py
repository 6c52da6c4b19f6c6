"""The newest sound for the shaders that read it: live from the sound process, in films from a file."""

from typing import Final

import msgspec
import numpy as np

from installation.errors import MediaError
from installation.ipc.feeds.sound import Scope
from installation.render.isf_host.sound import BINS, SAMPLES, Sound
from installation.render.picture import Picture
from installation.values import Seconds

__all__ = ["Scopes", "sound_of"]

_OLD: Final[Seconds] = 0.5
"""Age at which a sound is over, because nobody sends one: 15 of the 30 a second that are asked for."""
_CHANNELS: Final = 64
"""Most channels that are shown."""

_decode: Final = msgspec.msgpack.Decoder(Scope).decode


def sound_of(scope: Scope) -> Sound | None:
    """Return a scope as arrays; None if it has no channels.

    Raises:
        MediaError: The lengths do not agree.
    """
    if scope.channels <= 0:
        return None
    channels = scope.channels
    if channels > _CHANNELS or (len(scope.wave), len(scope.spectrum)) != (
        4 * SAMPLES * channels,
        4 * BINS * channels,
    ):
        message = (
            f"a scope of {channels} channels with {len(scope.wave)} bytes of wave and {len(scope.spectrum)} "
            f"of spectrum; each channel has {4 * SAMPLES} and {4 * BINS}"
        )
        raise MediaError(message)
    return Sound(
        np.frombuffer(scope.wave, "<f4").reshape(channels, SAMPLES),
        np.frombuffer(scope.spectrum, "<f4").reshape(channels, BINS),
    )


class Scopes:
    """Gives a picture the newest sound, and tells whether any shader reads it.

    Args:
        picture: Draws; None for a show without a picture, which reads nothing.
    """

    def __init__(self, picture: Picture | None) -> None:
        self._textures = picture.host.sound if picture is not None else None
        self._at: Seconds | None = None

    def wanted(self, now: Seconds) -> bool:
        """Return whether a shader has read the sound since the last call; call once a frame.

        What is shown falls silent when nothing came for half a second.
        """
        textures = self._textures
        if textures is None:
            return False
        if self._at is not None and now - self._at > _OLD:
            textures.hear(None)
            self._at = None
        wanted, textures.wanted = textures.wanted, False
        return wanted

    def hear(self, scope: Scope, now: Seconds) -> None:
        """Show what is heard. Raises MediaError if it cannot be."""
        if self._textures is not None:
            self._textures.hear(sound_of(scope))
            self._at = now

    def receive(self, payload: bytes, now: Seconds) -> None:
        """Show what came over the bus. Raises MediaError if it cannot be read."""
        try:
            self.hear(_decode(payload), now)
        except msgspec.MsgspecError as error:
            message = f"a scope that cannot be read: {error}"
            raise MediaError(message) from None
