"""Power and light of lamps from their levels, and the limit that keeps them within a share."""

from pathlib import Path

import numpy as np
import pytest

from installation.errors import ShowError
from installation.light import Rig
from installation.light.power import ROOM, Crossfade, ShareLimit
from installation.light.power.limit import RISE
from installation.light.power.model import LUMENS_PER_WATT
from installation.light.profiles.library import load_profiles
from installation.light.profiles.profile import parse_profile
from installation.show import load_venue

FIXTURE = """
[[fixture]]
name = "{name}"
profile = "{profile}"
universe = 1
channel = {channel}
position = [0.5, 0.5]
{more}
"""
RGBW = """format = 1
lumens = 1000
watts = 41
standby = 1
[[channel]]
role = "red"
watts = 4
[[channel]]
role = "green"
[[channel]]
role = "blue"
[[channel]]
role = "white"
"""


@pytest.fixture
def rig(tmp_path: Path):
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "stated.toml").write_text(RGBW)
    (tmp_path / "fixtures" / "silent.toml").write_text(
        'format = 1\nlumens = 600\n[[channel]]\nrole = "red"\n'
    )

    def make(*fixtures: tuple[str, str, int, str], more: str = "") -> Rig:
        text = "format = 1\n" + "".join(
            FIXTURE.format(name=name, profile=profile, channel=channel, more=extra)
            for name, profile, channel, extra in fixtures
        )
        (tmp_path / "hall.toml").write_text(text + more)
        venue = load_venue(tmp_path / "hall.toml")
        return Rig(venue, load_profiles(venue))

    return make


def light(rig: Rig, **levels: float) -> np.ndarray:
    flat = np.zeros(rig.universes * 512, np.uint16)
    for channel, level in levels.items():
        flat[int(channel.removeprefix("c")) - 1] = round(level * 65535)
    return flat


def test_an_led_takes_standby_and_a_part_for_each_channel_in_proportion_to_its_light(rig) -> None:
    made = rig(("a", "stated", 1, ""))

    assert made.power.load(light(made)).watts.tolist() == [1.0]
    assert made.power.load(light(made, c1=1.0)).watts.tolist() == [5.0]
    assert made.power.load(light(made, c2=0.5)).watts == pytest.approx([7.0], abs=1e-3)
    assert made.power.load(light(made, c1=1, c2=1, c3=1, c4=1)).watts.tolist() == [41.0]
    assert made.power.load(light(made, c4=1.0)).lumens.tolist() == [1000.0]


