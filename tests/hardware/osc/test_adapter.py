"""The OSC input on a real socket, with real clients."""

import errno
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from hardware.osc import OscInput, OscSettings
from hardware.osc.datagrams import HORIZON, JITTER, PENDING
from installation import osc
from installation.contract import AdapterError, Reading
from tests import parts


def made(**settings: object) -> OscInput:
    return OscInput("osc", msgspec.convert({"port": 0, **settings}, OscSettings))


@pytest.fixture
def listener() -> Iterator[OscInput]:
    adapter = made()
    adapter.open()
    yield adapter
    adapter.close()


@pytest.fixture
def sender(listener: OscInput) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", listener.port))
        yield link


def gather(adapter: OscInput, count: int) -> list[Reading]:
    """Readings until there are ``count``, or nothing more comes for a second."""
    readings: list[Reading] = []
    while len(readings) < count:
        more = adapter.receive(1.0)
        if not more:
            break
        readings.extend(more)
    return readings


@pytest.mark.device
def test_oscsend_of_liblo_is_understood(listener: OscInput) -> None:
    parts.require("oscsend")
    before = time.monotonic()
    every = ["ifsTFNIhdm", "1", "2.5", "hi", "5", "6.5", "90112233"]
    for words in (["f", "0.5"], every):
        subprocess.run(
            ["oscsend", "localhost", str(listener.port), "/hub/3/glow", *words], check=True, timeout=10
        )
    first, second = gather(listener, 2)
    assert (first.address, first.values, first.source) == ("/hub/3/glow", (0.5,), "osc")
    assert second.values == (1, 2.5, "hi", True, False, True, 5, 6.5, 0x90, 0x11, 0x22, 0x33)
    assert before - 0.01 <= first.time <= second.time <= time.monotonic() + 0.01


def test_everything_that_waits_comes_in_one_call_and_in_order(
    listener: OscInput, sender: socket.socket
) -> None:
    for index in range(200):
        sender.send(osc.encode("/a", index))
    assert [reading.values for reading in listener.receive(1.0)] == [(index,) for index in range(200)]
    assert listener.counters.received == 200
    assert listener.receive(0.0) == []


def test_time_of_arrival_is_the_kernels_and_not_of_the_call(
    listener: OscInput, sender: socket.socket
) -> None:
    sender.send(osc.encode("/a", 1))
    sent = time.monotonic()
    threading.Event().wait(0.1)
    called = time.monotonic()
    (reading,) = listener.receive(1.0)
    assert abs(reading.time - sent) < abs(reading.time - called)


def test_a_datagram_never_seems_older_than_the_one_before_it(
    listener: OscInput, sender: socket.socket
) -> None:
    sender.send(osc.encode("/x", 1.0))
    (first,) = gather(listener, 1)
    listener._latest = first.time + JITTER / 2  # as if the clocks had been compared a little differently
    sender.send(osc.encode("/x", 2.0))
    (second,) = gather(listener, 1)

    assert second.time >= first.time + JITTER / 2


def test_patterns_arrive_as_they_came(listener: OscInput, sender: socket.socket) -> None:
    sender.send(osc.encode("/lamp/*/dim", 0.5))
    assert gather(listener, 1)[0].address == "/lamp/*/dim"


def test_one_bad_packet_costs_itself_only(listener: OscInput, sender: socket.socket) -> None:
    for bad in (b"", b"junk", b"/a\0\0,c\0\0\0\0\0\1", osc.encode("/a", float("nan"))):
        sender.send(bad)
    sender.send(osc.encode("/a", 1))
    assert [reading.values for reading in gather(listener, 1)] == [(1,)]
    assert listener.counters.errors == 4
    assert [(one.reason, one.example) for one in listener.refusals.report()][-1] == (
        "a float that is not finite",
        "a packet from 127.0.0.1",
    )
    assert listener.refusals.total == 4


def test_a_clock_that_is_ahead_is_named_with_its_address(listener: OscInput, sender: socket.socket) -> None:
    for _ in range(40):
        sender.send(osc.bundle(osc.encode("/imu/x", 0.5), at=time.time() + HORIZON + 3.0))
    sender.send(osc.encode("/imu/x", 0.25))

    assert [reading.values for reading in gather(listener, 1)] == [(0.25,)]
    (told,) = listener.refusals.report()
    assert told.count == listener.counters.dropped == 40
    assert "time tag ahead of this machine's clock: at most 2 s" in told.reason
    assert "/imu/x from 127.0.0.1" in told.example
    assert "clock" in told.remedy


def test_senders_that_may_not_speak_and_those_that_speak_too_much_are_told_apart() -> None:
    for settings, why in (
        ({"allow": ("10.0.0.0/8",)}, "not allowed"),
        ({"rate": 2.0}, "more than 2 messages a second"),
    ):
        adapter = made(**settings)
        adapter.open()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
                link.connect(("127.0.0.1", adapter.port))
                for _ in range(3):
                    link.send(osc.encode("/a", 1))
            while adapter.counters.dropped + adapter.counters.received < 3:
                adapter.receive(1.0)
            assert [why in one.reason for one in adapter.refusals.report()] == [True]
            assert adapter.refusals.total == adapter.counters.dropped > 0
        finally:
            adapter.close()


