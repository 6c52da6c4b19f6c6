"""One tick at a time, under a clock that we move by hand."""

import os
import socket
import time

import numpy as np
import pytest

from installation.contract import LightOutput, Settings
from installation.devices.adapters import OutputSupervisor
from installation.ipc.link import StageLink, Start
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.look import Look
from installation.keeper.light.wire import Wire
from installation.show.venue_model import LightSettings
from installation.status import GuardStatus
from tests.installation.keeper.tiny_keeper import PlainEncoder
from tests.installation.keeper.tiny_light import pack


class Ear(LightOutput):
    kind = "ear"
    Settings = Settings

    def __init__(self):
        super().__init__("ear", Settings())
        self.heard = []

    def open(self):
        pass

    def close(self):
        pass

    def send(self, frame, now):
        self.heard.append((frame.index, int(frame.levels[0, 0])))


class Listening(PlainEncoder):
    def __init__(self):
        self.told, self.heard = [], []

    def hear(self, message):
        super().hear(message)
        self.heard.append(message)

    def encode(self, light, dt, now, *, live):
        self.told.append((round(dt, 4), now, live))
        return super().encode(light, dt, now, live=live)


class Rigged:
    def __init__(self, hold=False):
        self.now = 100.0
        self.mapping = Mapping.create(1)
        self.ear = Ear()
        self.encoder = Listening()
        settings = LightSettings(hold_s=2.0, fade_s=1.0)
        output = OutputSupervisor(self.ear)
        output.open(0.0)
        look = Look(settings, np.zeros((1, 512), np.float32), None, self.now)
        self.wire = Wire(self.mapping, look, self.encoder, [output], 50.0, hold=hold, now=lambda: self.now)

    def run(self, seconds, level=65535, publish=True):
        for number in range(round(seconds * 50)):
            if publish:
                self.mapping.state.write(pack(np.full((1, 512), level, np.uint16), number))
            self.wire.tick(self.now, 0.02)
            self.now += 0.02


@pytest.fixture
def rigged():
    made = Rigged()
    yield made
    made.mapping.close()


def test_every_tick_sends_one_frame_also_when_nothing_changes(rigged):
    rigged.run(2.0)
    rigged.run(1.0, publish=False)
    assert [index for index, _ in rigged.ear.heard] == list(range(150))
    assert rigged.ear.heard[-1][1] == 255


def test_what_is_on_the_wire_is_echoed_to_the_stage(rigged):
    rigged.run(2.0)
    _, echo = rigged.mapping.wire.newest()
    assert echo == bytes([255]) * 512
    ours, theirs = socket.socketpair()
    watch, alive = os.pipe()
    link = StageLink(Mapping.attach(os.dup(rigged.mapping.fd)), theirs, watch, Start())
    levels = link.wire()
    assert levels is not None
    assert levels.shape == (1, 512)
    assert levels.min() == 255
    assert link.wire() is None
    assert link.lamps_guard() == GuardStatus(active=False)
    assert not link.orphaned
    os.close(alive)
    assert link.orphaned
    link.close()
    ours.close()


def test_the_status_tells_the_highest_of_some_seconds_and_a_blackout_at_once(rigged):
    rigged.run(2.0)
    rigged.run(2.0, level=0)
    assert rigged.ear.heard[-1][1] == 0
    assert rigged.wire.report().universes[0].peak == 1.0, "a lamp may show one person's pulse"
    rigged.wire.blackout = True
    rigged.run(0.1)
    assert rigged.wire.report().universes[0].peak == 0.0


def test_the_guard_is_told_the_time_and_whether_the_stage_is_there(rigged):
    rigged.run(2.0)
    dt, now, live = rigged.encoder.told[-1]
    assert (dt, live) == (0.02, True)
    assert now == pytest.approx(rigged.now - 0.02)
    rigged.run(1.0, publish=False)
    assert rigged.encoder.told[-1][2] is False


def test_what_picture_and_lamps_tell_each_other_goes_through_once(rigged):
    rigged.mapping.picture.write(b"picture")
    rigged.run(0.1)
    assert rigged.encoder.heard == [b"picture"]
    assert rigged.mapping.room.newest()[1] == b"room"
    rigged.mapping.picture.write(b"nonsense")
    rigged.run(0.1)
    assert rigged.wire.report().rejected == 1


def test_blackout_is_one_frame_and_does_not_wait_for_the_stage(rigged):
    rigged.run(2.0)
    rigged.wire.blackout = True
    rigged.run(0.02, publish=False)
    assert rigged.ear.heard[-1][1] == 0
    rigged.wire.blackout = False
    rigged.run(0.02)
    assert rigged.ear.heard[-1][1] == 255


