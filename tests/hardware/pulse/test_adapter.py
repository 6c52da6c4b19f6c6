"""Pulse grips over real UDP."""

import socket
from collections.abc import Iterator
from time import monotonic

import msgspec
import numpy as np
import pytest

from hardware.pulse import PulseInput, PulseSettings
from installation import osc
from installation.contract import Reading
from tests.hardware.biosensor.made import ppg

SEATS = [[0.2, 0.3], [0.8, 0.4]]


@pytest.fixture
def grips() -> Iterator[PulseInput]:
    adapter = PulseInput("grips", msgspec.convert({"port": 0, "first": 5, "seats": SEATS}, PulseSettings))
    adapter.open()
    yield adapter
    adapter.close()


@pytest.fixture
def sensor(grips: PulseInput) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", grips.port))
        yield link


def told(adapter: PulseInput, seconds: float) -> list[Reading]:
    end, found = monotonic() + seconds, list[Reading]()
    while monotonic() < end:
        found += adapter.receive(0.05)
    return found


def hold(link: socket.socket, adapter: PulseInput, signal: np.ndarray, grip: int = 1) -> list[Reading]:
    """Somebody holds a grip: twelve seconds of the sensor at once, ten samples in each message."""
    for at in range(0, len(signal), 10):
        link.send(osc.encode(f"/pulse/{grip}", *(round(float(one), 2) for one in signal[at : at + 10])))
    return told(adapter, 0.5)


def test_who_holds_a_grip_is_a_person_with_a_heart_at_its_seat(
    grips: PulseInput, sensor: socket.socket
) -> None:
    readings = hold(sensor, grips, 1023.0 * ppg(66, 12.0, 100.0)[0], grip=2)
    assert readings
    assert all(one.private for one in readings)
    named = {one.address: one.values[0] for one in readings}
    assert named["/person/6/heart"] == pytest.approx(66.0, rel=0.05)
    assert (named["/person/6/x"], named["/person/6/y"]) == (0.8, 0.4)
    assert not any(one.startswith("/person/5/") for one in named)
    assert "1 of 2 on somebody" in grips.detail


def test_a_grip_that_lies_there_is_nobody(grips: PulseInput, sensor: socket.socket) -> None:
    assert hold(sensor, grips, np.full(1200, 512.0)) == []
    assert "0 of 2 on somebody" in grips.detail


def test_who_lets_go_is_forgotten(
    grips: PulseInput, sensor: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardware.biosensor.seats.OFF", 0.2)
    assert hold(sensor, grips, 1023.0 * ppg(66, 12.0, 100.0)[0])
    sensor.send(osc.encode("/pulse/1", *[512.0] * 300))
    told(grips, 0.6)
    assert "0 of 2 on somebody" in grips.detail


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (osc.encode("/pulse/9", 1.0), "has no seat"),
        (osc.encode("/pulse/x", 1.0), "is no pulse"),
        (osc.encode("/pulse/1", "loud"), "is no pulse"),
        (osc.encode("/pulse/1", float("nan")), "not finite"),
        (osc.encode("/other", 1.0), "is no pulse"),
        (b"nonsense", ""),
    ],
)
def test_what_is_no_pulse_is_refused_with_its_reason(
    grips: PulseInput, sensor: socket.socket, packet: bytes, reason: str
) -> None:
    sensor.send(packet)
    assert told(grips, 0.3) == []
    said = grips.refusals.report()
    assert len(said) == 1
    assert reason in said[0].reason


def test_more_seats_than_numbers_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="lower first"):
        msgspec.convert({"first": 40, "seats": SEATS}, PulseSettings)
