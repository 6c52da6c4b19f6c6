"""OSC out to real sockets: consoles that listen, refuse, take nothing, are slow or have no address."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from hardware.osc import OscInput, OscOutput, OscSettings
from hardware.osc.output import OscOutputSettings
from hardware.osc.target import TargetSettings
from hardware.osc.transports import TcpTarget, UdpTarget
from installation import osc
from installation.contract import Counters, Message, Refusals, TargetStatus
from installation.devices import MessageSupervisor
from tests import parts

PATIENCE = 20.0


def until(what: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


Maker = Callable[..., MessageSupervisor]


@pytest.fixture
def make() -> Iterator[Maker]:
    """Outputs that run in their thread, as on a stage."""
    running: list[MessageSupervisor] = []

    def maker(*targets: dict[str, object], lookup: object = socket.getaddrinfo) -> MessageSupervisor:
        settings = msgspec.convert({"targets": targets}, OscOutputSettings)
        made = MessageSupervisor(OscOutput("out", settings, lookup))
        running.append(made)
        made.start()
        until(lambda: made.report().state == "up")
        return made

    yield maker
    for one in running:
        one.stop(PATIENCE)


@pytest.fixture
def console() -> Iterator[socket.socket]:
    """A UDP socket that listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(PATIENCE)
        yield made


def port(link: socket.socket) -> int:
    return int(link.getsockname()[1])


def health(out: MessageSupervisor, name: str) -> TargetStatus:
    return next(one for one in out.report().targets if one.name == name)


def reasons(out: MessageSupervisor) -> set[str]:
    return {one.reason for one in out.adapter.refusals.report()}


def put(out: MessageSupervisor, *messages: Message) -> None:
    out.put(messages, time.monotonic())


def heard(console: socket.socket) -> list[tuple[str, tuple[object, ...]]]:
    return [(one.address, one.arguments) for one in osc.decode(console.recv(65_536))]


@pytest.mark.device
def test_oscdump_of_liblo_hears_every_type(make, tmp_path) -> None:
    parts.require("oscdump", "stdbuf")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        free = port(probe)
    heard = tmp_path / "heard"
    with heard.open("w") as file:
        dump = subprocess.Popen(["stdbuf", "-oL", "oscdump", str(free)], stdout=file)
        try:
            out = make({"name": "console", "port": free, "bundle": True})

            def said() -> bool:
                put(out, Message("/ready", (), "console"))
                time.sleep(0.1)
                return "/ready" in heard.read_text()

            until(said)
            put(
                out,
                Message("/eos/cue/1/fire", (), "console", group=7),
                Message("/all", (1, 0.5, "text", True, False), "console", group=7),
            )
            until(lambda: "/all" in heard.read_text())
        finally:
            dump.terminate()
            dump.wait(PATIENCE)
    lines = [line.split(" ", 1) for line in heard.read_text().splitlines() if "/ready" not in line]
    assert lines[0][1].strip() == "/eos/cue/1/fire"
    assert lines[1][1].startswith('/all ifsTF 1 0.500000 "text"')
    assert lines[0][0] == lines[1][0]  # one bundle has one time


def test_messages_reach_their_own_target_in_order(make, console) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(PATIENCE)
        out = make({"name": "one", "port": port(console)}, {"name": "two", "port": port(other)})
        put(out, *[Message("/n", (n,), "two" if n % 2 else "one") for n in range(40)])
        assert [heard(console)[0][1] for _ in range(20)] == [(n,) for n in range(0, 40, 2)]
        assert [heard(other)[0][1] for _ in range(20)] == [(n,) for n in range(1, 40, 2)]
    until(lambda: health(out, "one").sent == health(out, "two").sent == 20)


