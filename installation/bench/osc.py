"""OSC in: our front against python-osc's dispatcher in process, and against liblo over loopback.

Peers: python-osc 1.10 (parse and dispatch), liblo through pyliblo3 (a compiled parser and a Python method).
The floor is what cannot be saved: calling the method, or receiving the datagram and reading its float.
"""

import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, process_time
from typing import Any

from installation.bench import Row, interleave

__all__ = ["run"]

_ROUNDS = 5
_RATE = 20_000
_SECONDS = 2.0

# Paced by spinning, so that datagrams come evenly and not in bursts of a timer's making.
_SENDER = """
import socket, struct, sys, time
port, rate, seconds, addresses = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.connect(("127.0.0.1", port))
def pad(text): return text + bytes(4 - len(text) % 4)
levels = [(pad(b"/scene/layer%d/level" % i), struct.pack(">f", i / addresses)) for i in range(addresses)]
packets = [address + pad(b",f") + level for address, level in levels]
sys.stdin.readline()
start = time.perf_counter()
for index in range(int(rate * seconds)):
    while time.perf_counter() < start + index / rate:
        pass
    link.send(packets[index % addresses])
"""


def run() -> Sequence[Row]:
    """All comparisons of OSC in."""
    return [_dispatch(), *_flat(), _intake(), *_loopback(), _hostile()]


def _packets(count: int) -> list[bytes]:
    from installation import osc

    return [osc.encode(f"/scene/layer{index}/level", index / count) for index in range(count)]


def _front(
    packets: Sequence[bytes], turns: Sequence[bytes], method: Callable[..., Any]
) -> Callable[[], None]:
    """Our way of ``turns`` through the fast path to a method, with all ``packets`` mapped."""
    from installation import osc

    fast, methods = osc.FastPath(), {}
    for packet in packets:
        (message,) = osc.decode(packet)
        fast.learn(packet, message)
        methods[message.address] = method

    def job() -> None:
        for packet in turns:
            known = fast.read(packet)
            if known is not None:
                methods[known[0]](*known)

    return job


def _dispatcher(packets: Sequence[bytes], method: Callable[..., Any]) -> Any:
    from pythonosc.dispatcher import Dispatcher
    from pythonosc.osc_message import OscMessage

    dispatcher = Dispatcher()
    for packet in packets:
        dispatcher.map(OscMessage(packet).address, method)
    return dispatcher


def _dispatch() -> Row:
    """Parse and call the method of one of 400 addresses, 200 of them in turn."""
    packets = _packets(400)
    turns = packets[::2]
    seen: list[float] = [0.0]

    def method(_address: str, values: Any) -> None:
        seen[0] = values

    dispatcher = _dispatcher(packets, method)

    def theirs() -> None:
        for packet in turns:
            dispatcher.call_handlers_for_packet(packet, ("127.0.0.1", 9))

    def floor() -> None:
        for _ in turns:
            method("/a", 0.5)

    ours, peer, least = (
        seconds / len(turns) * 1e6
        for seconds in interleave([_front(packets, turns, method), theirs, floor], _ROUNDS, "thread")
    )
    ratio = peer / ours
    return Row(
        "osc: dispatch, 400 addresses",
        ours,
        peer,
        least,
        "us/message",
        "python-osc Dispatcher",
        ratio,
        ">= 20",
        ratio >= 20,
    )


