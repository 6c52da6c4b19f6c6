import numpy as np
import pytest

from installation.errors import AddressError, ShowError
from installation.light import controls
from installation.light.identify import LASTS, PERIOD, swell
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.parameter import Tree
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS
from tests.installation.light.rooms import fixture, group, pixels, room

PROFILES = load_profiles()


def repatched(*items):
    """A rig, and the tree and the controls of its lamps."""
    rig = Rig(room(*items), PROFILES)
    tree = Tree(controls.parameters(rig.turned))
    tree.settle()
    return rig, tree, rig.controls(tree)


def shown(rig, tree, made, colour, *, time=0.0, **words):
    """What the lamps show, ``(lamps, 3)``, where the picture is of one colour."""
    tree.settle()
    colours = np.tile(np.array(colour, np.float32), (len(rig), 1))
    light = rig.resolve(0, 0.0, colours, mix=made.now(time), **words).light
    return rig.appearance(rig.encode(light))


def test_a_lamp_follows_the_picture_until_it_has_a_level():
    rig, tree, made = repatched(fixture("lamp", "rgb"), fixture("other", "rgb", channel=4))
    picture = (0.2, 0.4, 0.6)
    assert made.now(0.0) is None
    assert shown(rig, tree, made, picture)[0] == pytest.approx(picture, abs=0.003)

    for level in (0.25, 1.0):
        tree.set("/light/lamp/level", (level,))
        lamp, other = shown(rig, tree, made, picture)
        assert lamp == pytest.approx([part + (1 - part) * level for part in picture], abs=0.003)
        assert other == pytest.approx(picture, abs=0.003)


def test_gain_multiplies_and_limit_caps_what_is_shown():
    rig, tree, made = repatched(fixture("lamp", "rgb"))
    tree.set("/light/lamp/gain", (2.0,))
    assert shown(rig, tree, made, (0.1, 0.2, 0.3))[0] == pytest.approx((0.2, 0.4, 0.6), abs=0.003)
    tree.set("/light/lamp/limit", (0.5,))
    assert shown(rig, tree, made, (0.1, 0.2, 0.3))[0] == pytest.approx((0.2, 0.4, 0.5), abs=0.003)
    tree.set("/light/lamp/level", (1.0,))
    assert shown(rig, tree, made, (0.0, 0.0, 0.0))[0] == pytest.approx((0.5, 0.5, 0.5), abs=0.003)


def test_a_group_adds_its_level_its_gain_and_its_limit_to_those_of_its_members():
    rig, tree, made = repatched(
        fixture("a", "rgb"),
        pixels("wall", 3, channel=10),
        group("front", "a", "wall"),
        fixture("b", "rgb", channel=4),
    )
    tree.set("/light/front/level", (0.4,))
    tree.set("/light/a/level", (0.7,))
    a, b, *wall = shown(rig, tree, made, (0.0, 0.0, 0.0))[:, 0]
    assert (a, b) == pytest.approx((0.7, 0.0), abs=0.003)
    assert wall == pytest.approx([0.4] * 3, abs=0.003)

    tree.set("/light/front/gain", (0.5,))
    tree.set("/light/a/gain", (0.5,))
    tree.set("/light/front/limit", (0.15,))
    a, b, *wall = shown(rig, tree, made, (0.0, 0.0, 0.0))[:, 0]
    assert a == pytest.approx(0.15, abs=0.003)  # 0.7 x 0.25, capped
    assert wall == pytest.approx([0.15] * 3, abs=0.003)


def test_master_and_blackout_stand_after_level_gain_and_limit():
    rig, tree, made = repatched(fixture("lamp", "rgb"))
    tree.set("/light/lamp/level", (1.0,))
    tree.set("/light/lamp/limit", (0.8,))
    # With a picture the master is in its colours already; without one it is a factor of its own.
    assert shown(rig, tree, made, (0.5, 0.5, 0.5), white=0.5)[0] == pytest.approx([0.4] * 3, abs=0.003)
    assert shown(rig, tree, made, (0.5, 0.5, 0.5), master=0.5)[0] == pytest.approx([0.4] * 3, abs=0.003)
    assert not shown(rig, tree, made, (0.5, 0.5, 0.5), blackout=True).any()