def test_panic_goes_to_the_safe_look_although_the_stage_shines(rigged):
    rigged.run(2.0)
    rigged.wire.panic = True
    rigged.run(1.1)
    assert rigged.ear.heard[-1][1] == 0


def test_a_frame_that_makes_no_sense_is_refused_and_the_look_stays(rigged, caplog):
    rigged.run(2.0)
    rigged.mapping.state.write(b"nonsense")
    rigged.wire.tick(rigged.now, 0.02)
    rigged.mapping.state.write(b"more nonsense")
    rigged.wire.tick(rigged.now, 0.02)
    assert rigged.ear.heard[-1][1] == 255
    assert rigged.wire.report().rejected == 2
    assert len(caplog.records) == 1


def test_the_loop_keeps_its_absolute_schedule_and_never_catches_up_with_a_burst(monkeypatch):
    made = Rigged()
    frozen = []

    def sleep(seconds):
        made.now += seconds
        if made.now > 100.0895 and not frozen:
            frozen.append(made.now)
            made.now += 0.5  # the machine froze

    monkeypatch.setattr("installation.keeper.light.wire.time.sleep", sleep)
    monkeypatch.setattr(made.mapping.fresh, "wait", lambda most: sleep(min(most, 0.001)))
    monkeypatch.setattr("installation.keeper.light.wire.ask_for_time", lambda: "none")
    times = []
    real = made.wire.tick

    def tick(now, dt, *, ending=False):
        times.append(now)
        real(now, dt, ending=ending)
        made.now += 0.001
        if len(times) == 12:
            made.wire.stop()

    monkeypatch.setattr(made.wire, "tick", tick)
    made.wire.run()
    steps = np.diff(times)
    assert made.wire.late == 1
    assert steps.min() == pytest.approx(0.02)
    assert steps.max() == pytest.approx(0.51)
    assert len(times) == 12 + 3
    assert [level for _, level in made.ear.heard[-6:]] == [0] * 6  # three dark frames, then the goodbye
    made.mapping.close()


@pytest.mark.parametrize(
    ("arrives", "expected"),
    [
        (0.015, [0.0, 0.015, 0.04, 0.06]),  # after the first quarter of a period: sent at once
        (0.008, [0.0, 0.008, 0.04, 0.06]),
        (0.003, [0.0, 0.005, 0.04, 0.06]),  # within it: when that is over
        (None, [0.0, 0.02, 0.04, 0.06]),
    ],
)
def test_new_light_brings_the_next_frame_forward_and_the_schedule_stays(monkeypatch, arrives, expected):
    made = Rigged()
    put = [100.0 + arrives] if arrives is not None else []

    def sleep(seconds):
        made.now += min(seconds, 0.001)
        if put and made.now >= put[0] - 1e-9:
            del put[0]
            made.mapping.state.write(pack(np.full((1, 512), 40_000, np.uint16), 2))
        if made.now > 100.05:  # the same light again is no news
            made.mapping.state.write(pack(np.full((1, 512), 40_000, np.uint16), 3))

    monkeypatch.setattr("installation.keeper.light.wire.time.sleep", sleep)
    monkeypatch.setattr(made.mapping.fresh, "wait", lambda most: sleep(min(most, 0.001)))
    monkeypatch.setattr("installation.keeper.light.wire.ask_for_time", lambda: "none")
    made.mapping.state.write(pack(np.full((1, 512), 40_000 if arrives is None else 9, np.uint16), 1))
    times = []
    real = made.wire.tick

    def tick(now, dt, *, ending=False):
        times.append(now - 100.0)
        real(now, dt, ending=ending)
        if len(times) == 4:
            made.wire.stop(immediate=True)

    monkeypatch.setattr(made.wire, "tick", tick)
    made.wire.run()
    made.mapping.close()
    assert times == pytest.approx(expected, abs=0.0015)
    assert [dt for dt, _, _ in made.encoder.told[1:]] == pytest.approx(np.diff(times), abs=1e-3)


def test_the_stages_light_wakes_a_wire_that_waits(rigged):
    """A real thread: its second frame would be due two seconds after the first."""
    wire = Wire(rigged.mapping, rigged.wire.look, rigged.encoder, [OutputSupervisor(rigged.ear)], 0.5)
    ticks = []
    real = wire.tick

    def tick(now, dt, *, ending=False):
        real(now, dt, ending=ending)
        ticks.append(now)
        if len(ticks) == 2:
            wire.stop(immediate=True)

    wire.tick = tick
    rigged.mapping.put_light(pack(np.full((1, 512), 9, np.uint16), 1))
    wire.start()
    while not ticks:
        time.sleep(0.01)
    time.sleep(0.6)  # beyond the first quarter of the period
    rigged.mapping.put_light(pack(np.full((1, 512), 40_000, np.uint16), 2))
    wire.join(60.0)
    assert ticks[1] - ticks[0] < 1.9
