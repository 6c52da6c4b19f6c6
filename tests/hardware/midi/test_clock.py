"""MIDI clock in and out, through a JACK server of our own and a sequencer of another program."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from hardware.midi import MidiInput, MidiSettings, adapter
from hardware.midi.clock import clock_reading, is_clock
from hardware.midi.pulse import Pulse, PulseThread
from hardware.midi_clock import MidiClockOutput, MidiClockSettings
from hardware.midi_clock import adapter as out_adapter
from installation.contract import Message, Reading
from installation.tempo import ClockFollower
from tests.hardware.jack import Jack, running
from tests.hardware.pulser import Pulser

PATIENCE = 40.0
PHRASE = 24 * 32


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    monkeypatch.setattr(adapter, "SCAN", 0.05)
    monkeypatch.setattr(out_adapter, "SCAN", 0.05)
    with running(monkeypatch) as server:
        yield server


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ([0xF8], ("tick", "knob")),
        ([0xFA], ("start", "knob")),
        ([0xFB], ("continue", "knob")),
        ([0xFC], ("stop", "knob")),
        ([0xF2, 0x05, 0x02], ("position", "knob", 261)),
        ([0xF1, 0x37], ("quarter-frame", "knob", 0x37)),
    ],
)
def test_clock_and_time_code_are_words_with_their_time(
    data: list[int], values: tuple[str | int, ...]
) -> None:
    assert is_clock(data)
    assert clock_reading(data, "knob", 1.5, "desk") == Reading("/midi/clock", values, 1.5, "desk")


def test_a_message_that_was_cut_off_is_none() -> None:
    assert clock_reading([0xF2, 1], "knob", 0.0, "desk") is None
    assert not is_clock([0xFE])
    assert not is_clock([])


def until(midi: MidiInput, enough: Callable[[list[Reading]], bool]) -> list[Reading]:
    found: list[Reading] = []
    end = time.monotonic() + PATIENCE
    while not enough(found):
        assert time.monotonic() < end, found[-3:]
        found += [one for one in midi.receive(0.05) if one.address == "/midi/clock"]
    return found


@pytest.mark.device
def test_a_sequencer_that_starts_is_followed_from_its_first_tick(jack: Jack) -> None:
    sequencer = Pulser()
    midi = MidiInput("desk", MidiSettings(device="pulser", api="jack"))
    midi.open()
    until(midi, lambda _found: "Pulser:out" in midi.detail)
    sequencer.ticks(240.0, 20)  # before JACK's graph has the connection, it drops them
    until(midi, lambda found: len(found) > 0)
    time.sleep(0.3)
    midi.receive(0.0)

    sequencer.send(0xFA)
    time.sleep(0.05)
    sequencer.ticks(132.0, 120, 4.0)
    # A busy machine loses some, and hands some on twice; the loop counts right all the same.
    found = until(midi, lambda found: len(found) > 100 and time.monotonic() - found[-1].time > 0.5)

    clock = ClockFollower()
    for one in found:
        assert one.values[1] == "pulser-out"
        match one.values[0]:
            case "start":
                clock.start()
            case "tick":
                clock.tick(one.time)
    assert clock.count == pytest.approx(119, abs=8)
    assert clock.bpm == pytest.approx(132.0, rel=0.02)
    midi.close()
    sequencer.unplug()


@pytest.mark.device
def test_a_machine_hears_start_and_even_ticks_and_a_stop_at_the_end(jack: Jack) -> None:
    """A busy machine loses some messages, so each is awaited in as many tries as it takes."""
    machine = Pulser()
    out = MidiClockOutput("clock", MidiClockSettings(device="pulser", api="jack"))
    end, leaps = time.monotonic() + PATIENCE, 0

    def heard(data: bytes) -> bool:
        return any(one == data for one, _ in tuple(machine.heard))

    while not heard(b"\xfc"):
        out.open()
        machine.heard.clear()
        while not heard(b"\xfa"):
            assert time.monotonic() < end, out.detail
            leaps += 1
            out.send([Message("/tempo/clock", (time.monotonic(), 32.0 * leaps, 120.0, 32))])
            time.sleep(0.3)
        time.sleep(1.0)
        ticks = [at for data, at in tuple(machine.heard) if data == b"\xf8"]
        out.close()
        time.sleep(0.3)

    intervals = sorted(after - before for before, after in pairwise(ticks))
    assert len(ticks) > 30
    assert intervals[len(intervals) // 2] == pytest.approx(1 / 48, abs=0.001)
    machine.unplug()


@pytest.mark.device
def test_what_we_send_does_not_come_in_again(jack: Jack) -> None:
    machine = Pulser()
    midi, out = MidiInput("desk", MidiSettings()), MidiClockOutput("clock", MidiClockSettings(device="*"))
    midi.open()
    out.open()
    out.send([Message("/tempo/clock", (time.monotonic(), 0.0, 120.0, 32))])
    until(midi, lambda _found: "Pulser:out" in midi.detail)
    end = time.monotonic() + 2.0
    found: list[Reading] = []
    while time.monotonic() < end:
        out.send([Message("/tempo/clock", (time.monotonic(), 0.0, 120.0, 32))])
        found += midi.receive(0.1)
    assert machine.heard
    assert "clock" not in midi.detail.partition("through")[0]
    assert "Photophore" not in out.detail
    assert [one for one in found if one.address == "/midi/clock"] == []
    midi.close()
    out.close()
    machine.unplug()


def test_no_tick_is_sent_twice_and_none_is_lost_while_tempo_and_beat_bend() -> None:
    pulse, dice, now, position, sent = Pulse(), random.Random(4), 0.0, 0.0, []
    for _ in range(2000):
        period = 60.0 / dice.uniform(60.0, 180.0) / 24.0
        pulse.steer(now, position, period, PHRASE)
        step = dice.uniform(0.001, 0.02)
        sent += pulse.due(now + step)
        now, position = now + step, position + step / period

    times = [at for at, data in sent if data == b"\xf8"]
    assert times == sorted(times)
    assert len(times) == int(position) + 1
    assert [data for _, data in sent if data != b"\xf8"] == [b"\xfa"]


def test_what_is_joined_in_the_middle_gets_its_song_position_at_a_sixteenth() -> None:
    pulse = Pulse()
    pulse.steer(0.0, 100.5, 0.02, PHRASE)

    assert pulse.due(0.001) == []
    sent = [data for _, data in pulse.due(0.2)]

    assert sent[:3] == [bytes((0xF2, 17, 0)), b"\xfb", b"\xf8"]
    assert pulse.end() == [b"\xfc"]


def test_a_leap_to_a_downbeat_starts_what_listens_again() -> None:
    pulse = Pulse()
    pulse.steer(0.0, 0.0, 0.02, PHRASE)
    for tick in range(50):
        pulse.due(tick * 0.02)
    pulse.steer(1.0, PHRASE + 0.4, 0.02, PHRASE)

    sent = pulse.due(1.05)

    assert [data for _, data in sent] == [b"\xfa", b"\xf8", b"\xf8", b"\xf8"]


def test_without_transport_there_are_ticks_only() -> None:
    pulse = Pulse(transport=False)
    pulse.steer(0.0, 0.0, 0.02, PHRASE)

    assert {data for _, data in pulse.due(0.01) + pulse.due(0.2)} == {b"\xf8"}
    assert pulse.end() == []


def test_a_thread_sends_where_the_service_has_no_clock() -> None:
    sent: list[tuple[float, bytes]] = []
    pulse = Pulse()
    thread = PulseThread(pulse, lambda data: sent.append((time.monotonic(), data)))
    begins = time.monotonic()
    pulse.steer(begins, 0.0, 0.04, PHRASE)
    time.sleep(1.0)
    thread.close()

    ticks = [at for at, data in sent if data == b"\xf8"]
    # However late a busy machine is with some of them, none is left out.
    assert len(ticks) == pytest.approx((ticks[-1] - begins) / 0.04 + 1, abs=1.0)
    assert all(at >= begins + number * 0.04 for number, at in enumerate(ticks))
    assert sent[-1][1] == b"\xfc"