def test_a_filament_takes_a_third_of_its_power_at_a_tenth_of_its_light(rig) -> None:
    made = rig(("a", "dimmer", 1, ""))

    assert made.power.load(light(made, c1=1.0)).watts.tolist() == [60.0]
    assert made.power.load(light(made, c1=0.1)).watts == pytest.approx([60.0 * 0.1**0.47], rel=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_no_look_between_two_takes_more_than_one_of_them(rig, seed: int) -> None:
    made = rig(*((f"d{i}", "dimmer", 1 + i, "") for i in range(4)), ("s", "stated", 11, ""))
    rng = np.random.default_rng(seed)
    one, other = rng.random((2, made.universes, 512)).astype(np.float32) ** 4
    fade = Crossfade(made.power.filaments)

    def watts(look: np.ndarray) -> float:
        return float(made.power.load((look.reshape(-1) * 65535).astype(np.uint16)).watts[0])

    between = [watts(fade.mixed(one, other, share / 20)) for share in range(21)]

    assert made.power.filaments.tolist() == [0, 1, 2, 3]
    assert between[0] == pytest.approx(watts(one), rel=1e-3)
    assert max(between) <= max(watts(one), watts(other)) * 1.001


def test_what_was_measured_at_full_white_replaces_the_profile(rig) -> None:
    made = rig(("a", "stated", 1, "watts = 31"), ("b", "dimmer", 11, "watts = 100"))

    white = made.power.load(made.steady(1.0).reshape(-1)).watts

    assert white == pytest.approx([131.0], abs=1e-6)
    assert made.power.load(light(made)).watts.tolist() == [1.0]


def test_where_nothing_states_it_power_is_guessed_from_light_and_told(rig) -> None:
    made = rig(("a", "silent", 1, ""), ("b", "stated", 11, ""))

    assert made.power.load(light(made, c1=1.0)).watts[0] == pytest.approx(600 / LUMENS_PER_WATT + 1.0)
    assert made.power.guessed == ("a",)


def test_stations_are_the_hubs_and_the_rest_is_the_room(rig) -> None:
    hubs = """
[[group]]
name = "both"
members = ["b", "c"]
[[hub]]
name = "ziva"
position = [0.1, 0.1]
fixtures = ["a"]
[[hub]]
name = "kai"
position = [0.9, 0.1]
fixtures = ["both", "a"]
"""
    made = rig(*((name, "stated", 1 + 10 * n, "") for n, name in enumerate("abcd")), more=hubs)

    assert made.power.stations == ("ziva", "kai", ROOM)
    assert made.power.cap.tolist() == pytest.approx([25.0, 50.0, 25.0]), "cyan takes most"
    site = '[site]\nname = "s"\nhub = "kai"\nlisten = ["127.0.0.1:7999"]\n'
    made = rig(*((name, "stated", 1 + 10 * n, "") for n, name in enumerate("abcd")), more=hubs + site)
    assert made.power.stations == ("ziva", "kai"), "what belongs to no hub is its own"
    assert made.power.cap.tolist() == pytest.approx([25.0, 75.0])


@pytest.mark.parametrize("share", [5.0, 20.0, 61.0, 90.0, 200.0])
def test_the_lamps_are_within_their_share_and_use_it(rig, share: float) -> None:
    made = rig(("a", "stated", 1, ""), ("b", "dimmer", 11, ""))
    limit = ShareLimit(made.power)
    limit.watts[:] = share
    flat = light(made, c1=1.0, c2=1.0, c3=1.0, c4=1.0, c11=1.0)

    limit.begin(0.0)
    limit.apply(flat)

    taken = float(made.power.load(flat).watts[0])
    assert taken <= share
    assert taken == pytest.approx(min(share, 101.0), abs=0.05)
    assert float(limit.taken().watts[0]) == pytest.approx(taken, abs=0.05)
    assert float(limit.demand.watts[0]) == pytest.approx(101.0)


def test_light_is_limited_too_and_the_lower_factor_counts(rig) -> None:
    made = rig(("a", "stated", 1, ""))
    limit = ShareLimit(made.power)
    limit.watts[:], limit.lumens[:] = 30.0, 100.0
    flat = light(made, c4=1.0)

    limit.apply(flat)

    assert float(made.power.load(flat).lumens[0]) == pytest.approx(100.0, abs=0.1)


def test_it_falls_at_once_and_rises_slowly_and_one_station_does_not_dim_another(rig) -> None:
    hubs = "".join(
        f'[[hub]]\nname = "{name}"\nposition = [0.1, 0.1]\nfixtures = ["{name}"]\n' for name in ("a", "b")
    )
    made = rig(("a", "stated", 1, ""), ("b", "stated", 11, ""), more=hubs)
    limit = ShareLimit(made.power)
    limit.watts[:] = 11.0, 1000.0
    both = light(made, c1=1.0, c2=1.0, c3=1.0, c4=1.0, c14=1.0)
    limit.begin(0.1)
    limit.apply(both)
    first = limit.factor.copy()

    dim = light(made, c4=0.1)
    limit.begin(0.1)
    limit.apply(dim)

    assert first == pytest.approx([0.25, 1.0])
    assert both[13] == 65535
    assert limit.factor[0] == pytest.approx(0.25 + RISE * 0.1)


def test_a_share_below_standby_leaves_the_lamps_dark(rig) -> None:
    made = rig(("a", "stated", 1, ""))
    limit = ShareLimit(made.power)
    limit.watts[:] = 0.5
    flat = light(made, c1=1.0)

    limit.apply(flat)

    assert not flat.any()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("watts = -1", "watts is -1"),
        ("watts = true", "watts is True"),
        ('load = "neon"', "load is 'neon'"),
        ("watts = 5\nstandby = 9", "standby is 9"),
    ],
)
def test_what_a_profile_cannot_mean_is_said_with_its_place(line: str, said: str) -> None:
    with pytest.raises(ShowError) as caught:
        parse_profile("one", f'format = 1\n{line}\n[[channel]]\nrole = "red"\n', "one.toml")

    assert said in caught.value.findings[0].message
    assert caught.value.findings[0].where.line >= 2
