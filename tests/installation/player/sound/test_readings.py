"""What was heard becomes input: the newest of what lasts, the greatest of what passes, every rise."""

import pytest

from installation.ipc.feeds.ears import NAMES
from installation.ipc.feeds.sound import Heard
from installation.player.sound import BEAT, EARS, heard_readings, running_beat
from installation.signal.check import BUILT_IN
from installation.values import Address

REST = {one.name: one.rest for one in NAMES}


def hop(at: float, **values: float) -> Heard:
    return Heard(at=at, values=REST | {name.replace("_", "/"): value for name, value in values.items()})


def everybody(_address: Address) -> bool:
    return True


def nobody(_address: Address) -> bool:
    return False


def test_the_newest_counts_of_what_lasts_and_the_greatest_of_what_passes() -> None:
    hops = [hop(1.0, level=0.9, peak=0.2), hop(1.1, level=0.3, peak=0.7), hop(1.2, level=0.4, peak=0.1)]
    found = {one.address: one for one in heard_readings(hops, everybody, everything=False)}
    assert found["/ears/level"].values == (0.4,)
    assert found["/ears/level"].time == 1.2
    assert found["/ears/peak"].values == (0.7,)
    assert found.keys() == set(EARS)
    assert {one.source for one in found.values()} == {"sound"}
    assert not any(one.private for one in found.values())


def test_every_onset_is_a_rise_of_its_own_at_its_time() -> None:
    hops = [hop(1.0, onset=0.5), hop(1.1), hop(1.2, onset=0.8), hop(1.3)]
    found = [
        (one.time, one.values[0])
        for one in heard_readings(hops, everybody, everything=False)
        if one.address == "/ears/onset"
    ]
    assert found == [(1.0, 0.0), (1.0, 0.5), (1.2, 0.0), (1.2, 0.8)]
    quiet = heard_readings([hop(2.0), hop(2.1)], everybody, everything=False)
    assert [one.values for one in quiet if one.address == "/ears/onset"] == [(0.0,)]


def test_what_nobody_uses_is_told_only_when_everything_is_asked_for() -> None:
    assert heard_readings([hop(1.0)], nobody, everything=False) == []
    one = heard_readings([hop(1.0)], lambda address: address == "/ears/band/3", everything=False)
    assert [reading.address for reading in one] == ["/ears/band/3"]
    assert {reading.address for reading in heard_readings([hop(1.0)], nobody, everything=True)} == set(EARS)


def test_hops_without_values_tell_nothing() -> None:
    assert heard_readings([Heard(at=1.0, output=0.5)], everybody, everything=True) == []
    assert heard_readings([], everybody, everything=True) == []


def test_the_ears_have_addresses_of_their_own() -> None:
    assert "/ears/band/8" in EARS
    assert set(EARS).isdisjoint(BUILT_IN)


def test_the_beat_runs_on_between_two_hops_that_are_told() -> None:
    newest = Heard(at=10.0, values=REST | {"beat": 0.9}, pace=2.0)
    found = [running_beat(newest, now) for now in (9.9, 10.0, 10.02, 10.3)]

    assert {one.address for one in found} == {BEAT}
    assert [one.values[0] for one in found] == pytest.approx([0.9, 0.9, 0.94, 0.5])
    assert {one.time for one in found} == {10.0}, "it was heard then"
