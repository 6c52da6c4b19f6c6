"""MIDI time code out: the bytes, read back by our own reader, and through the adapter."""

import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from hardware.midi.ports import Port
from hardware.midi.quarter_frames import RATES, QuarterFrames, numbers_of
from hardware.midi_clock import MidiClockOutput
from hardware.midi_clock.adapter import CODE
from installation.contract import Message
from installation.tempo.time_code import TimeCode, seconds_of

PATIENCE = 20.0


@pytest.mark.parametrize(
    ("frame", "rate", "numbers"),
    [
        (0, 1, (0, 0, 0, 0)),
        (25 * 3661 + 7, 1, (1, 1, 1, 7)),
        (1799, 2, (0, 0, 59, 29)),
        (1800, 2, (0, 1, 0, 2)),  # SMPTE ST 12-1: 0 and 1 are left out
        (17_981, 2, (0, 9, 59, 29)),
        (17_982, 2, (0, 10, 0, 0)),  # but not in every tenth minute
        (24 * 86_400, 0, (0, 0, 0, 0)),
    ],
)
def test_a_frame_has_the_numbers_of_its_rate(
    frame: int, rate: int, numbers: tuple[int, int, int, int]
) -> None:
    assert numbers_of(frame, rate) == numbers


@pytest.mark.parametrize("frame", [*range(0, 40_000, 97), 107_892])
def test_drop_frame_numbers_are_those_of_the_reader(frame: int) -> None:
    assert seconds_of(*numbers_of(frame, 2), 2) == pytest.approx(frame / RATES["29.97"][1])


@pytest.mark.parametrize("rate", RATES)
def test_what_is_sent_is_the_time_at_which_it_is_sent(rate: str) -> None:
    code, reader = QuarterFrames(rate), TimeCode()
    code.steer(100.0, 754.3, 1.0)
    sent = [one for step in range(1, 200) for one in code.due(100.0 + step / 100)]

    whole = [data for _, data in sent if data[0] == 0xF0]
    for at, data in sent:
        if data[0] == 0xF1:
            reader.quarter(data[1], at)
    assert len(whole) == 1
    assert whole[0][:5] == bytes((0xF0, 0x7F, 0x7F, 1, 1))
    assert whole[0][5] >> 5 == RATES[rate][0]
    assert reader.rate == RATES[rate][1]
    assert reader.at(102.0) == pytest.approx(756.3, abs=1e-6)
    quarters = [at for at, data in sent if data[0] == 0xF1]
    assert len(quarters) == pytest.approx(2.0 * 4.0 * RATES[rate][1], abs=10)


def test_a_leap_and_a_stand_are_told_by_a_whole_time_and_a_stand_only_once() -> None:
    code = QuarterFrames("25")
    code.steer(10.0, 60.0, 0.0)
    first = code.due(10.0)
    again = code.due(10.5)
    code.steer(11.0, 60.0, 1.0)
    code.due(11.5)
    code.steer(11.5, 3600.0, 1.0)
    leapt = code.due(11.51)
    code.steer(12.0, 3600.5, 0.0)

    assert [data[5:9] for _, data in first] == [bytes((1 << 5, 1, 0, 0))]
    assert again == []
    assert leapt[0][1][5:9] == bytes((1 << 5 | 1, 0, 0, 2))  # where the next quarter frames begin
    assert [data[5:9] for _, data in code.due(12.0)] == [bytes((1 << 5 | 1, 0, 0, 12))]
    assert code.next_time() is None


def test_the_adapter_sends_the_score_to_the_port_of_its_name() -> None:
    sent: list[tuple[float, bytes]] = []
    port = Port("editor", "1")
    output = SimpleNamespace(
        alive=True, send=lambda data: sent.append((time.monotonic(), data)), close=lambda: None
    )
    ports: Any = SimpleNamespace(
        api="test", dropped=0, outputs=lambda: [port], open_output=lambda _port: output, close=lambda: None
    )
    said = {"device": "editor", "time_code": "25", "clock": False}
    settings = msgspec.convert(said, MidiClockOutput.Settings)
    made = MidiClockOutput("clock", settings, lambda _api, _client: (ports, ""))
    made.open()
    begins = time.monotonic()
    made.send([Message(CODE, (begins, 90.0, 1.0)), Message("/tempo/clock", (begins, 0.0, 120.0, 128))])
    end = begins + PATIENCE
    while len(sent) < 40 and time.monotonic() < end:
        time.sleep(0.01)
    made.close()
    after = len(sent)

    whole = next(data for _, data in sent if data[0] == 0xF0)
    quarters = [data[1] >> 4 for _, data in sent if data[0] == 0xF1]
    assert {data[0] for _, data in sent} == {0xF0, 0xF1}  # no beat: it was switched off
    assert whole[5:7] == bytes((1 << 5, 1))  # 25 frames a second; a minute and a half, or a little later
    assert whole[7] >= 30
    assert quarters[:16] == [*range(8), *range(8)]
    assert len(sent) == after
