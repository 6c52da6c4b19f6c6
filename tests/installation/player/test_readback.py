from pathlib import Path

import numpy as np
import pytest

from installation.clock import ManualClock
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.light import LightState, Rig, load_profiles
from installation.parameter import Tree
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.readback import LampReadings
from installation.render.gl.context import Context
from installation.show import load_show, load_venue
from installation.signal import Signals
from installation.values import Command

EDGES = """
[[feedback]]
name = "glows"
from = "/scene/one/glow"
to = "/scene/two/glow"
gain = 1.0
saturation = "clip"

[[feedback]]
name = "lamps"
from = "/lamps/power"
to = "/scene/one/glow"
gain = 1.0
depth = 0.4
saturation = "clip"

[[feedback]]
name = "sound"
from = "/sound/level"
to = "/scene/one/tint"
component = "red"
"""


def make(folder: Path) -> Player:
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def play(player: Player, frames: int, *commands: Command) -> None:
    for index in range(frames):
        step = player.step([*player.features(), *(commands if index == 0 else ())], 0.0)
        assert step.refused == ()


def test_power_is_the_mean_light_of_all_lamps() -> None:
    rig, signals = Rig(load_venue("loopback"), load_profiles()), Signals()
    echo = LampReadings(rig, signals, Tree())
    light = np.zeros((rig.universes, 512), np.uint16)
    dark, half, full = (LightState(0, 0.0, np.full_like(light, level)) for level in (0, 32768, 65535))

    assert echo.power(dark) == 0
    assert 0 < echo.power(half) < echo.power(full) <= 1
    assert echo.readings(full, 0.0) == [], "nobody listens"
    signals.declare("/lamps/power")
    assert [one.address for one in echo.readings(full, 0.0)] == ["/lamps/power"]


@pytest.mark.parametrize("address", ["/light/band-4/gain", "/master"])
def test_power_is_private_while_a_private_signal_moves_a_lamp(small_show: Path, address: str) -> None:
    (small_show / "show.toml").write_text((small_show / "show.toml").read_text() + EDGES)
    player = make(small_show)
    play(player, 3)
    assert player.light is not None
    index, private = player.signals.index("/lamps/power"), player.signals.private
    slot = player.tree.slot(address)

    player.tree.hidden[player.tree.slot("/scene/one/glow")] = True
    assert not player.lamp_readings.readings(player.light, 0.0)[0].private, "the picture is for everybody"
    player.tree.hidden[slot] = True
    assert player.lamp_readings.readings(player.light, 0.0)[0].private
    player.tree.hidden[slot] = False
    assert not player.lamp_readings.readings(player.light, 0.0)[0].private
    assert private[index], "the value of the frame before still stands"
    player.lamp_readings.readings(player.light, 0.0)
    assert not private[index]


def test_a_show_hears_its_lamps_and_its_silence(small_show: Path) -> None:
    (small_show / "show.toml").write_text((small_show / "show.toml").read_text() + EDGES)
    player = make(small_show)
    play(player, 3)

    assert player.signals.get("/sound/level") == 0.0
    assert player.signals.get("/lamps/power") == 0.0
    assert player.tree.get("/scene/one/glow") == pytest.approx(
        (0.25 - 0.2,)
    )  # dark lamps: the whole way down


def test_gains_are_moved_as_any_parameter_and_a_reload_takes_edges_in_and_out(small_show: Path) -> None:
    file = small_show / "show.toml"
    plain = file.read_text()
    file.write_text(plain + EDGES)
    player = make(small_show)
    play(player, 2, Command("set", ("/feedback/lamps/gain", 0.0), 0.0, "test"))
    play(player, 2)
    assert player.tree.get("/scene/one/glow") == (0.25,)

    file.write_text(plain + EDGES.replace('name = "sound"', 'name = "other"'))
    player.replace(load_show(small_show), player.shaders)
    assert "/feedback/other/gain" in player.tree.parameters()
    assert "/feedback/sound/gain" not in player.tree.parameters()
    assert player.tree.get_base("/feedback/lamps/gain") == (0.0,), "what was touched stays"

    file.write_text(plain)
    player.replace(load_show(small_show), player.shaders)
    play(player, 2)
    assert not [one for one in player.tree.parameters() if one.startswith("/feedback")]
    assert player.signals.get("/lamps/power") is None or player.chain.loop is None


def test_a_mistake_in_an_edge_names_its_place(small_show: Path) -> None:
    file = small_show / "show.toml"
    file.write_text(file.read_text() + EDGES.replace('from = "/scene/one/glow"', 'from = "/scene/one/glo"'))
    with pytest.raises(ShowError, match=r"show\.toml:\d+:\d+: .*did you mean /scene/one/glow"):
        make(small_show)


def test_master_at_zero_and_blackout_are_intended(small_show: Path) -> None:
    player = make(small_show)
    play(player, 1)
    assert player.chain.intended == frozenset()

    play(player, 1, Command("blackout", ("on",), 0.0, "test"))
    assert player.chain.intended == {"black", "still"}


BLINK = """/*{
  "ISFVSN": "2",
  "INPUTS": [{"NAME": "glow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}]
}*/
void main() {
    float on = step(0.5, fract(TIME)) * step(distance(isf_FragNormCoord, vec2(0.25, 0.75)), 0.01);
    gl_FragColor = vec4(vec3(on), 1.0);
}
"""
HEARS = """
[[route]]
from = "/picture/flash"
to = "/go"
"""


def test_a_route_hears_a_flash_of_the_picture(small_show: Path, context: Context) -> None:
    (small_show / "plain.fs").write_text(BLINK)
    show = small_show / "show.toml"
    kept = show.read_text().split("[signal.wave]")[0]
    show.write_text("\n".join(line for line in kept.splitlines() if "tint" not in line) + HEARS)
    options = StageOptions(show=str(small_show), venue="loopback", size=(160, 90))
    player = build_player(read_production(options), options, ManualClock(1 / 30), context)

    seen = []
    for _ in range(24):
        given = player.features()
        seen += [one.values for one in given if getattr(one, "address", "") == "/picture/flash"]
        player.step(given, 0.0)

    ((strength, x, y),) = [one for one in seen if len(one) == 3]
    assert strength > 0.5
    assert (x, y) == pytest.approx((0.25, 0.75), abs=0.06)
    assert player.cues.current is not None  # the GO that the flash gave


def test_without_a_listener_no_flashes_are_computed(small_show: Path, context: Context) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(160, 90))
    player = build_player(read_production(options), options, ManualClock(1 / 30), context)
    for _ in range(4):
        player.step(player.features(), 0.0)
    assert not [one for one in player.features() if "flash" in getattr(one, "address", "")]
