"""OSCQuery's LISTEN: 1,000 parameters that all change, 30 times a second, to 10 clients.

Peer: starlette on uvicorn, which sends each client the same 1,000 values as one JSON object by orjson: what a
web remote would do, and less than 1,000 OSC messages. It does so in two ways: as each connection's handler by
itself, which is how such servers are written, and encoded once for all, which is the best that it can do.
All get the values over the bus from one stage, as in a show. Measured is CPU time of the server's process,
all threads. Floor: a server that sends as many bytes as ours, always the same, and has no bus. Where the peer
is not installed (extra ``peers``), ``PHOTOPHORE_PEERS`` names a folder that has it.
"""

import math
import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from installation.bench import Row
from installation.errors import PhotophoreError, to_install
from installation.osc import encode

__all__ = ["CLIENTS", "HELLO", "masked", "parameter_names", "run", "served", "wait_for_tree"]

_PARAMETERS: Final = 1_000
CLIENTS: Final = 10
_RATE: Final = 30.0
_SECONDS: Final = 4.0
_ROUNDS: Final = 5
_PEERS: Final = "PHOTOPHORE_PEERS"
HELLO: Final = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)

_PEER = """
import asyncio, contextlib, socket, sys, time
from pathlib import Path
import orjson, uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from installation.ipc.bus import ZenohBus
from installation.panel.mirror import Mirror
shared = sys.argv[2] == "shared"
clients = set()
mirror = Mirror(ZenohBus(Path(sys.argv[1]), listen=False))
def state():
    return orjson.dumps(dict(zip(mirror.directory.nodes, mirror.values.tolist()))).decode()
async def serve(client):
    await client.accept()
    if not shared:
        due, last = time.monotonic(), None
        while True:
            if mirror.values is not last:
                last = mirror.values
                await client.send_text(state())
            due = max(due, time.monotonic() - 1 / 30) + 1 / 30
            await asyncio.sleep(due - time.monotonic())
    clients.add(client)
    try:
        while True:
            await client.receive()
    except Exception:
        pass
    finally:
        clients.discard(client)
async def tell():
    due, last = time.monotonic(), None
    while True:
        mirror.refresh(time.monotonic())
        if clients and mirror.values is not last:
            last = mirror.values
            body = state()
            for client in list(clients):
                with contextlib.suppress(Exception):  # it has just left
                    await client.send_text(body)
        due = max(due, time.monotonic() - 1 / 30) + 1 / 30
        await asyncio.sleep(due - time.monotonic())
@contextlib.asynccontextmanager
async def lifespan(_app):
    task = asyncio.create_task(tell())
    yield
    task.cancel()
app = Starlette(routes=[WebSocketRoute("/", serve)], lifespan=lifespan)
link = socket.socket()
link.bind(("127.0.0.1", 0))
print("port", link.getsockname()[1], file=sys.stderr, flush=True)
config = uvicorn.Config(app, log_level="warning", ws_per_message_deflate=False)
uvicorn.Server(config).run(sockets=[link])
"""


_FLOOR = """
import asyncio, sys
size, period = int(sys.argv[1]), 1 / 30
clients = set()
async def serve(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n")
    clients.add(writer.transport)
    try:
        while await reader.read(65536):
            pass
    except ConnectionError:
        pass
    clients.discard(writer.transport)
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], file=sys.stderr, flush=True)
    loop, body = asyncio.get_running_loop(), bytes(size)
    due = loop.time()
    while True:
        for transport in list(clients):
            transport.write(body)
        due = max(due, loop.time() - period) + period
        await asyncio.sleep(due - loop.time())
asyncio.run(main())
"""


def run() -> Sequence[Row]:
    """CPU of the servers, their rounds in turn."""
    ours = sum(2 + len(encode(name, 0.5)) for name in parameter_names())
    peers = 4 + len("{" + ",".join(f'"{name}":0.25' for name in parameter_names()) + "}")
    listen = b"".join(masked(f'{{"COMMAND":"LISTEN","DATA":"{name}"}}') for name in parameter_names())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="photophore-bench-")))
        stack.enter_context(_stage(folder))
        panel = [sys.executable, "-m", "installation.panel", "--port", "0"]
        bare = [sys.executable, "-c", _FLOOR, str(ours)]
        servers = [
            stack.enter_context(served(panel, folder, r"panel: http://\S+:(\d+)/", ours, listen)),
            stack.enter_context(served(bare, folder, r"port (\d+)", ours)),
        ]
        wait_for_tree(servers[0].port)
        note = ""
        try:
            for way in ("each", "shared"):
                peer = [sys.executable, "-c", _PEER, str(folder), way]
                servers.append(stack.enter_context(served(peer, folder, r"port (\d+)", peers)))
        except PhotophoreError as error:
            note = f"no peer ({error}): {to_install('photophore[peers]')}, or set {_PEERS}"
        mine, floor, *others = _measured(servers)
    each, shared = others if len(others) == 2 else [(math.nan, math.nan)] * 2
    return [
        _row("each connection encoding for itself", mine, floor[0], each, 0.6, note),
        _row("one encoding for all", mine, floor[0], shared, 1.0, note),
    ]


