"""Muse headbands over real UDP, as Mind Monitor sends them."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import msgspec
import numpy as np
import pytest

from hardware.muse import MuseInput, MuseSettings
from installation import osc
from installation.contract import Reading
from tests.hardware.biosensor.made import eeg, ppg


def made(**settings: object) -> MuseInput:
    given = {"port": 0, "seats": [[0.3, 0.3], [0.7, 0.3]], **settings}
    adapter = MuseInput("headbands", msgspec.convert(given, MuseSettings))
    adapter.open()
    return adapter


@pytest.fixture
def headbands() -> Iterator[MuseInput]:
    adapter = made()
    yield adapter
    adapter.close()


def phone(adapter: MuseInput, host: str = "127.0.0.1") -> socket.socket:
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind((host, 0))
    link.connect(("127.0.0.1", adapter.port))
    return link


def told(adapter: MuseInput, seconds: float = 0.3) -> list[Reading]:
    end, found = monotonic() + seconds, list[Reading]()
    while monotonic() < end:
        found += adapter.receive(0.05)
    return found


def wear(
    link: socket.socket, adapter: MuseInput, alpha: float, seed: int = 2, aux: int = 0
) -> dict[str, float]:
    """Two seconds of a headband, and what is told of them."""
    for sample in eeg(alpha, 2.0, seed=seed).tolist():
        link.send(osc.encode("/muse/eeg", *[sample] * 4, *[0.0] * aux))
    for _ in range(104):
        link.send(osc.encode("/muse/acc", 0.0, 0.0, 1.0))
    return {one.address: one.values[0] for one in told(adapter, 0.7)}


def test_alpha_is_on_the_scale_of_who_wears_it(headbands: MuseInput) -> None:
    with phone(headbands) as link:
        for seed in range(9):
            named = wear(link, headbands, 4.0 + 0.1 * seed, seed, aux=seed % 3)
        assert named["/person/1/still"] == 1.0
        before = named["/person/1/alpha"]
        named = wear(link, headbands, 20.0)
        assert named["/person/1/alpha"] > max(before, 0.9)


def test_a_bad_contact_and_a_headband_on_nobody_give_no_reading(headbands: MuseInput) -> None:
    with phone(headbands) as link:
        link.send(osc.encode("/muse/elements/horseshoe", 4.0, 4.0, 4.0, 4.0))
        assert wear(link, headbands, 9.0) == {}
        link.send(osc.encode("/muse/elements/horseshoe", 1.0, 1.0, 1.0, 1.0))
        link.send(osc.encode("/muse/elements/touching_forehead", 0))
        assert wear(link, headbands, 9.0) == {}


@pytest.mark.parametrize("scale", [1 << 24, 500_000, 50_000])
def test_the_heart_comes_from_infrared_however_much_light_there_is(headbands: MuseInput, scale: int) -> None:
    with phone(headbands) as link:
        for sample in (ppg(58, 10.0, 64.0)[0] * scale).tolist():
            link.send(osc.encode("/muse/ppg", 0.0, sample, 0.0))
        hearts = [one.values[0] for one in told(headbands, 0.6) if one.address == "/person/1/heart"]
    assert hearts[-1] == pytest.approx(58.0, rel=0.05)


@pytest.mark.parametrize("swing", [0.0, 300.0])
def test_light_without_a_pulse_is_no_heart(headbands: MuseInput, swing: float) -> None:
    chance = np.random.default_rng(4)
    with phone(headbands) as link:
        for sample in (200_000.0 + swing * chance.standard_normal(640)).tolist():
            link.send(osc.encode("/muse/ppg", 0.0, sample, 0.0))
        assert "/person/1/heart" not in {one.address for one in told(headbands, 0.6)}


def test_each_phone_is_a_person_and_a_third_one_is_told_why_not(headbands: MuseInput) -> None:
    found = set()
    with ExitStack() as links:
        for last in (1, 2, 3):
            link = links.enter_context(phone(headbands, f"127.0.0.{last}"))
            link.send(osc.encode("/muse/batt", 5000, 3900, 0, 30))
            found |= {reading.address for reading in told(headbands)}
    assert {address for address in found if address.endswith("/x")} == {"/person/1/x", "/person/2/x"}
    assert any("more phones" in said.reason for said in headbands.refusals.report())


def test_a_listed_phone_has_its_seat_and_nobody_else_gets_it() -> None:
    adapter = made(phones=["127.0.0.2"])
    try:
        with phone(adapter) as stranger, phone(adapter, "127.0.0.2") as listed:
            stranger.send(osc.encode("/muse/batt", 1, 1, 1, 1))
            found = {one.address for one in told(adapter)}
            assert found == {"/person/2/x", "/person/2/y", "/person/2/quality"}
            listed.send(osc.encode("/muse/batt", 1, 1, 1, 1))
            assert "/person/1/x" in {one.address for one in told(adapter)}
    finally:
        adapter.close()


@pytest.mark.parametrize(
    "packet", [osc.encode("/other", 1.0), osc.encode("/muse/eeg"), osc.encode("/muse/eeg", "x")]
)
def test_what_is_not_of_mind_monitor_is_refused(headbands: MuseInput, packet: bytes) -> None:
    with phone(headbands) as link:
        link.send(packet)
        assert told(headbands) == []
    assert headbands.refusals.report()
