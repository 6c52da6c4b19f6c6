"""What shaders hear: scopes that came over the bus, until they are old; nothing broken gets through."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest

from installation.errors import MediaError
from installation.ipc.feeds.sound import Scope
from installation.isf import parse_text
from installation.player.sound.scope import Scopes, sound_of
from installation.render import Context, Host
from installation.values import Frame
from tests.installation.render.pixels import pixels

READER = """/*{"ISFVSN": "2", "INPUTS": [{"NAME": "wave", "TYPE": "audio"}]}*/
void main() { gl_FragColor = IMG_NORM_PIXEL(wave, isf_FragNormCoord); }
"""


class Drawn:
    """As much of a picture as ``Scopes`` needs: its host."""

    def __init__(self, host: Host) -> None:
        self.host = host


def scope(channels: int = 1, level: float = 0.0) -> Scope:
    wave, bins = (np.full((channels, count), level, "<f4").tobytes() for count in (1024, 512))
    return Scope(channels=channels, wave=wave, spectrum=bins)


def test_a_scope_is_read_channel_after_channel() -> None:
    wave = np.arange(2048, dtype="<f4")

    sound = sound_of(Scope(channels=2, wave=wave.tobytes(), spectrum=wave[:1024].tobytes()))

    assert sound is not None
    assert (sound.wave.shape, sound.spectrum.shape) == ((2, 1024), (2, 512))
    assert (sound.wave[1, 0], sound.spectrum[1, 0]) == (1024.0, 512.0)
    assert sound_of(Scope()) is None


@pytest.mark.parametrize(
    "broken",
    [
        Scope(channels=2, wave=scope().wave, spectrum=scope().spectrum),
        Scope(channels=1, wave=b"", spectrum=scope().spectrum),
        Scope(channels=10**9, wave=b"", spectrum=b""),
    ],
)
def test_a_scope_of_other_lengths_is_refused(broken: Scope) -> None:
    with pytest.raises(MediaError, match="channels with"):
        sound_of(broken)


def test_without_a_picture_nothing_is_wanted() -> None:
    scopes = Scopes(None)

    scopes.receive(msgspec.msgpack.encode(scope()), 0.0)
    assert not scopes.wanted(0.0)


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context, today=lambda: datetime(2026, 11, 23, 12, 0, 30))
    yield made
    made.release()


@pytest.mark.gl
def test_a_reading_shader_asks_for_sound_and_shows_it_until_it_is_old(host: Host) -> None:
    renderer = host.load(parse_text(READER, Path("reader.fs")), (8, 4))
    scopes = Scopes(Drawn(host))  # type: ignore[arg-type]

    def shown(index: int) -> float:
        return float(pixels(renderer.draw(Frame(index, index / 60, 1 / 60)))[0, 0, 0])

    assert not scopes.wanted(0.0)
    assert shown(0) == 0.5
    assert scopes.wanted(0.1)
    assert not scopes.wanted(0.2)  # nothing was drawn since
    scopes.receive(msgspec.msgpack.encode(scope(level=0.5)), 1.0)
    assert shown(1) == 0.75
    with pytest.raises(MediaError):
        scopes.receive(b"noise", 1.1)
    assert scopes.wanted(1.4)
    assert shown(2) == 0.75
    scopes.wanted(1.6)
    assert shown(3) == 0.5
