"""Streams over real sockets: MPEG-TS over UDP, RTSP; a camera that is not there."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import av
import numpy as np
import pytest

from installation.media import LiveDecoder, Playhead, Source
from installation.media.live_decoder import STALE
from tests.clips import HEIGHT, WIDTH, number_of, picture_of
from tests.installation.media.rtsp_camera import camera
from tests.parts import free_port

PATIENCE = 15.0


@contextmanager
def sending(port: int, number: int) -> Iterator[None]:
    """Another program that streams one picture with a number."""
    stop = threading.Event()

    def send() -> None:
        with av.open(f"udp://127.0.0.1:{port}?pkt_size=1316", "w", format="mpegts") as container:
            stream = container.add_stream("libx264", rate=30, options={"tune": "zerolatency", "g": "10"})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            while not stop.is_set():
                frame = av.VideoFrame.from_ndarray(picture_of(number), format="rgb24")
                for packet in stream.encode(frame):
                    container.mux(packet)
                time.sleep(1 / 60)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(true: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def stream() -> Iterator[tuple[LiveDecoder, int]]:
    port = free_port(socket.SOCK_DGRAM)
    decoder = LiveDecoder(Source("stream", f"udp://127.0.0.1:{port}"))
    yield decoder, port
    decoder.close(PATIENCE)


def shows(decoder: LiveDecoder, number: int, *, play: bool = True) -> bool:
    shown = decoder.take(Playhead(play=play))
    return shown is not None and number_of(shown.pixels[::-1]) == number


def test_a_stream_is_shown_held_lost_and_found_again(stream: tuple[LiveDecoder, int]) -> None:
    decoder, port = stream
    with sending(port, 77):
        assert until(lambda: shows(decoder, 77))
        assert decoder.report().state == "playing"
        assert decoder.report().size == (WIDTH, HEIGHT)
        held = decoder.take(Playhead(play=False))
        time.sleep(0.2)
        assert decoder.take(Playhead(play=False)) is held
        assert decoder.take(Playhead()) is not held
    gone = time.monotonic()
    assert until(lambda: decoder.take(Playhead()) is None)  # its last picture does not stay
    assert time.monotonic() - gone < STALE + 1.0
    with sending(port, 90):
        assert until(lambda: shows(decoder, 90))
        assert not decoder.report().reason


def test_nothing_is_opened_before_it_is_shown_and_nothing_is_kept_at_rest(
    stream: tuple[LiveDecoder, int],
) -> None:
    decoder, port = stream
    with sending(port, 5):
        time.sleep(0.3)
        assert decoder.report().state == "resting"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.1", port))  # nobody listens there
        assert until(lambda: shows(decoder, 5))
        decoder.rest()
        assert decoder._newest is None or decoder._held is None


def test_a_camera_on_the_network_that_sends_by_udp_alone_is_shown() -> None:
    with camera(77) as port:
        decoder = LiveDecoder(Source("stream", f"rtsp://127.0.0.1:{port}/wall"))
        try:
            assert until(lambda: shows(decoder, 77)), decoder.report()
        finally:
            decoder.close(PATIENCE)


def test_taking_never_waits(stream: tuple[LiveDecoder, int]) -> None:
    decoder, _ = stream
    for _ in range(500):
        assert decoder.take(Playhead(), wait=30.0) is None


def test_a_camera_that_is_not_there_is_lost_with_words() -> None:
    decoder = LiveDecoder(Source("camera", "/dev/video-none", (640, 480), 30.0))
    try:
        assert until(lambda: decoder.take(Playhead()) or decoder.report().state == "lost")
        assert decoder.report().reason
    finally:
        decoder.close(PATIENCE)


def test_a_picture_that_is_too_large_is_refused() -> None:
    port = free_port(socket.SOCK_DGRAM)
    decoder = LiveDecoder(Source("stream", f"udp://127.0.0.1:{port}"), longest=64)
    try:
        with sending(port, 5):
            assert until(lambda: decoder.take(Playhead()) or "largest side is 64" in decoder.report().reason)
            assert decoder.take(Playhead()) is None
    finally:
        decoder.close(PATIENCE)


def test_pixels_are_rows_from_the_bottom_up(stream: tuple[LiveDecoder, int]) -> None:
    decoder, port = stream
    with sending(port, 0):
        assert until(lambda: decoder.take(Playhead()))
        shown = decoder.take(Playhead())
    assert shown is not None
    assert np.abs(shown.pixels[5, 80, :3].astype(int) - (180, 40, 40)).max() < 12


def test_a_source_that_is_open_and_shows_nothing_new_is_forgotten(stream: tuple[LiveDecoder, int]) -> None:
    decoder, port = stream
    with sending(port, 9):
        assert until(lambda: shows(decoder, 9))
        with decoder._changed:  # nothing can arrive now
            decoder._newest_at -= STALE
            assert decoder.take(Playhead()) is None
            assert decoder.take(Playhead(play=False)) is None