def test_messages_of_one_frame_share_a_bundle_where_the_venue_says_so(make, console) -> None:
    out = make({"name": "c", "port": port(console), "bundle": True})
    frames = [Message("/n", (n,), "c", group=1 + n // 3) for n in range(6)]
    put(out, *frames, Message("/by-hand", (), "c"))
    assert [value for _, (value,) in heard(console)] == [0, 1, 2]
    assert [value for _, (value,) in heard(console)] == [3, 4, 5]
    assert heard(console) == [("/by-hand", ())]


def test_a_large_frame_is_cut_into_bundles_that_fit_a_datagram(make, console) -> None:
    out = make({"name": "c", "port": port(console), "bundle": True})
    put(out, *[Message("/number", (n, "x" * 100), "c", group=1) for n in range(100)])
    numbers: list[object] = []
    while len(numbers) < 100:
        data = console.recv(65_536)
        assert len(data) <= 1432
        numbers += [one.arguments[0] for one in osc.decode(data)]
    assert numbers == list(range(100))


def test_a_flood_of_a_stream_is_limited_its_last_value_arrives_and_no_event_is_lost(make, console) -> None:
    out = make({"name": "c", "port": port(console), "rate": 20})
    events: list[int] = []
    values: list[float] = []

    def listen() -> None:
        while True:
            ((address, (value,)),) = heard(console)
            (events if address == "/go" else values).append(value)
            if address == "/end":
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    began = time.monotonic()
    for number in range(4000):
        put(out, Message("/fader", (float(number),), "c", stream=True))
        if number % 100 == 0:
            put(out, Message("/go", (number,), "c"))
        if number % 10 == 0:
            time.sleep(0.001)
    took = time.monotonic() - began
    until(lambda: bool(values) and values[-1] == 3999.0)
    put(out, Message("/end", (0.0,), "c"))
    listener.join(PATIENCE)
    assert events == list(range(0, 4000, 100))
    assert len(values) - 1 <= (took + 1.0) * 20 + 2
    said = out.report()
    assert said.dropped == 0


def test_a_host_where_nobody_listens_is_noticed_and_heard_again(make) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        away = port(probe)
    out = make({"name": "c", "port": away})

    def refused() -> bool:
        put(out, Message("/a", (), "c"))
        return health(out, "c").refused > 2

    until(refused)
    assert health(out, "c").state == "refused: nobody listens there"
    assert reasons(out) == {"nobody listens there"}
    assert "c refused" in out.report().detail
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as console:
        console.bind(("127.0.0.1", away))
        console.settimeout(PATIENCE)
        put(out, Message("/back", (1,), "c"))  # not even the first one after the refusals is lost
        until(lambda: heard(console) == [("/back", (1,))])


def test_the_first_message_after_a_refusal_is_not_lost() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        where = probe.getsockname()
    counters = Counters()
    settings = TargetSettings(name="c", port=where[1])
    target = UdpTarget(settings, counters, Refusals("out"))
    target.tend(0.0)
    target.put([Message("/lost", ())], 0.0)
    time.sleep(0.2)  # until ICMP has come back
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as console:
        console.bind(where)
        console.settimeout(PATIENCE)
        target.put([Message("/first", ())], 0.3)
        assert heard(console) == [("/first", ())]
    assert target.health(0.3).refused == 1
    target.close(0.4)


def test_what_waits_for_a_connection_is_the_newest_of_each_stream(make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = port(probe)
    target = TcpTarget(
        TargetSettings(name="c", port=free, transport="tcp", rate=1000), Counters(), Refusals("out")
    )
    now = 0.0
    target.tend(now)
    for number in range(10):
        now += 0.1
        target.put([Message("/a", (number,), stream=True), Message("/b", (number,), stream=True)], now)
        target.tend(now)
    assert len(target._queue) == 2
    assert target.health(now).merged == 18
    peer = Peer(free)
    end = time.monotonic() + PATIENCE
    while not target._connected and time.monotonic() < end:
        now += 0.1
        target.tend(now)
        time.sleep(0.005)
    peer.accept()
    assert [peer.read(), peer.read()] == [("/a", (9,)), ("/b", (9,))]
    target.close(now)
    peer.close()


def test_a_name_is_looked_up_and_what_it_is_stands_in_the_health(make, console) -> None:
    def lookup(host: str, to: int, **_more: object) -> list[object]:
        assert host == "desk.example"
        return [
            (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("::1", to, 0, 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", to)),
        ]

    out = make({"name": "c", "host": "desk.example", "port": port(console)}, lookup=lookup)
    put(out, Message("/a", (1,), "c"))
    assert heard(console) == [("/a", (1,))]
    until(lambda: health(out, "c").state == "up")
    assert health(out, "c").address == f"udp desk.example:{port(console)} at 127.0.0.1"


def test_a_name_that_takes_long_to_find_holds_up_nobody(make, console) -> None:
    asked = threading.Event()
    release = threading.Event()

    def lookup(host: str, *words: object, **more: object) -> list[object]:
        if host != "slow.example":
            return socket.getaddrinfo(host, *words, **more)
        asked.set()
        release.wait(PATIENCE)
        raise socket.gaierror(-2, "Name or service not known")

    slow = {"name": "slow", "host": "slow.example", "port": 9}
    out = make(slow, {"name": "c", "port": port(console)}, lookup=lookup)
    assert asked.wait(PATIENCE)
    began = time.monotonic()
    put(out, Message("/lost", (), "slow"), Message("/quick", (1,), "c"))
    assert heard(console) == [("/quick", (1,))]
    assert time.monotonic() - began < 5.0
    assert health(out, "slow").state == "resolving"
    release.set()
    until(lambda: health(out, "slow").state == "slow.example: Name or service not known")
    assert out.report().state == "up"
    assert "a name that cannot be found" in reasons(out)
    until(lambda: "could not be sent in time" in reasons(out))


class Peer:
    """A program that takes OSC over TCP, framed with SLIP by this test."""

    def __init__(self, at: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", at))
        self.listener.settimeout(PATIENCE)
        self.port = port(self.listener)
        self.link: socket.socket | None = None
        self._rest = b""

    def accept(self) -> None:
        self.link, _ = self.listener.accept()
        self.link.settimeout(PATIENCE)
        self._rest = b""

    def read(self) -> tuple[str, tuple[object, ...]]:
        assert self.link is not None
        while self._rest.lstrip(b"\xc0").count(b"\xc0") < 1:
            data = self.link.recv(4096)
            assert data, "closed"
            self._rest += data
        packet, _, self._rest = self._rest.lstrip(b"\xc0").partition(b"\xc0")
        (one,) = osc.decode(packet.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))
        return one.address, one.arguments

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
        self.listener.close()


def test_tcp_carries_messages_of_any_size_in_order_and_survives_what_comes_back(make) -> None:
    peer = Peer()
    out = make({"name": "c", "port": peer.port, "transport": "tcp"})
    peer.accept()
    peer.link.sendall(b"x" * 300_000)  # a console that talks: nobody may wait for us
    large = "\u00db" * 5_000
    put(out, Message("/a", (large,), "c"), Message("/b", (0xC0DB,), "c"))
    assert peer.read() == ("/a", (large,))
    assert peer.read() == ("/b", (0xC0DB,))
    peer.close()


def test_our_own_input_understands_our_output_in_both_framings(make) -> None:
    for framing in ("slip", "length"):
        settings = {"port": 0, "tcp_port": 0, "framing": framing}
        listener = OscInput("osc", msgspec.convert(settings, OscSettings))
        listener.open()
        target = {"name": "p", "port": listener.tcp_port, "transport": "tcp", "framing": framing}
        out = make(target)
        put(out, Message("/scene/one/glow", (0.25,), "p"))
        end, readings = time.monotonic() + PATIENCE, []
        while not readings and time.monotonic() < end:
            readings = list(listener.receive(0.1))
        assert [(one.address, one.values) for one in readings] == [("/scene/one/glow", (0.25,))]
        listener.close()


def test_a_slow_tcp_peer_holds_up_no_other_and_gets_nothing_late(make, console) -> None:
    peer = Peer()
    peer.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    out = make({"name": "slow", "port": peer.port, "transport": "tcp"}, {"name": "c", "port": port(console)})
    peer.accept()  # and reads nothing
    block = "x" * 8000
    count = 0

    def full() -> bool:
        nonlocal count
        put(out, *[Message("/block", (count + n, block), "slow") for n in range(20)])
        count += 20
        time.sleep(0.02)
        return health(out, "slow").state.startswith("slow")

    until(full)
    began = time.monotonic()
    put(out, Message("/stale", (), "slow"), Message("/quick", (1,), "c"))
    for number in range(50):
        put(out, Message("/level", (number / 50,), "slow", stream=True))
    assert heard(console) == [("/quick", (1,))]
    assert time.monotonic() - began < 1.0
    until(lambda: health(out, "slow").dropped > 0)  # after a second
    time.sleep(1.1)
    seen = []
    while not seen or seen[-1][0] != "/level":
        seen.append(peer.read())
    numbers = [arguments[0] for address, arguments in seen if address == "/block"]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) < count  # the late ones were dropped
    assert "/stale" not in [address for address, _ in seen]
    assert abs(seen[-1][1][0] - 0.98) < 1e-6  # of a stream the newest, and only that
    said = health(out, "slow")
    assert said.sent + said.dropped == count + 1 + 1  # blocks, what was stale, and one of the levels
    peer.close()


def test_a_lost_tcp_peer_is_connected_again_and_told_the_newest_of_each_stream(make, monkeypatch) -> None:
    from hardware.osc import transports

    monkeypatch.setattr(transports, "_RECONNECT", (0.05,))
    peer = Peer()
    out = make({"name": "c", "port": peer.port, "transport": "tcp"})
    peer.accept()
    put(out, Message("/fader", (0.25,), "c", stream=True), Message("/go", (1,), "c"))
    assert [peer.read(), peer.read()] == [("/fader", (0.25,)), ("/go", (1,))]
    peer.link.close()
    until(lambda: health(out, "c").state == "up" or health(out, "c").state == "closed by the other side")
    peer.accept()
    assert peer.read() == ("/fader", (0.25,))
    put(out, Message("/go", (2,), "c"))
    assert peer.read() == ("/go", (2,))  # and the first GO was not given again
    peer.close()


def test_a_tcp_target_that_refuses_is_told_so(make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = port(probe)
    out = make({"name": "c", "port": free, "transport": "tcp"})
    until(lambda: health(out, "c").refused > 0)
    assert health(out, "c").state == "refused: nobody listens there"
    put(out, Message("/go", (), "c"))
    until(lambda: out.report().dropped == 1)  # after a second


def test_what_osc_cannot_carry_is_refused_with_its_reason_and_the_rest_goes(make, console) -> None:
    out = make({"name": "c", "port": port(console)})
    put(
        out,
        Message("/big", (1 << 70,), "c"),
        Message("/zero", ("a\0b",), "c"),
        Message("/lost", (), "nobody"),
        Message("/good", (1,), "c"),
    )
    assert heard(console) == [("/good", (1,))]
    reasons = {one.reason for one in out.adapter.refusals.report()}
    assert "no target of this name" in reasons
    assert reasons == {"no target of this name", "values that OSC cannot carry"}


def test_what_the_limit_holds_back_is_sent_before_the_end(make, console) -> None:
    out = make({"name": "c", "port": port(console), "rate": 0.1})
    put(out, Message("/fader", (1.0,), "c", stream=True))
    assert heard(console) == [("/fader", (1.0,))]
    put(out, Message("/fader", (2.0,), "c", stream=True))
    out.stop(PATIENCE)
    assert heard(console) == [("/fader", (2.0,))]


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        ([], "1 to 32"),
        ([{"name": "a", "port": 1}, {"name": "a", "port": 2}], "two named 'a'"),
        ([{"name": "a", "port": 0}], "port"),
        ([{"name": "a", "port": 1, "transport": "sctp"}], "transport"),
        ([{"name": "a", "port": 1, "rat": 3}], "rat"),
    ],
)
def test_wrong_targets_are_refused_by_name(targets, why) -> None:
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert({"targets": targets}, OscOutputSettings)
