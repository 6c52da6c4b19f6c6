"""OSC over TCP in, by a real client that frames by itself."""

import socket
import time
from collections.abc import Iterator

import msgspec
import pytest

from hardware.osc import OscInput, OscSettings, tcp
from hardware.osc.framing import framed
from installation import osc
from installation.contract import AdapterError, Reading


def made(**settings: object) -> OscInput:
    return OscInput("osc", msgspec.convert({"port": 0, "tcp_port": 0, **settings}, OscSettings))


@pytest.fixture
def listener() -> Iterator[OscInput]:
    adapter = made()
    adapter.open()
    yield adapter
    adapter.close()


def client(adapter: OscInput) -> socket.socket:
    return socket.create_connection(("127.0.0.1", adapter.tcp_port), 10)


def gather(adapter: OscInput, count: int, patience: float = 10.0) -> list[Reading]:
    """Readings until there are ``count``."""
    readings: list[Reading] = []
    end = time.monotonic() + patience
    while len(readings) < count and time.monotonic() < end:
        readings += adapter.receive(0.1)
    return readings


def slip(packet: bytes) -> bytes:
    """RFC 1055, written here and not in the program, with an END before and after."""
    body = b"".join({0xC0: b"\xdb\xdc", 0xDB: b"\xdb\xdd"}.get(one, bytes([one])) for one in packet)
    return b"\xc0" + body + b"\xc0"


def test_packets_are_heard_in_order_however_the_stream_is_cut(listener) -> None:
    with client(listener) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = b"".join(slip(osc.encode("/hand/x", number / 2)) for number in range(20))
        for at in range(0, len(stream), 7):
            link.sendall(stream[at : at + 7])
        readings = gather(listener, 20)
    assert [one.values for one in readings] == [(number / 2,) for number in range(20)]
    assert {one.address for one in readings} == {"/hand/x"}
    assert listener.counters.received == 20


def test_udp_is_heard_beside_it_and_a_bundle_comes_through(listener) -> None:
    with client(listener) as link, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(osc.encode("/by/udp", 1), ("127.0.0.1", listener.port))
        link.sendall(slip(osc.bundle(osc.encode("/a", 1), osc.encode("/b", 2))))
        readings = gather(listener, 3)
    assert {one.address for one in readings} == {"/by/udp", "/a", "/b"}


def test_lengths_are_understood_where_the_venue_says_so() -> None:
    adapter = made(framing="length")
    adapter.open()
    try:
        with client(adapter) as link:
            packet = osc.encode("/hand/x", 0.5)
            link.sendall(len(packet).to_bytes(4, "big") + packet)
            assert [one.values for one in gather(adapter, 1)] == [(0.5,)]
            link.sendall(slip(packet))  # the wrong framing: the connection ends, with a reason
            link.settimeout(10)
            end = time.monotonic() + 10
            while time.monotonic() < end and not adapter.refusals.total:
                adapter.receive(0.05)
            assert link.recv(1) == b""
        assert "framing" in adapter.refusals.latest
    finally:
        adapter.close()


def test_lengths_to_a_port_that_takes_slip_are_told_and_not_waited_out(listener) -> None:
    with client(listener) as link:
        packet = osc.encode("/hand/x", 0.5)
        link.sendall(len(packet).to_bytes(4, "big") + packet)
        link.settimeout(10)
        end = time.monotonic() + 10
        while time.monotonic() < end and not listener.refusals.total:
            listener.receive(0.05)
        assert link.recv(1) == b""
    assert "framing" in listener.refusals.latest


def test_a_packet_that_is_no_osc_is_refused_and_the_next_one_heard(listener) -> None:
    with client(listener) as link:
        link.sendall(slip(b"nonsense") + slip(osc.encode("/good", 1)))
        assert [one.address for one in gather(listener, 1)] == ["/good"]
    assert listener.counters.errors == 1


def test_connections_are_bounded_and_a_silent_one_makes_room(listener, monkeypatch) -> None:
    links = [client(listener) for _ in range(tcp.CLIENTS)]
    late = client(listener)
    end = time.monotonic() + 10
    while listener.refusals.total < 1 and time.monotonic() < end:
        listener.receive(0.05)
    assert "more than 8 connections" in listener.refusals.latest
    late.settimeout(10)
    assert late.recv(1) == b""
    monkeypatch.setattr(tcp, "SILENT", 0.0)
    again = client(listener)
    again.sendall(slip(osc.encode("/in", 1)))
    assert [one.address for one in gather(listener, 1)] == ["/in"]
    assert len(listener._tcp._clients) == tcp.CLIENTS
    for link in (*links, late, again):
        link.close()


def test_a_flood_is_cut_at_the_rate_and_leaves_room_for_datagrams() -> None:
    adapter = made(rate=100)
    adapter.open()
    try:
        with client(adapter) as link:
            link.sendall(b"".join(slip(osc.encode("/flood", number)) for number in range(5000)))
            heard = gather(adapter, 5000, patience=1.5)
        assert 40 <= len(heard) <= 400
        assert adapter.counters.dropped > 4000
        assert "messages a second" in adapter.refusals.latest
    finally:
        adapter.close()


def test_a_host_that_may_not_speak_is_hung_up_on() -> None:
    adapter = made(allow=["10.1.2.0/24"])
    adapter.open()
    try:
        with client(adapter) as link:
            link.settimeout(10)
            end = time.monotonic() + 10
            while not adapter.refusals.total and time.monotonic() < end:
                adapter.receive(0.05)
            assert link.recv(1) == b""
        assert "not allowed" in adapter.refusals.latest
    finally:
        adapter.close()


def test_a_port_in_use_names_its_holder_and_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        adapter = made(tcp_port=other.getsockname()[1])
        with pytest.raises(AdapterError, match=r"tcp 127\.0\.0\.1:\d+ is in use by .*pid"):
            adapter.open()
        with pytest.raises(AdapterError, match="not open"):
            adapter.receive(0.0)


def test_a_client_that_is_gone_is_forgotten(listener) -> None:
    with client(listener) as link:
        link.sendall(framed(osc.encode("/a", 1), "slip"))
        assert gather(listener, 1)
        assert "1 connected" in listener.detail
    end = time.monotonic() + 10
    while "0 connected" not in listener.detail and time.monotonic() < end:
        listener.receive(0.05)
    assert "0 connected" in listener.detail
