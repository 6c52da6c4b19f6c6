"""What the network may ask of the panel: a bounded tree, bounded connections, any bytes at all."""

import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from installation.ipc.telemetry import Description, Node
from installation.panel.mirror import View
from installation.panel.oscquery import MOST, answer
from installation.panel.tree import DEEPEST, LONGEST, MOST_NODES, Directory, fault
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from tests.installation.panel.running import Panel, until

CORPUS = Path(__file__).with_name("requests.json")
"""Requests that once did harm, or are of a kind that does elsewhere; as text in Latin-1."""


def view(*addresses: str, writable: int = 0) -> View:
    nodes = tuple(
        Node(address=one, kind="float", slot=i, default=(0.0,), writable=i < writable)
        for i, one in enumerate(addresses)
    )
    about = Description(version=1, slots=len(nodes), nodes=nodes)
    return View(about, Directory.of(nodes), np.zeros(len(nodes), np.float32))


def deep(number: int, depth: int = DEEPEST) -> str:
    return f"/osc/{number}/" + "/".join("a" * 8 for _ in range(depth - 2))


@pytest.mark.parametrize(
    "address",
    ["/osc/x//", "/osc//x", "//", "/", "", "osc", "/osc/x/", "/osc/\x07", "/" + "a" * LONGEST, deep(1, 17)],
)
def test_an_address_that_makes_no_sense_stays_out_of_the_tree_and_is_counted(address: str) -> None:
    known = view("/master", address)

    assert list(known.directory.nodes) == ["/master"]
    assert known.directory.left_out == {fault(address): 1}
    found = answer(known, "/", "")
    assert found.status == 200
    assert found.body is not None
    assert found.body["LEFT_OUT"] == {"NEVER": {fault(address): 1}}


def test_the_tree_ends_somewhere_and_parameters_come_first() -> None:
    addresses = ["/master", *(f"/osc/{i}" for i in range(MOST_NODES + 10))]

    known = view(*addresses, writable=1)

    assert len(known.directory.nodes) == MOST_NODES
    assert sum(known.directory.left_out.values()) == 11
    assert "/master" in known.directory.nodes


def test_an_answer_ends_somewhere_and_says_how_much_is_missing_and_how_to_get_it() -> None:
    known = view("/master", *(deep(i) for i in range(4200)), writable=1)

    found = answer(known, "/", "")
    text = json.dumps(found.body)

    assert found.body is not None
    assert found.left_out > 3000
    assert found.body["LEFT_OUT"]["NODES"] == found.left_out
    assert found.body["LEFT_OUT"]["LIMIT"] == MOST
    assert "further down" in found.body["LEFT_OUT"]["HINT"]
    assert len(text) < 4_000_000
    assert found.body["CONTENTS"]["master"]["FULL_PATH"] == "/master"
    assert text.count('"VALUE"') == 4201 - found.left_out
    last = answer(known, "/osc/4199", "")  # what was left out is found further down
    assert last.left_out == 0
    assert "VALUE" in json.dumps(last.body)


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    running = Panel(tmp_path)
    yield running
    running.close()


def small_tree() -> Tree:
    return Tree([Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,))])


def test_what_strangers_put_into_the_tree_neither_breaks_nor_blocks_the_panel(panel: Panel) -> None:
    tree = small_tree()
    signals = {deep(i, 60): i for i in range(0, 4000, 2)} | {deep(i): i for i in range(1, 4000, 2)}
    signals |= {"/osc/x//": 4000, "/osc//": 4001}
    values = np.zeros(4002)
    given = {"signals": signals, "signal_values": values}
    until(lambda: panel.publish(tree, **given) or panel.get("/master")[0] == 200)

    status, headers, body = panel.get("/")

    assert status == 200
    assert len(body) < 4_000_000
    assert int(headers["x-photophore-left-out"]) > 0
    told = panel.json("/health")["tree"]
    assert sum(told["left_out"].values()) == 2002
    assert "Traceback" not in panel.said()
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            panel.get("/")

    others = [threading.Thread(target=ask) for _ in range(8)]
    for one in others:
        one.start()
    longest = 0.0
    for _ in range(10):
        begin = time.monotonic()
        assert panel.get("/health")[0] == 200
        longest = max(longest, time.monotonic() - begin)
    ended.set()
    for one in others:
        one.join()
    print(f"/health took {longest * 1000:.0f} ms at most beside eight who ask for the tree")


def test_connections_that_ask_for_nothing_are_closed_and_never_lock_anybody_out(panel: Panel) -> None:
    held = []
    try:
        for number in range(400):
            one = panel.connect()
            held.append(one)
            one.sendall([b"", b"GET ", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "][number % 3])
            if number % 40 == 39:
                assert panel.get("/health")[0] == 200
        assert panel.get("/master")[0] in {200, 404}
        until(lambda: sum(gone(one) for one in held) == len(held))
    finally:
        for one in held:
            one.close()
    assert "Traceback" not in panel.said()


def test_a_body_that_never_comes_ends_its_connection(panel: Panel) -> None:
    origin = f"http://127.0.0.1:{panel.port}"
    with panel.connect() as one:
        one.sendall(
            b"POST /panel/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: %s\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\ncode="
            % (panel.port, origin.encode())
        )
        until(lambda: gone(one), patience=30.0)
    assert "Traceback" not in panel.said()


def test_a_reader_that_does_not_read_ends_too_and_a_pipeline_without_end_is_cut(panel: Panel) -> None:
    with panel.connect() as one:
        one.settimeout(10)
        with contextlib.suppress(OSError):  # cut while it is being sent
            for _ in range(2000):
                one.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 100)
        until(lambda: gone(one), patience=30.0)
    assert panel.get("/health")[0] == 200
    assert "Traceback" not in panel.said()


def gone(one: socket.socket) -> bool:
    """Whether the other side has closed; what it said before is read and forgotten."""
    one.setblocking(False)
    try:
        while data := one.recv(65536):
            del data
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def said_of(panel: Panel, data: bytes) -> bytes:
    """What the panel answers to these bytes, until it closes or is silent for a moment."""
    with panel.connect() as one:
        one.settimeout(0.2)
        found = b""
        with contextlib.suppress(OSError):
            one.sendall(data)
            while len(found) < 4096 and (more := one.recv(4096)):
                found += more
                one.settimeout(0.02)
        return found


def test_no_request_ends_the_panel_or_fills_its_log(panel: Panel) -> None:
    corpus = [one.encode("latin-1") for one in json.loads(CORPUS.read_text())]
    corpus += [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Big: " + b"a" * 40_000 + b"\r\n\r\n"]
    corpus += [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 2000 + b"\r\n"]
    corpus += [b"GET /" + b"a/" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"]
    rng = random.Random(8)
    for _ in range(150):
        data = bytearray(rng.choice(corpus[:-3]))
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        corpus.append(bytes(data))

    for data in corpus:
        found = said_of(panel, data)
        assert b" 500 " not in found[:20], data[:200]
        assert b"Traceback" not in found

    assert panel.process.poll() is None
    assert panel.get("/health")[0] == 200
    assert "Traceback" not in panel.said()
    assert len(panel.said()) < 8000