def _row(
    how: str, ours: tuple[float, float], floor: float, peer: tuple[float, float], goal: float, note: str
) -> Row:
    ratio = ours[0] / peer[0]
    rates = f"full states per client and second: {ours[1]:.1f}, peer {peer[1]:.1f}"
    return Row(
        name=f"query: {_PARAMETERS:,} parameters at {_RATE:.0f} Hz to {CLIENTS} clients; peer with {how}",
        ours=ours[0] * 100,
        peer=peer[0] * 100,
        floor=floor * 100,
        unit="% CPU",
        peer_name="starlette + uvicorn + orjson",
        ratio=ratio,
        goal=f"<= {goal}",
        met=ratio <= goal and ours[1] >= 0.9 * peer[1],
        note=note or rates,
    )


class Server:
    """A server and its clients.

    Args:
        process: The server.
        port: Its TCP port.
        state: Bytes of one full state on the wire.
        listen: What a client sends after the handshake.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, state: int, listen: bytes) -> None:
        self._clock = (~process.pid << 3) | 2  # Linux: the CPU clock of a process, clock_getcpuclockid(3)
        self.port = port
        self._state = state
        self._listen = listen

    def play(self, seconds: float) -> tuple[float, float]:
        """Return CPU seconds a second, and full states that each client got a second."""
        with ExitStack() as stack:
            waiting = stack.enter_context(selectors.DefaultSelector())
            for _ in range(CLIENTS):
                link = stack.enter_context(socket.create_connection(("127.0.0.1", self.port), 20))
                link.sendall(HELLO)
                if b" 101 " not in link.recv(4096):
                    raise PhotophoreError("the server does not speak WebSocket")
                link.sendall(self._listen)
                link.setblocking(False)
                waiting.register(link, selectors.EVENT_READ)
            self._read(waiting, 1.0)  # the first state of each client, and the buffers' growth
            cpu, begun = time.clock_gettime(self._clock), time.perf_counter()
            taken = self._read(waiting, seconds)
            passed = time.perf_counter() - begun
            cpu = time.clock_gettime(self._clock) - cpu
        return cpu / passed, taken / (self._state * CLIENTS * passed)

    @staticmethod
    def _read(waiting: selectors.BaseSelector, seconds: float) -> int:
        taken, end = 0, time.perf_counter() + seconds
        buffer = bytearray(1 << 20)
        while (left := end - time.perf_counter()) > 0:
            for key, _ in waiting.select(left):
                link: Any = key.fileobj
                taken += link.recv_into(buffer)
        return taken


def _measured(servers: Sequence[Server]) -> list[tuple[float, float]]:
    """Median CPU and rate of each server, in turn."""
    taken: list[list[tuple[float, float]]] = [[] for _ in servers]
    for _ in range(_ROUNDS):
        for server, results in zip(servers, taken, strict=True):
            results.append(server.play(_SECONDS))
    return [(median(cpu for cpu, _ in one), median(rate for _, rate in one)) for one in taken]


def parameter_names() -> list[str]:
    """Return the addresses of the parameters that are heard."""
    return [f"/scene/layer{index // 10}/level{index % 10}" for index in range(_PARAMETERS)]


@contextmanager
def _stage(folder: Path) -> Iterator[None]:
    """A stage's end of the bus, whose parameters all change 30 times a second."""
    from installation.ipc.bus import ZenohBus
    from installation.ipc.telemetry import Publisher
    from installation.parameter import Kind, Parameter, Tree

    tree = Tree(Parameter(name, Kind.FLOAT, (0.0,), (0.0,), (1.0,)) for name in parameter_names())
    bus = ZenohBus(folder, listen=True)
    publisher, over = Publisher(bus, "bench"), threading.Event()

    def play() -> None:
        step = 0
        while not over.wait(1 / _RATE / 4):
            if publisher.due(time.monotonic()):
                step += 1
                tree.effective[:] = (0.25, 0.75)[step % 2]  # as JSON equally long, and short
                publisher.publish(time.monotonic(), tree)

    playing = threading.Thread(target=play)
    playing.start()
    try:
        yield
    finally:
        over.set()
        playing.join()
        bus.close()


def wait_for_tree(port: int) -> None:
    """Wait until a panel knows all of them. Raises PhotophoreError after 20 s."""
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with opener.open(f"http://127.0.0.1:{port}{parameter_names()[-1]}", timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.1)
    raise PhotophoreError("the panel never got the tree")


def masked(text: str) -> bytes:
    """A client's frame (RFC 6455, 5.2) with a mask of zeros; up to 125 bytes."""
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text.encode()


@contextmanager
def served(
    words: Sequence[str], folder: Path, where: str, state: int, listen: bytes = b""
) -> Iterator[Server]:
    """A server in a process of its own, which says its port on stderr. Raises PhotophoreError."""
    log = folder / f"{len(list(folder.glob('*.said')))}.said"
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), os.environ.get(_PEERS, "")]))
    environment = os.environ | {"PHOTOPHORE_STATE": str(folder), "PYTHONPATH": path}
    with log.open("wb") as file, subprocess.Popen(words, stderr=file, env=environment) as process:
        try:
            end = time.monotonic() + 20
            while not (found := re.search(where, log.read_text())):
                if process.poll() is not None or time.monotonic() > end:
                    last = log.read_text().strip().rpartition("\n")[2]
                    message = f"the server did not start: {last}"
                    raise PhotophoreError(message)
                time.sleep(0.05)
            yield Server(process, int(found[1]), state, listen)
        finally:
            process.terminate()
            process.wait(10)
