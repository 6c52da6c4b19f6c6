"""Shaders that hear, in a stage: sound is asked for while one is shown, and what comes is seen."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.sound import DRIVE, SCOPE, SOUND, Drive, Scope
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import Publisher
from installation.player.build import build_player
from installation.player.production import read_production
from installation.stage.sound import SoundFeed
from tests.installation.player.test_player import order
from tests.small_show import write_small_show

HEARS = """/*{"ISFVSN": "2", "INPUTS": [{"NAME": "wave", "TYPE": "audio", "MAX": 1}]}*/
void main() { gl_FragColor = vec4(vec3(2.0 * IMG_NORM_PIXEL(wave, vec2(0.5)).r - 1.0), 1.0); }
"""
DEAF = """/*{"ISFVSN": "2"}*/ void main() { gl_FragColor = vec4(0.25, 0.25, 0.25, 1.0); }"""


@pytest.mark.gl
def test_sound_is_asked_for_while_a_shader_that_reads_it_is_shown(
    tmp_path: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path / "state"))
    show = write_small_show(tmp_path / "small")
    (show / "hears.fs").write_text(HEARS)
    (show / "deaf.fs").write_text(DEAF)
    (show / "show.toml").write_text(
        'format = 1\n[scene.deaf]\nshader = "deaf.fs"\n[scene.hears]\nshader = "hears.fs"\n'
    )
    for other in ("cues.toml", "states.toml"):
        (show / other).unlink(missing_ok=True)
    options = StageOptions(show=str(show), venue="loopback", headless=True, size=(96, 54), sound=True)
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    assert player.picture is not None
    feed = SoundFeed(options, player, lambda: production.venue)
    hub = LocalHub()
    publisher, sound = Publisher(LocalBus(hub)), LocalBus(hub)
    drives = sound.subscribe(DRIVE)
    sound.alive(SOUND)
    wave = np.full(1024, 2**-0.5, "<f4")  # as loud as a sine of full scale
    loud = msgspec.msgpack.encode(Scope(channels=1, wave=wave.tobytes(), spectrum=bytes(2048)))
    now = 100.0

    def play(frames: int, *payloads: bytes) -> bool:
        """Play some frames, each with what is heard; returns whether the last one asked for sound."""
        nonlocal now
        for _ in range(frames):
            now += 1 / 60
            for payload in payloads:
                sound.put(SCOPE, payload)
            player.step([*feed.entries(now), *player.features()], now)
            feed.put(now, publisher)
        return msgspec.msgpack.decode(drives.drain()[-1][1], type=Drive).scope

    def light() -> float:
        assert player.picture is not None
        return float(player.picture.image().mean())

    assert not play(10, loud)
    player.step([order("scene", "hears")], now)
    assert play(130)
    assert light() < 2.0
    assert play(100, loud)
    assert light() > 200.0
    assert play(60, b"noise", msgspec.msgpack.encode(Scope(channels=3, wave=b"", spectrum=b"")))
    assert light() < 2.0, "nothing that could be shown came for half a second"
    player.step([order("scene", "deaf")], now)
    assert not play(130, loud)
    player.picture.release()
