"""The TUIO input on a real socket."""

import socket
from collections.abc import Iterator

import msgspec
import pytest

from hardware.tuio import TuioInput, TuioSettings
from hardware.tuio import adapter as module
from installation import osc
from installation.contract import Reading


def made(**settings: object) -> TuioInput:
    return TuioInput("tracker", msgspec.convert({"port": 0, **settings}, TuioSettings))


@pytest.fixture
def listener() -> Iterator[TuioInput]:
    adapter = made()
    adapter.open()
    yield adapter
    adapter.close()


class Sender:
    """A tracker: sends real packets."""

    def __init__(self, port: int, profile: str = "2Dcur", source: str = "") -> None:
        self.link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.link.connect(("127.0.0.1", port))
        self.address, self.source = f"/tuio/{profile}", source
        self.number = 0

    def frame(self, places: dict[int, tuple[float, float]], number: int | None = None) -> None:
        """One whole frame with so many sessions."""
        self.number += 1
        sets = [
            osc.encode(self.address, "set", session, x, y, 0.0, 0.0, 0.0)
            for session, (x, y) in places.items()
        ]
        said = [osc.encode(self.address, "source", self.source)] if self.source else []
        last = osc.encode(self.address, "fseq", self.number if number is None else number)
        self.link.send(osc.bundle(*said, osc.encode(self.address, "alive", *places), *sets, last))


@pytest.fixture
def tracker(listener: TuioInput) -> Iterator[Sender]:
    sender = Sender(listener.port)
    yield sender
    sender.link.close()


def people(readings: list[Reading]) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for reading in readings:
        _, root, number, channel = reading.address.split("/")
        assert root == "person"
        assert reading.private
        assert reading.source == "tracker"
        found.setdefault(int(number), {})[channel] = float(reading.values[0])
    return found


def gather(adapter: TuioInput, packets: int) -> dict[int, dict[str, float]]:
    """What is told until so many packets have been read."""
    readings: list[Reading] = []
    goal = adapter.counters.received + packets
    for _ in range(20):
        readings += adapter.receive(1.0)
        if adapter.counters.received >= goal:
            break
    return people(readings)


def test_bodies_are_people_with_y_up(listener: TuioInput, tracker: Sender) -> None:
    tracker.frame({7: (0.25, 0.2), 9: (0.5, 0.9)})
    found = gather(listener, 1)
    assert found[1]["x"] == pytest.approx(0.25)
    assert found[1]["y"] == pytest.approx(0.8)
    assert found[2]["y"] == pytest.approx(0.1)
    assert found[1]["still"] == 1.0
    assert "2 tracked" in listener.detail


def test_a_new_session_beside_a_lost_one_is_the_same_person(listener: TuioInput, tracker: Sender) -> None:
    tracker.frame({7: (0.25, 0.5), 9: (0.8, 0.5)})
    tracker.frame({9: (0.8, 0.5)})
    tracker.frame({9: (0.8, 0.5), 12: (0.28, 0.52)})
    assert set(gather(listener, 3)) == {1, 2}
    tracker.frame({12: (0.3, 0.5)})
    assert gather(listener, 1)[1]["x"] == pytest.approx(0.3)


def test_a_frame_that_overtook_another_counts(listener: TuioInput, tracker: Sender) -> None:
    tracker.frame({7: (0.5, 0.5)}, number=11)
    tracker.frame({7: (0.1, 0.5)}, number=10)
    assert gather(listener, 2)[1]["x"] == pytest.approx(0.5)
    assert [one.reason for one in listener.refusals.report()] == ["a frame that came late"]


def test_one_body_in_two_profiles_is_one_person(listener: TuioInput, tracker: Sender) -> None:
    tracker.frame({7: (0.5, 0.5)})
    shape = [osc.encode("/tuio/2Dblb", "set", 7, 0.51, 0.5, *[0.0] * 9)]
    tracker.link.send(
        osc.bundle(osc.encode("/tuio/2Dblb", "alive", 7), *shape, osc.encode("/tuio/2Dblb", "fseq", 1))
    )
    assert set(gather(listener, 2)) == {1}
    tracker.frame({})
    gather(listener, 1)
    assert "1 tracked" in listener.detail


def test_two_trackers_of_one_machine_are_told_apart(listener: TuioInput) -> None:
    left, right = Sender(listener.port, source="left@a"), Sender(listener.port, source="right@a")
    left.frame({1: (0.1, 0.5)})
    right.frame({1: (0.9, 0.5)})
    assert {n: round(one["x"], 1) for n, one in gather(listener, 2).items()} == {1: 0.1, 2: 0.9}
    left.link.close()
    right.link.close()


def test_who_stands_is_told_again_and_a_silent_tracker_has_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = made(timeout=5.0)
    adapter.open()
    sender = Sender(adapter.port)
    sender.frame({7: (0.5, 0.5)})
    gather(adapter, 1)
    told = module.monotonic()
    monkeypatch.setattr(module, "monotonic", lambda: told + 1.0)
    assert people(list(adapter.receive(0.0)))[1]["x"] == pytest.approx(0.5)
    monkeypatch.setattr(module, "monotonic", lambda: told + 6.0)
    assert list(adapter.receive(0.0)) == []
    assert "0 tracked" in adapter.detail
    sender.link.close()
    adapter.close()


def test_forty_blobs_fit_in_one_packet(listener: TuioInput, tracker: Sender) -> None:
    ids = range(100, 141)
    sets = [osc.encode("/tuio/2Dblb", "set", one, (one - 100) / 41, 0.5, *[0.1] * 9) for one in ids]
    packet = osc.bundle(osc.encode("/tuio/2Dblb", "alive", *ids), *sets, osc.encode("/tuio/2Dblb", "fseq", 1))
    tracker.link.send(packet)
    assert set(gather(listener, 1)) == set(range(1, 41))
    assert [one.reason for one in listener.refusals.report()] == ["more than 40 people"]


def test_what_is_no_tuio_is_counted_with_its_reason(listener: TuioInput, tracker: Sender) -> None:
    tracker.link.send(b"\xff\xff\xff\xff")
    tracker.link.send(osc.encode("/hand/x", 0.5))
    tracker.link.send(osc.encode("/tuio/3Dcur", "alive"))
    tracker.link.send(osc.encode("/tuio/2Dcur", "set", 1))
    assert gather(listener, 4) == {}
    assert len(listener.refusals.report()) == 4
    assert all(one.remedy for one in listener.refusals.report())
    assert listener.counters.dropped == 3
    assert listener.counters.errors == 1


def test_one_profile_alone_may_be_wanted() -> None:
    adapter = made(profiles=["2Dobj"])
    adapter.open()
    sender = Sender(adapter.port)
    sender.frame({7: (0.5, 0.5)})
    assert gather(adapter, 1) == {}
    sender.link.close()
    adapter.close()


@pytest.mark.parametrize(
    "setting", [{"profiles": ["2Dxyz"]}, {"profiles": []}, {"first": 41}, {"timeout": 0}, {"width": 0}]
)
def test_settings_out_of_range_are_refused_by_name(setting: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(setting))):
        msgspec.convert(setting, TuioSettings)
