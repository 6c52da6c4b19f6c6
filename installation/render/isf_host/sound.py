"""The sound of the room, or of a file, as textures of ``audio`` and ``audioFFT`` inputs.

ISF (https://github.com/mrRay/ISF_Spec, "INPUTS") gives each channel a row and each sample or bin a column,
from the left; a wave is centred on 0.5, and ``MAX`` is the number of columns that a shader wants, 1 standing
for "the total volume". What ISF leaves open is decided here:

- a sample ``s`` is ``0.5 + s / 2``; without ``MAX`` there are as many columns as the source has;
- a column for several samples is their mean; a single column is 0.5 and half of the root mean square, with a
  sine of full scale at 1;
- a bin is in decibels, as authors know it from browsers: 0 at ``FLOOR`` and 1 at ``CEILING``. A column for
  several bins has their mean power.
"""

from dataclasses import dataclass
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.isf.shader import Input
from installation.render.gl.context import Context

__all__ = ["BINS", "CEILING", "FLOOR", "SAMPLES", "Sound", "SoundTextures", "spectrum_rows", "wave_rows"]

SAMPLES: Final = 1024
"""Samples of each channel of a wave."""
BINS: Final = 512
"""Bins of each channel of a spectrum, from 0 Hz to half of the sampling rate."""

FLOOR: Final = -86.4
"""Decibels below a sine of full scale at which a bin is 0."""
CEILING: Final = -16.4
"""Decibels at which a bin is 1.

Both are the defaults of ``AnalyserNode`` (W3C Web Audio API, ``minDecibels`` -100 and ``maxDecibels`` -30),
whose magnitudes are 13.6 dB lower: it divides by the size of the transform, and does not make up for its
window.
"""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """The newest sound.

    Attributes:
        wave: Samples -1..1, ``(channels, n)``, oldest first.
        spectrum: Amplitudes, ``(channels, bins)`` from 0 Hz to half of the sampling rate; a sine of full
            scale has 1.
    """

    wave: Rows
    spectrum: Rows


_SILENCE: Final = Sound(np.zeros((1, SAMPLES), np.float32), np.zeros((1, BINS), np.float32))


def wave_rows(wave: Rows, columns: int | None = None) -> Rows:
    """Return samples ``(channels, n)`` as the values 0..1 of a texture ``(channels, columns)``.

    Silence is 0.5.

    Args:
        wave: Samples; what lies outside of -1..1 is clipped.
        columns: As many as there are samples, if None.
    """
    if columns == 1:
        loud = np.sqrt(2.0 * np.mean(np.square(wave), axis=1, keepdims=True))
        return _clipped(0.5 + 0.5 * loud)
    return _clipped(0.5 + 0.5 * _resampled(wave, columns))


def spectrum_rows(spectrum: Rows, columns: int | None = None) -> Rows:
    """Return amplitudes ``(channels, bins)`` as the values 0..1 of a texture ``(channels, columns)``.

    Args:
        spectrum: Amplitudes; see ``Sound``.
        columns: As many as there are bins, if None.
    """
    power = _resampled(np.square(spectrum), columns)
    decibels = 10.0 * np.log10(np.maximum(power, np.float32(1e-20)))
    return _clipped((decibels - FLOOR) / (CEILING - FLOOR))


class SoundTextures:
    """One texture for each type and number of columns, shared by all shaders of a context.

    Args:
        context: The OpenGL context.

    Attributes:
        wanted: Whether a shader has read any of them since somebody set this to False.
    """

    def __init__(self, context: Context) -> None:
        self.wanted = False
        self._context = context
        self._sound = _SILENCE
        self._serial = 0
        self._made: dict[tuple[str, int], tuple[int, moderngl.Texture]] = {}

    def hear(self, sound: Sound | None) -> None:
        """Take the newest sound; None is silence. Textures are written when a shader reads them."""
        if sound is not self._sound and not (sound is None and self._sound is _SILENCE):
            self._sound = sound or _SILENCE
            self._serial += 1

    def texture(self, given: Input) -> moderngl.Texture:
        """Return the texture for an ``audio`` or ``audioFFT`` input: what was heard last."""
        wave = given.type == "audio"
        native = SAMPLES if wave else BINS
        asked = int(given.maximum[0]) if given.maximum else native
        columns = min(max(asked, 1), self._context.info.texture_size)
        serial, texture = self._made.get((given.type, columns), (-1, None))
        if texture is None or serial != self._serial:
            data = self._sound.wave if wave else self._sound.spectrum
            rows = (wave_rows if wave else spectrum_rows)(data, columns)
            if texture is None or texture.height != len(rows):
                if texture is not None:
                    texture.release()
                texture = rows_texture(self._context, rows)
            else:
                texture.write(rows)
            self._made[given.type, columns] = self._serial, texture
        return texture

    def release(self) -> None:
        """Free all textures."""
        for _, texture in self._made.values():
            texture.release()
        self._made.clear()


def rows_texture(context: Context, rows: Rows) -> moderngl.Texture:
    """Return a float texture of ``(channels, columns)`` values; r, g and b are equal, alpha is 1."""
    texture = context.gl.texture(rows.shape[::-1], 1, rows.tobytes(), dtype="f4")
    texture.swizzle = "RRR1"
    texture.repeat_x = texture.repeat_y = False
    return texture


def _resampled(values: Rows, columns: int | None) -> Rows:
    """Return ``columns`` means of neighbours, or that many values between them."""
    count = values.shape[1]
    if columns is None or columns == count:
        return values
    if columns > count:
        at = np.linspace(0.0, count - 1.0, columns)
        return np.stack([np.interp(at, np.arange(count), row) for row in values]).astype(np.float32)
    edges = np.round(np.linspace(0.0, count, columns + 1)).astype(np.intp)
    sums = np.add.reduceat(values, edges[:-1], axis=1)
    return np.asarray(sums / np.diff(edges), np.float32)


def _clipped(values: NDArray[np.floating]) -> Rows:
    return np.asarray(np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0), np.float32)
