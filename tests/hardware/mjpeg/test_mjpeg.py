"""The stream as its receivers see it: real sockets, PyAV, plain HTTP clients, quick and slow ones."""

import http.client
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from hardware.mjpeg import MjpegOutput, MjpegSettings, server
from installation.contract import AdapterError, PictureFrame
from installation.media import LiveDecoder, Playhead, Source
from tests.clips import number_of, picture_of

PATIENCE = 15.0


def frame_of(number: int, scale: int = 1) -> PictureFrame:
    pixels = np.full((96 * scale, 160 * scale, 4), 255, np.uint8)
    pixels[:, :, :3] = picture_of(number).repeat(scale, 0).repeat(scale, 1)
    return PictureFrame(number, number / 30, pixels)


def opened(**settings: Any) -> MjpegOutput:
    made = MjpegOutput("stream", msgspec.convert({"port": 0, **settings}, MjpegSettings))
    made.open()
    return made


@pytest.fixture
def output() -> Iterator[MjpegOutput]:
    made = opened()
    yield made
    made.close()


def until(true: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def ask(output: MjpegOutput, path: str, host: str | None = None) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", output.port, timeout=PATIENCE)
    client.request("GET", path, headers={"Host": host} if host else {})
    return client.getresponse()


def part_of(answer: http.client.HTTPResponse) -> bytes:
    """The next picture of a stream, by its boundary and its length."""
    assert answer.readline().strip() == b"--photophore"
    head = {}
    while line := answer.readline().strip():
        name, _, value = line.decode().partition(": ")
        head[name] = value
    assert head["Content-Type"] == "image/jpeg"
    picture = answer.read(int(head["Content-Length"]))
    assert answer.readline() == b"\r\n"
    return picture


def number_in(jpeg: bytes) -> int:
    return number_of(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))


def test_a_client_gets_each_picture_whole(output: MjpegOutput) -> None:
    answer = ask(output, "/stream.mjpg")
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "multipart/x-mixed-replace; boundary=photophore"
    assert answer.getheader("Cache-Control") == "no-store"
    assert until(lambda: output.wanted)

    for number in (3, 200, 17):
        output.send(frame_of(number))
        assert number_in(part_of(answer)) == number
    assert output.counters.sent == 3
    assert output.counters.dropped == 0


def test_pyav_reads_the_stream_in_colour_and_order(output: MjpegOutput) -> None:
    stop = threading.Event()

    def send() -> None:
        number = 0
        while not stop.wait(1 / 60):
            if output.wanted:
                output.send(frame_of(number % 256))
                number += 1

    thread = threading.Thread(target=send)
    thread.start()
    found = []
    try:
        url = f"http://127.0.0.1:{output.port}/stream.mjpg"
        with av.open(url, format="mpjpeg", timeout=PATIENCE) as container:
            for frame in container.decode(video=0):
                found.append(frame.to_ndarray(format="rgb24"))
                if len(found) == 12:
                    break
    finally:
        stop.set()
        thread.join()

    numbers = [number_of(one) for one in found]
    assert numbers == sorted(set(numbers))
    assert np.abs(found[0][80, 80].astype(int) - (180, 40, 40)).max() <= 12


def test_nothing_is_wanted_without_clients_and_a_client_that_leaves_is_noticed(output: MjpegOutput) -> None:
    assert not output.wanted
    answer = ask(output, "/stream.mjpg")
    assert until(lambda: output.wanted)
    assert "1 of 8 receivers" in output.detail
    answer.close()

    def leaves() -> bool:
        output.send(frame_of(1))
        return not output.wanted

    assert until(leaves)


