"""Another patch while the lamps are lit: real adapters on the loopback, a clock that is moved by hand."""

from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest

from installation.errors import PhotophoreError, ShowError
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.patching import Patching
from installation.keeper.light.wire import Wire
from installation.light.patch import number_of
from installation.light.power.model import FILAMENT
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.light.state import LightState
from installation.show import load_venue
from tests.hardware.wire import Node
from tests.judges import transitions

INSTANCE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

RATE = 44

HEAD = """format = 1
[light]
safe = 0.0
"""
NODE = """[adapter.{name}]
kind = "{kind}"
host = "127.0.0.1"
port = {port}
send = [{{ universe = 1, address = {address}, count = {count} }}]
"""
LAMP = """[[fixture]]
name = "{name}"
profile = "dimmer"
universe = {universe}
channel = {channel}
position = [0.5, 0.5]
"""


def node(port, count=2, kind="artnet", name="node", address=1):
    return NODE.format(name=name, kind=kind, port=port, count=count, address=address)


def lamp(name, universe=1, channel=1):
    return LAMP.format(name=name, universe=universe, channel=channel)


def read(file):
    venue = load_venue(file)
    return venue, Rig(venue, load_profiles(venue))


class Room:
    """A venue file, the wire of its lamps, and what arrives at the node."""

    def __init__(self, folder, text):
        self.node = Node()
        self.file = folder / "venue.toml"
        self.write(text)
        venue, self.rig = read(self.file)
        self.patching = Patching(venue, self.rig, INSTANCE)
        self.mapping = Mapping.create(self.rig.universes, 64)
        self.now = 1000.0
        for output in self.patching.outputs:
            output.open(self.now)
        self.wire = Wire(
            self.mapping,
            self.patching.look(self.now),
            self.patching.encoder,
            self.patching.outputs,
            RATE,
            now=lambda: self.now,
        )
        self.index = 0
        self.packets = []

    def write(self, text):
        self.file.write_text(HEAD + text.replace("PORT", str(self.node.port)))

    def run(self, seconds, **levels):
        """Play so long; each lamp's light by its name. Returns what arrived."""
        arrived = []
        for _ in range(round(seconds * RATE)):
            light = np.zeros((self.rig.universes, 512), np.uint16)
            for name, level in levels.items():
                value = level(self.now) if callable(level) else level
                light.reshape(-1)[self.rig.emitters().slots[self.rig.names[name]]] = round(value * 65535)
            self.index += 1
            state = LightState(self.index, self.now, light, patch=self.rig.patch)
            self.mapping.state.write(*state.parts())
            self.wire.tick(self.now, 1 / RATE)
            self.now += 1 / RATE
            arrived += self.node.packets()
        return arrived

    def take_over(self):
        """What the keeper does once the stage plays the edited patch, with a tick where it waits for one."""
        venue, self.rig = read(self.file)
        self.patching.prepare(number_of(venue, self.rig.patch))
        self.wire.freeze()
        self.run(1 / RATE)
        assert self.wire.frozen
        self.wire.repatch(self.patching.change())

    def close(self):
        for output in self.patching.outputs:
            output.adapter.close()
        self.mapping.close()
        self.node.close()


@pytest.fixture
def a_room(tmp_path):
    rooms = []

    def make(text):
        made = object.__new__(Room)
        rooms.append(made)
        made.__init__(tmp_path, text)
        return made

    yield make
    for made in rooms:
        made.close()


def artnet(packets, address, channel=1):
    """The levels of a channel over time."""
    return [packet[17 + channel] for packet in packets if packet[14] == address]


