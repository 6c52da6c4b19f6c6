"""H.264 over the network as another program receives it, and a receiver that is not there."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from hardware.video_stream import VideoStreamOutput, VideoStreamSettings
from installation.contract import AdapterError, PictureFrame
from tests.clips import number_of, picture_of
from tests.parts import free_port, require

PATIENCE = 15.0


def output_to(url: str) -> VideoStreamOutput:
    made = VideoStreamOutput("ts", VideoStreamSettings(url=url))
    made.size = (161, 97)  # odd: 4:2:0 has no half pixels
    return made


def frame_of(number: int) -> PictureFrame:
    pixels = np.full((97, 161, 4), 255, np.uint8)
    pixels[:96, :160, :3] = picture_of(number)
    return PictureFrame(number, 100.0 + number / 30, pixels)


class Sender:
    """Sends numbered pictures until it is stopped."""

    def __init__(self, output: VideoStreamOutput) -> None:
        self.output = output
        self.error: AdapterError | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        try:
            while not self._stop.wait(1 / 60):
                self.output.send(frame_of(number % 256))
                number += 1
        except AdapterError as error:
            self.error = error

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def test_pyav_receives_transport_stream_over_udp() -> None:
    port = free_port(socket.SOCK_DGRAM)
    output = output_to(f"udp://127.0.0.1:{port}")
    output.open()
    sender = Sender(output)
    found = []
    try:
        with av.open(f"udp://127.0.0.1:{port}", timeout=PATIENCE) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 160, 96)
            for frame in container.decode(video=0):
                found.append((frame.time, frame.to_ndarray(format="rgb24", src_colorspace=1)))
                if len(found) == 20:
                    break
    finally:
        sender.stop()
        output.close()

    numbers = [number_of(one) for _, one in found]
    assert numbers == list(range(numbers[0], numbers[0] + 20))
    assert np.abs(found[-1][1][80, 80].astype(int) - (180, 40, 40)).max() <= 12
    assert np.diff([at for at, _ in found]) == pytest.approx(1 / 30, abs=0.001)
    assert output.counters.sent > 20


def test_a_media_server_is_given_the_stream_over_rtsp(tmp_path: Path) -> None:
    require("ffmpeg")
    port = free_port(socket.SOCK_STREAM)
    url = f"rtsp://127.0.0.1:{port}/wall"
    taken = tmp_path / "taken.mkv"
    command = ["ffmpeg", "-loglevel", "error", "-rtsp_flags", "listen", "-rtsp_transport", "tcp", "-i", url]
    server = subprocess.Popen([*command, "-frames:v", "20", "-c", "copy", str(taken)])
    output = output_to(url)
    try:
        assert until(lambda: opens(output))
        sender = Sender(output)
        server.wait(PATIENCE)
        assert until(lambda: sender.error)  # the server is gone: the supervisor will try again
        sender.stop()
    finally:
        server.kill()
        server.wait()
        output.close()
    with av.open(str(taken)) as container:
        numbers = [number_of(one.to_ndarray(format="rgb24")) for one in container.decode(video=0)]
    assert len(numbers) >= 15
    assert numbers == sorted(numbers)


def opens(output: VideoStreamOutput) -> bool:
    try:
        output.open()
    except AdapterError:
        return False
    return True


def until(true: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_a_server_that_is_not_there_is_an_adapter_error_without_its_password() -> None:
    port = free_port(socket.SOCK_STREAM)
    output = output_to(f"rtsp://me:secret@127.0.0.1:{port}/wall")

    with pytest.raises(AdapterError, match="is the receiver there") as caught:
        output.open()
    assert "secret" not in str(caught.value)
    output.close()


def test_a_protocol_that_this_pyav_lacks_is_named() -> None:
    output = output_to("srt://127.0.0.1:9?mode=caller&connect_timeout=200")

    with pytest.raises(AdapterError, match=r"this PyAV cannot send srt|srt://127.0.0.1:9"):
        output.open()
    output.close()


@pytest.mark.parametrize("url", ["file:///tmp/x.ts", "udp://nowhere", "http://127.0.0.1:80", ""])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        VideoStreamSettings(url=url)