def test_hazards_have_no_level_and_no_group_gives_them_one():
    rig, tree, made = repatched(
        fixture("boom", "blinder"), fixture("lamp", "dimmer", channel=2), group("all", "boom", "lamp")
    )
    assert set(made.names) == {"lamp", "all"}
    tree.set("/light/all/level", (1.0,))
    tree.settle()
    light = rig.resolve(0, 0.0, None, mix=made.now(0.0)).light
    assert light[0, :2].tolist() == [0, 65535]


def test_names_become_parts_of_addresses_and_two_of_them_may_not_become_one():
    rig, _, made = repatched(fixture("Left wing, 2", "rgb"))
    assert controls.parameters(rig.turned)[0].address == "/light/Left-wing-2/level"
    made.identify("Left wing, 2", 0.0)
    made.identify("Left-wing-2", 0.0)
    with pytest.raises(ShowError, match="a b and a#b would share the address /light/a-b"):
        Rig(room(fixture("a#b", "rgb"), fixture("a b", "rgb", channel=9)), PROFILES)
    with pytest.raises(ShowError, match="front and front would share"):
        Rig(room(fixture("front", "rgb"), group("front", "front")), PROFILES)


def test_a_group_of_somebody_who_is_not_there_is_a_finding_with_the_nearest_name():
    wrong = r"no fixture or pixel item is named 'lefft'.*did you mean left"
    with pytest.raises(ShowError, match=wrong) as raised:
        Rig(room(fixture("left", "rgb"), group("front", "lefft", line=40)), PROFILES)
    assert raised.value.findings[0].where.line == 40


def test_identify_swells_and_sinks_calmly_and_ends_by_itself():
    rig, tree, made = repatched(
        fixture("a", "rgb"),
        fixture("b", "rgb", channel=4),
        fixture("c", "rgb", channel=7),
        group("g", "a", "b"),
    )
    tree.set("/light/a/limit", (0.5,))
    made.identify("g", 10.0)
    rate = 44
    lamps = rig.emitters()
    guard = LampGuard(lamps.slots, lamps.weights, lamps.colors, lamps.room, LAWS["strict"])
    for _ in range(4 * rate):  # it stands at the picture's light before
        guard.apply(rig.resolve(0, 0.0, np.full((3, 3), 0.1, np.float32)).light, 1 / rate)
    seen = []
    for tick in range(round((LASTS + 1) * rate)):
        tree.settle()
        mix = made.now(10.0 + tick / rate)
        light = guard.apply(rig.resolve(0, 0.0, np.full((3, 3), 0.1, np.float32), mix=mix).light, 1 / rate)
        seen.append(rig.appearance(rig.encode(light))[:, 0])
    a, b, c = np.array(seen).T
    assert c == pytest.approx(0.1, abs=0.003)
    assert b.max() == pytest.approx(1.0, abs=0.01)
    assert b[round(PERIOD * rate)] == pytest.approx(0.0, abs=0.01)
    assert a.max() == pytest.approx(0.5, abs=0.01)  # a limit protects the lamp from this, too
    assert b[-rate // 2 :] == pytest.approx(0.1, abs=0.003)
    tree.set("/light/a/limit", (1.0,))
    tree.settle()
    assert made.now(10.0 + LASTS) is None
    assert np.count_nonzero((b[:-1] < 0.5) & (b[1:] >= 0.5)) == 3
    assert swell(0.0) == 0.0
    assert swell(PERIOD / 2) == 1.0


def test_to_identify_somebody_who_is_not_there_names_the_nearest():
    _, _, made = repatched(fixture("left", "rgb"), fixture("right", "rgb", channel=4), group("front", "left"))
    with pytest.raises(AddressError, match="no fixture or group 'lfet'; did you mean left"):
        made.identify("lfet", 0.0)


@pytest.mark.parametrize(("stops", "expected"), [(-2.5, 0.5 * 2**-2.5), (0.0, 0.5), (1.0, 0.8)])
def test_exposure_reaches_a_lamps_own_white_and_its_limit_still_holds(stops, expected):
    rig, tree, made = repatched(fixture("lamp", "rgb"))
    tree.set("/light/lamp/level", (0.5,))
    tree.set("/light/lamp/limit", (0.8,))

    lamp = shown(rig, tree, made, (0.0, 0.0, 0.0), exposure=2.0**stops)[0]

    assert lamp == pytest.approx([expected] * 3, abs=0.003)