def test_a_packet_with_too_many_elements_is_told_with_its_limit(
    listener: OscInput, sender: socket.socket
) -> None:
    sender.send(osc.bundle(*[osc.encode("/a", 1)] * (osc.LIMITS.elements + 1)))
    sender.send(osc.encode("/a", 2))

    assert [reading.values for reading in gather(listener, 1)] == [(2,)]
    assert listener.refusals.report()[0].reason == "more than 64 elements in one packet"


ODD = {
    "/x//": "an empty name in an address",
    "/x/": "an empty name in an address",
    "//x": "an empty name in an address",
    "/": "an empty name in an address",
    "/scene//glow": "an empty name in an address",
    "/lamp/*/": "an empty name in an address",
    "/my fader": "a space or '#' in an address",
    "/fader#1": "a space or '#' in an address",
    "/lamp *": "a space or '#' in an address",
    "/a,b": "a ',', ']' or '}' that belongs to no pattern, in an address",
    "/a]": "a ',', ']' or '}' that belongs to no pattern, in an address",
    "/{a,b}}": "a ',', ']' or '}' that belongs to no pattern, in an address",
    "/x\x07": "address does not start with '/', or holds control characters",
    "/x\x7f": "address does not start with '/', or holds control characters",
}


@pytest.mark.parametrize(("address", "reason"), ODD.items(), ids=map(ascii, ODD))
def test_an_address_that_osc_does_not_have_is_counted_and_told(
    address: str, reason: str, listener: OscInput, sender: socket.socket
) -> None:
    for number in range(3):  # the second of a known form would take the fast path
        sender.send(osc.encode(address, float(number)))
    sender.send(osc.bundle(osc.encode("/good", 1), osc.encode(address, 1)))
    sender.send(osc.encode("/good", 2))

    assert [(one.address, one.values) for one in gather(listener, 1)] == [("/good", (2,))]
    assert (listener.counters.received, listener.counters.errors) == (5, 4)
    (told,) = listener.refusals.report()
    assert (told.reason, told.count) == (reason, 4)
    assert told.example == repr(address)[1:-1] + " from 127.0.0.1"
    assert told.remedy.startswith("send ")


@pytest.mark.parametrize(
    "address",
    ["/a*", "/*", "/lamp/[!1-3]", "/{red,blue}/dim", "/a/{,b}", "/{a,}{b,}c", "/[,]", "/[-a]/?"],
)
def test_every_pattern_of_osc_comes_in(address: str, listener: OscInput, sender: socket.socket) -> None:
    sender.send(osc.encode(address, 0.5))

    assert [one.address for one in gather(listener, 1)] == [address]
    assert listener.refusals.total == 0


@pytest.mark.parametrize("address", ["/1/fader-1", "/a.b/~c_d", "/a:b;c=d@e!f", "/gr\u00fcn"])
def test_every_address_of_osc_comes_in(address: str, listener: OscInput, sender: socket.socket) -> None:
    sender.send(osc.encode(address, 0.5))

    assert [one.address for one in gather(listener, 1)] == [address]
    assert listener.refusals.total == 0


def test_a_blob_is_not_lost_in_silence(listener: OscInput, sender: socket.socket) -> None:
    sender.send(osc.encode("/a", b"abc", 1))

    assert [reading.values for reading in gather(listener, 1)] == [(1,)]
    assert [one.example for one in listener.refusals.report()] == ["/a from 127.0.0.1"]


def test_hostile_bytes_never_stop_the_listener(listener: OscInput, sender: socket.socket) -> None:
    for size in range(0, 2_000, 37):
        sender.send(os.urandom(size))
    sender.send(osc.encode("/still/here", True))
    assert gather(listener, 1)[-1].address == "/still/here"


def test_bundle_due_soon_waits_for_its_time_and_holds_nothing_up(
    listener: OscInput, sender: socket.socket
) -> None:
    sender.send(osc.bundle(osc.encode("/later", 1), at=time.time() + 0.5))
    sender.send(osc.encode("/now", 1))
    now, later = gather(listener, 2)
    assert (now.address, later.address) == ("/now", "/later")
    assert later.time - now.time <= 0.51
    assert time.monotonic() >= later.time


def test_bundle_of_tomorrow_is_dropped_because_nobody_may_book_the_future(
    listener: OscInput, sender: socket.socket
) -> None:
    for ahead in (86_400.0, HORIZON + 0.5):
        sender.send(osc.bundle(osc.encode("/late", 1), at=time.time() + ahead))
    sender.send(osc.encode("/now", 1))
    assert [reading.address for reading in gather(listener, 1)] == ["/now"]
    assert listener.counters.dropped == 2