def test_a_slow_client_misses_pictures_and_delays_nobody(output: MjpegOutput) -> None:
    slow = socket.create_connection(("127.0.0.1", output.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.sendall(b"GET /stream.mjpg HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    assert until(lambda: output.wanted)
    quick = ask(output, "/stream.mjpg")
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 4), np.uint8)
    times = []
    for number in range(60):
        began = time.perf_counter()
        output.send(PictureFrame(number, 0.0, noise))
        times.append(time.perf_counter() - began)
        part_of(quick)
    slow.close()

    assert output.counters.dropped > 10
    assert max(times) < 1.0
    assert output.counters.sent == 60


def test_clients_are_bounded(output: MjpegOutput) -> None:
    few = opened(clients=2)
    try:
        answers = [ask(few, "/stream.mjpg") for _ in range(2)]
        assert ask(few, "/stream.mjpg").status == 503
        answers[0].close()
        answers[1].close()

        def free() -> bool:
            few.send(frame_of(1))
            return not few.wanted

        assert until(free)
        assert ask(few, "/stream.mjpg").status == 200
    finally:
        few.close()


def test_connections_that_ask_for_nothing_are_bounded_and_end() -> None:
    few = opened(clients=1)
    idle = []
    try:
        for _ in range(30):
            one = socket.create_connection(("127.0.0.1", few.port), timeout=PATIENCE)
            idle.append(one)
        ended = [one for one in idle if not one.recv(1)]  # the bound at once, the others when out of time
        assert len(ended) == 30
        assert ask(few, "/stream.mjpg").status == 200
    finally:
        for one in idle:
            one.close()
        few.close()


@pytest.mark.parametrize("begun", [b"", b"GET /stream.mjpg HTTP/1.0\r\nX: "], ids=["line", "head"])
def test_a_request_that_trickles_in_ends_when_its_time_is_over(
    output: MjpegOutput, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.5)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", output.port), timeout=0.05) as link:
        link.sendall(begun)
        ended = False
        while not ended and time.monotonic() < began + 4.0:
            try:
                link.sendall(b"a")
                ended = not link.recv(1)
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True
    assert ended
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/stream.mjpg", "evil.example", 403),
        ("/stream.mjpg", "localhost:8139", 200),
        ("/stream.mjpg", "stage.local", 200),
        ("/stream.mjpg", "[::1]:8139", 200),
        ("/", None, 200),
        ("/../etc/passwd", None, 404),
        ("/other", None, 404),
    ],
)
def test_only_names_of_this_machine_and_known_paths_are_answered(
    output: MjpegOutput, path: str, host: str | None, status: int
) -> None:
    assert ask(output, path, host).status == status


def test_a_token_is_needed_where_the_venue_has_one() -> None:
    secret = opened(token="moor&fen")
    try:
        assert ask(secret, "/stream.mjpg").status == 403
        assert ask(secret, "/stream.mjpg?token=moor").status == 403
        assert ask(secret, "/").status == 403
        assert ask(secret, "/stream.mjpg?token=moor%26fen").status == 200
        assert b"stream.mjpg?token=moor%26fen" in ask(secret, "/?token=moor%26fen").read()
    finally:
        secret.close()


def test_one_picture_can_be_asked_for(output: MjpegOutput) -> None:
    def send() -> None:
        assert until(lambda: output.wanted)
        output.send(frame_of(99))

    thread = threading.Thread(target=send)
    thread.start()
    answer = ask(output, "/still.jpg")
    thread.join()

    assert number_in(answer.read()) == 99


def test_a_port_in_use_is_an_adapter_error(output: MjpegOutput) -> None:
    second = MjpegOutput("second", MjpegSettings(port=output.port))
    with pytest.raises(AdapterError, match="cannot be listened on"):
        second.open()
    second.close()


def test_closing_disconnects_receivers_and_frees_the_port() -> None:
    first = opened()
    port = first.port
    answer = ask(first, "/stream.mjpg")
    assert until(lambda: first.wanted)
    first.close()
    assert answer.read() in (b"", b"--photophore\r\n")
    second = opened(port=port)
    second.close()


def test_another_photophore_takes_the_stream_as_an_input(output: MjpegOutput) -> None:
    decoder = LiveDecoder(Source("stream", f"http://127.0.0.1:{output.port}/stream.mjpg"))
    number = 0

    def shows() -> bool:
        nonlocal number
        if output.wanted:
            number += 1
            output.send(frame_of(number % 250 + 1))
        shown = decoder.take(Playhead())
        return shown is not None and number_of(shown.pixels[::-1]) > 0

    try:
        assert until(shows), decoder.report()
    finally:
        decoder.close(PATIENCE)