def test_a_lamp_that_stays_does_not_flash_and_a_new_one_fades_in(a_room):
    room = a_room(node("PORT") + lamp("left") + lamp("right", channel=2))
    room.run(4, left=0.8, right=0.5)
    room.write(node("PORT") + lamp("left") + lamp("new", universe=2, channel=7))
    room.take_over()
    packets = room.run(4, left=0.8, new=0.6)

    assert set(artnet(packets, 1)) == {204}
    assert not any(artnet(packets, 1, 2))  # nobody is there any more
    rise = artnet(packets, 2, 7)
    assert rise[: RATE // 2] == [0] * (RATE // 2)
    assert rise[-1] == 153
    half = rise[-next(i for i, one in enumerate(reversed(rise)) if one < 153) - RATE // 2]
    assert half == pytest.approx(153 * 0.5 ** (1 / FILAMENT), rel=0.25), "a filament fades in by its power"
    assert max(after - before for before, after in pairwise(rise)) <= 153 / FILAMENT / RATE + 2
    assert sorted(rise) == rise


def test_nothing_that_was_counted_before_is_forgotten(a_room):
    """A picture that flickers as fast as the guard lets it, before and after the change."""
    room = a_room(node("PORT") + lamp("left"))

    def flicker(now):
        return 0.7 if now * 3.0 % 1.0 < 0.5 else 0.0

    before = room.run(6, left=flicker)
    room.write(node("PORT") + lamp("left") + lamp("other", channel=9))
    room.take_over()
    after = room.run(6, left=flicker, other=0.0)
    levels = np.array(artnet([*before, *after], 1), np.float32) / 255
    marks = transitions(levels[:, np.newaxis])[:, 0]
    times = np.flatnonzero(marks)
    assert len(times) > 6
    assert all((times >= start).sum() - (times >= start + RATE).sum() <= 3 for start in times)


def test_universes_that_are_left_see_zeros_and_a_goodbye_and_the_others_go_on(a_room):
    room = a_room(node("PORT", 2, "sacn") + lamp("left") + lamp("far", universe=2))
    room.run(4, left=1.0, far=1.0)
    room.write(node("PORT", 1, "sacn") + lamp("left"))
    room.take_over()
    packets = room.run(3, left=1.0)

    kept = [packet for packet in packets if packet[114] == 1]
    gone = [packet for packet in packets if packet[114] == 2]
    assert {packet[126] for packet in kept} == {255}
    assert not any(packet[112] & 0x40 for packet in kept)
    assert all((b[111] - a[111]) % 256 == 1 for a, b in pairwise(kept))
    assert [packet[126] for packet in gone] == [0] * 6
    assert [bool(packet[112] & 0x40) for packet in gone] == [False] * 3 + [True] * 3


def test_an_adapter_that_is_renamed_blinks_nowhere(a_room):
    room = a_room(node("PORT") + lamp("left"))
    room.run(4, left=1.0)
    room.write(node("PORT", name="other") + lamp("left"))
    room.take_over()
    assert set(artnet(room.run(3, left=1.0), 1)) == {255}


def test_a_patch_may_grow_and_frames_of_the_old_one_are_not_taken_for_it(a_room):
    room = a_room(node("PORT", 8) + lamp("left"))
    room.run(4, left=1.0)
    old = room.rig
    room.write(node("PORT", 8) + lamp("left", channel=5) + lamp("far", universe=8))
    room.take_over()
    before = room.wire.intake.rejected
    stale = LightState(999, room.now, np.full((old.universes, 512), 65535, np.uint16), patch=old.patch)
    room.mapping.state.write(*stale.parts())
    room.wire.tick(room.now, 1 / RATE)
    assert room.wire.intake.rejected == before + 1
    packets = room.run(4, left=1.0, far=1.0)
    assert artnet(packets, 8)[-1] == 255
    assert artnet(packets, 1, 5)[-1] == 255
    assert not any(artnet(packets, 1, 1))


def test_what_the_stage_does_not_play_is_not_taken_over(a_room):
    room = a_room(node("PORT") + lamp("left"))
    with pytest.raises(PhotophoreError, match="changed again"):
        room.patching.prepare(12345)
    room.write(node("PORT") + "[[fixture]]\n")
    with pytest.raises(ShowError):
        room.patching.prepare(12345)
    room.run(4, left=1.0)
    room.patching.take_over(12345, room.wire)  # the wire has no thread here, so it has stopped
    assert artnet(room.run(0.1, left=1.0), 1)[-1] == 255


def test_a_blackout_holds_while_the_patch_changes(a_room):
    room = a_room(node("PORT") + lamp("left"))
    room.run(4, left=1.0)
    room.write(node("PORT") + lamp("left") + lamp("right", channel=2))
    venue, room.rig = read(room.file)
    room.patching.prepare(number_of(venue, room.rig.patch))
    room.wire.freeze()
    room.run(0.1)
    room.wire.blackout = True
    assert not artnet(room.run(0.1), 1)[-1]
    room.wire.repatch(room.patching.change())
    assert not any(artnet(room.run(2, left=1.0, right=1.0), 1))