def test_what_waits_for_its_time_is_bounded(listener: OscInput, sender: socket.socket) -> None:
    packet = osc.bundle(*[osc.encode("/later", 1)] * 64, at=time.time() + 1.9)
    for _ in range(PENDING // 64 + 2):
        sender.send(packet)
    listener.receive(1.0)
    assert listener.counters.dropped == 128
    listener.close()


def test_flood_from_one_sender_is_cut_to_its_rate(sender: socket.socket) -> None:
    adapter = made(rate=100)
    adapter.open()
    sender.connect(("127.0.0.1", adapter.port))
    for index in range(500):
        sender.send(osc.encode("/a", index))
    readings = gather(adapter, 500)
    adapter.close()
    assert [reading.values[0] for reading in readings[:50]] == list(range(50))
    assert adapter.counters.dropped > 300
    assert adapter.counters.received + adapter.counters.dropped == 500


def test_flood_of_new_patterns_is_cut_sooner_because_each_is_tried_against_the_whole_tree(
    listener: OscInput, sender: socket.socket
) -> None:
    for index in range(200):
        sender.send(osc.encode(f"/*/{index}", 1.0))
    assert len(gather(listener, 200)) <= 30


def test_known_pattern_may_be_played_like_any_address(listener: OscInput, sender: socket.socket) -> None:
    for index in range(200):
        sender.send(osc.encode("/lamp/*/dim", float(index)))
    assert len(gather(listener, 200)) == 200


def test_stranger_is_not_heard(listener: OscInput) -> None:
    adapter = made(allow=["10.1.2.0/24"])
    adapter.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(osc.encode("/a", 1), ("127.0.0.1", adapter.port))
        assert adapter.receive(1.0) == []
    adapter.close()
    assert adapter.counters.dropped == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"host": "0.0.0.0"}, "allow"),
        ({"host": "::"}, "allow"),
        ({"host": "localhost"}, "numeric"),
        ({"allow": ["192.168.1.0/33"]}, "192.168.1.0/33"),
        ({"port": 70_000}, "port"),
        ({"rate": 0}, "rate"),
        ({"baud": 9600}, "baud"),
        ({"private": ["radar"]}, "private"),
        ({"private": ["/"]}, "private"),
    ],
)
def test_bad_settings_say_what_to_do(settings: dict[str, object], says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says):
        made(**settings)


def test_what_is_said_of_one_person_is_private_and_nothing_else_is() -> None:
    adapter = made(private=["/radar", "/seat/2/"])
    adapter.open()
    addresses = ["/radar", "/radar/chest", "/radars", "/seat/2", "/seat/22", "/hand/radar"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", adapter.port))
        for value in (0.5, 0.7):  # the second time by the short way of datagrams that are known
            for address in addresses:
                link.send(osc.encode(address, value))
        found = gather(adapter, 2 * len(addresses))
    adapter.close()
    hidden = [one.address for one in found if one.private]
    assert [one.address for one in found] == 2 * addresses
    assert hidden == 2 * ["/radar", "/radar/chest", "/seat/2"]


def test_open_to_the_network_when_the_venue_says_who_may_send() -> None:
    adapter = made(host="0.0.0.0", allow=["127.0.0.1"])
    adapter.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
        friend.sendto(osc.encode("/a", 1), ("127.0.0.1", adapter.port))
        assert len(adapter.receive(1.0)) == 1
    adapter.close()


def test_port_in_use_names_the_program_that_holds_it(listener: OscInput) -> None:
    second = made(port=listener.port)
    with pytest.raises(AdapterError, match=rf"in use by .*\(pid {os.getpid()}\)"):
        second.open()
    second.close()


def test_address_of_no_interface_is_explained() -> None:
    with pytest.raises(AdapterError, match="no interface has this address"):
        made(host="192.0.2.1", allow=["192.0.2.0/24"]).open()


def test_wake_ends_a_wait(listener: OscInput) -> None:
    results: list[object] = []
    waiting = threading.Thread(target=lambda: results.append(listener.receive(30.0)))
    waiting.start()
    listener.wake()
    waiting.join(10.0)
    assert results == [[]]


def test_lost_socket_is_an_adapter_error(listener: OscInput, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def recvmsg(self, *_: int) -> None:
            raise OSError(errno.ENETDOWN, "network is down")

    with pytest.raises(AdapterError, match="network is down"):
        listener._drain(Broken(), [])  # type: ignore[arg-type]


def test_ipv6_loopback_works_like_ipv4() -> None:
    if not socket.has_ipv6:
        parts.lacking("IPv6")
    adapter = made(host="::1")
    try:
        adapter.open()
    except AdapterError:
        pytest.skip("this machine has no IPv6 loopback address")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as link:
        link.sendto(osc.encode("/a", 1), ("::1", adapter.port))
        assert len(adapter.receive(1.0)) == 1
    adapter.close()