def _flat() -> Sequence[Row]:
    """The same ten addresses in turn, with 10, 1,000 and 10,000 mapped."""
    counts = (10, 1_000, 10_000)

    def method(_address: str, _values: Any) -> None:
        return None

    jobs = []
    for count in counts:
        packets = _packets(count)
        jobs.append(_front(packets, packets[:: count // 10] * 200, method))
    few, *more = (seconds / 2_000 * 1e6 for seconds in interleave(jobs, _ROUNDS * 3, "thread"))
    return [
        Row(
            f"osc: dispatch, {count:,} addresses",
            many,
            few,
            None,
            "us/message",
            "ours with 10 addresses",
            many / few,
            "0.80 to 1.20",
            0.8 <= many / few <= 1.2,
        )
        for count, many in zip(counts[1:], more, strict=True)
    ]


def _intake() -> Row:
    """All the way into the tree of 400 parameters: front, reading, inbox, intake, base value."""
    from installation.osc import FastPath, decode
    from installation.parameter import Tree
    from installation.parameter.parameter import Kind, Parameter
    from installation.player.inbox import Inbox
    from installation.player.router import Router
    from installation.signal import Signals
    from installation.values import Reading

    packets = _packets(400)
    turns = packets[::2]
    fast = FastPath()
    tree = Tree()
    for packet in packets:
        fast.learn(packet, decode(packet)[0])
    addresses = [decode(packet)[0].address for packet in packets]
    tree.add([Parameter(address, Kind.FLOAT, (0.5,), (0.0,), (1.0,)) for address in addresses])
    inbox = Inbox()
    router = Router(tree, Signals(), (), ("osc",))
    dispatcher = _dispatcher(packets, lambda address, *values: tree.set(address, values))

    def ours() -> None:
        for packet in turns:
            known = fast.read(packet)
            if known is not None:
                inbox.put(Reading(known[0], known[1], 0.0, "osc"))
        router.accept(inbox.drain(), 0.0)

    def theirs() -> None:
        for packet in turns:
            dispatcher.call_handlers_for_packet(packet, ("127.0.0.1", 9))

    mine, peer = (seconds / len(turns) * 1e6 for seconds in interleave([ours, theirs], _ROUNDS, "thread"))
    return Row(
        "osc: into the tree, 400 parameters",
        mine,
        peer,
        None,
        "us/message",
        "python-osc Dispatcher to Tree.set",
        peer / mine,
        ">= 5",
        peer / mine >= 5,
        "both write the same base values; that write is most of ours",
    )


def _loopback() -> Sequence[Row]:
    """CPU of the receiving process for each message, and what was lost, at 20,000 messages a second."""
    receivers = [_receive_ours, _receive_liblo, _receive_bare]
    taken: list[list[tuple[float, int]]] = [[] for _ in receivers]
    for _ in range(3):
        for receiver, results in zip(receivers, taken, strict=True):
            results.append(receiver())
    sent = int(_RATE * _SECONDS)
    ours, peer, floor = (median(cpu / max(1, got) * 1e6 for cpu, got in results) for results in taken)
    lost, peer_lost = (sum(sent - got for _, got in results) for results in taken[:2])
    return [
        Row(
            "osc: loopback, 20,000/s, 100 addresses",
            ours,
            peer,
            floor,
            "us CPU/message",
            "liblo (pyliblo3)",
            ours / peer,
            "<= 1.0",
            ours <= peer,
        ),
        Row(
            "osc: loopback, 20,000/s, lost",
            lost,
            peer_lost,
            None,
            "messages",
            "liblo (pyliblo3)",
            lost / (3 * sent),
            "0",
            lost == 0,
            f"of {3 * sent:,}",
        ),
    ]


def _while_sending(port: int, receive: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of this process and messages taken while a sender of another process plays.

    ``receive`` waits a little for messages and returns how many came.
    """
    words = [sys.executable, "-c", _SENDER, str(port), str(_RATE), str(_SECONDS), "100"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as sender:
        while receive():
            pass
        if sender.stdin is not None:
            sender.stdin.write(b"\n")
            sender.stdin.flush()
        sent, got = int(_RATE * _SECONDS), 0
        end = perf_counter() + 10 * _SECONDS + 5
        while not got and perf_counter() < end:
            got += receive()
        start = process_time()
        first = got
        quiet = 0
        while got < sent and (quiet < 2 or sender.poll() is None) and perf_counter() < end:
            more = receive()
            quiet = 0 if more else quiet + 1
            got += more
        cpu = process_time() - start
    return cpu * sent / max(1, sent - first), got


def _receive_ours() -> tuple[float, int]:
    from hardware.osc import OscInput, OscSettings

    adapter = OscInput("osc", OscSettings(port=0))
    adapter.open()
    latest: dict[str, Any] = {}

    def receive() -> int:
        readings = adapter.receive(0.1)
        for reading in readings:
            latest[reading.address] = reading.values
        return len(readings)

    result = _while_sending(adapter.port, receive)
    adapter.close()
    return result


def _receive_liblo() -> tuple[float, int]:
    import pyliblo3  # type: ignore[import-untyped, unused-ignore] # its wheel has no types

    server = pyliblo3.Server(_free_port(), pyliblo3.UDP)
    latest: dict[str, Any] = {}
    count = [0]

    def method(path: str, values: Any) -> None:
        latest[path] = values
        count[0] += 1

    for index in range(100):
        server.add_method(f"/scene/layer{index}/level", "f", method)

    def receive() -> int:
        before = count[0]
        server.recv(100)
        return count[0] - before

    result = _while_sending(server.port, receive)
    server.free()
    return result


def _free_port() -> int:
    """A UDP port that nobody holds; liblo cannot say which one it took by itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])


def _receive_bare() -> tuple[float, int]:
    unpack = struct.Struct(">f").unpack_from
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(0.1)

        def receive() -> int:
            try:
                data = link.recv(1_536)
            except TimeoutError:
                return 0
            unpack(data, len(data) - 4)
            return 1

        return _while_sending(link.getsockname()[1], receive)


def _hostile() -> Row:
    """The slowest of the packets that stall others, against six stars in python-osc's dispatcher."""
    from installation import osc
    from installation.errors import OscError

    stars = osc.encode("/" + "*a" * 6 + "b", 1)
    dispatcher = _dispatcher([osc.encode("/" + "a" * 60, 1)], lambda *_: None)
    bundle = osc.bundle(osc.encode("/a", 1))
    for _ in range(3_000):
        bundle = osc.bundle(bundle)
    heavy = osc.bundle(
        osc.encode("/a", *["t" * 200] * 60), osc.encode("/a", *[0.5] * 450), osc.encode("/a", b"x" * 48_000)
    )
    packets = [
        stars,
        osc.encode("/" + "*a" * 8 + "b", 1),
        bundle[:65_000],
        b"/a\0\0," + b"T" * 65_000,
        osc.encode("/a", "x" * 65_000),
        osc.encode("/a", *[0.5] * 520),
        osc.bundle(*[osc.encode("/a", *[0.5] * 250)] * 60),
        b"\xff" * 65_507,
        heavy,  # all that one packet may ask for: accepted
    ]
    refused = 0

    def ours() -> None:
        nonlocal refused
        slowest = 0.0
        for packet in packets:
            start = perf_counter()
            try:
                osc.decode(packet)
            except OscError:
                refused += 1
            slowest = max(slowest, perf_counter() - start)
        worst.append(slowest)

    worst: list[float] = []
    _, peer = interleave(
        [ours, lambda: dispatcher.call_handlers_for_packet(stars, ("127.0.0.1", 9))], 3, "wall"
    )
    slowest = median(worst) * 1e3
    once = refused == (len(packets) - 1) * len(worst)
    return Row(
        "osc: slowest hostile packet",
        slowest,
        peer * 1e3,
        None,
        "ms",
        "python-osc Dispatcher, six stars",
        slowest / 5,
        "<= 1.0 of 5 ms, one error each",
        slowest <= 5 and once,
        f"{len(packets)} packets, {refused // len(worst)} errors, one accepted at the limit",
    )
