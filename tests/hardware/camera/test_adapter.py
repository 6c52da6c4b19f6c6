"""The camera as an adapter: files and devices, private places, a camera that is pulled out."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

pytest.importorskip("cv2")

import cv2

from hardware.camera import CameraInput, CameraSettings
from hardware.camera import adapter as module
from installation.contract import AdapterError, Reading, to_install
from installation.devices.adapters import InputSupervisor, check_settings
from installation.show import load_venue
from tests.hardware.camera.room import HEIGHT, WIDTH, Room, walk, write_video

OVERHEAD = {"view": "overhead", "realtime": False}


def made(source: object, **settings: object) -> CameraInput:
    return CameraInput("eye", msgspec.convert({"source": source, **OVERHEAD, **settings}, CameraSettings))


def frames(count: int = 150) -> Iterator[Any]:
    """An empty room, then two people who walk in opposite directions."""
    room = Room()
    for _ in range(40):
        yield room.frame()
    for people in zip(walk((1, 1), (4, 1), count - 40), walk((5, 3), (2, 3), count - 40), strict=True):
        yield room.frame(people)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "room.avi", frames())


def after(adapter: CameraInput, count: int) -> list[Reading]:
    """What is told of the frame with this number."""
    readings: list[Reading] = []
    for _ in range(count):
        readings = list(adapter.receive(1.0))
    return readings


def by_address(readings: list[Reading]) -> dict[str, float]:
    return {reading.address: float(reading.values[0]) for reading in readings}


def test_a_video_file_is_a_camera(video: Path) -> None:
    adapter = made(str(video))
    adapter.open()
    told = after(adapter, 39)
    assert by_address(told) == {"/camera/people": 0.0, "/camera/motion": pytest.approx(0.0, abs=0.01)}
    told = after(adapter, 110)
    values = by_address(told)
    assert values["/camera/people"] == 2.0
    assert 0.0 < values["/camera/motion"] <= 1.0
    assert sorted((values["/person/1/x"], values["/person/2/x"])) == [
        pytest.approx(2 / 6, abs=0.04), pytest.approx(4 / 6, abs=0.04),
    ]  # fmt: skip
    assert values["/person/1/still"] == 0.0
    assert {reading.address for reading in told if not reading.private} == {"/camera/people"}
    assert adapter.detail == "video room.avi, infrared, 2 people"
    adapter.close()


def test_a_gesture_is_one_private_reading_and_one_more_when_it_ends(tmp_path: Path) -> None:
    def waving() -> Iterator[Any]:
        room = Room()
        for index in range(110):
            angle = 0.6 * np.sin(2 * np.pi * 0.75 * (index - 70) / 30) if 70 <= index < 95 else 0.0
            people = [(3.0 + 0.012 * np.sin(index / 14), 2.0)] if index >= 30 else []
            yield room.frame(people, arms=[angle])

    adapter = made(str(write_video(tmp_path / "wave.avi", waving())))
    adapter.open()
    told = [[one for one in adapter.receive(1.0) if one.address == "/camera/flow/above"] for _ in range(108)]
    adapter.close()

    assert not any(told[40:69])
    assert all(len(readings) <= 1 for readings in told)
    fields = [readings[0] for readings in told if readings]
    assert all(one.private and len(one.values) == 2 * 9 * 16 for one in fields)
    *moving, last = (np.array(one.values, float).reshape(9, 16, 2) for one in fields)
    assert len(moving) > 15
    assert not last.any()
    found = np.max([np.hypot(one[..., 0], one[..., 1]) for one in moving], axis=0)
    row, column = divmod(int(found.argmax()), 16)
    assert (row, column) in {(row, column) for row in (3, 4, 5) for column in (9, 10)}


def test_a_video_file_begins_again_at_its_end(video: Path) -> None:
    adapter = made(str(video))
    adapter.open()
    assert after(adapter, 320)
    assert adapter.counters.received == 320
    adapter.close()


def test_a_folder_of_pictures_is_a_camera(tmp_path: Path) -> None:
    for index, frame in enumerate(frames(60)):
        cv2.imwrite(str(tmp_path / f"{index:04}.png"), frame[::2, ::2])
    (tmp_path / "0000.png").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("is none either")
    adapter = made(str(tmp_path))
    adapter.open()
    assert by_address(after(adapter, 59))["/camera/people"] == 2.0
    assert adapter.counters.dropped == 1
    assert [one.example for one in adapter.refusals.report()] == ["0000.png"]
    adapter.close()


def test_in_real_time_a_file_keeps_its_rate_and_leaves_frames_out(
    video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("hardware.camera.sources.monotonic", lambda: now[0])
    adapter = made(str(video), realtime=True)
    adapter.open()
    assert list(adapter.receive(1.0)) == []  # the first frame: the room is learned
    assert adapter.counters.received == 1
    assert list(adapter.receive(0.0)) == []  # the second is not due
    assert adapter.counters.received == 1
    now[0] += 0.3
    adapter.receive(1.0)
    assert adapter.counters.received == 2
    assert adapter.counters.dropped >= 5
    adapter.close()


def test_readings_carry_the_time_of_their_frame(video: Path) -> None:
    adapter = made(str(video), realtime=True)
    adapter.open()
    told: list[Reading] = []
    while not told:
        told = list(adapter.receive(1.0))
    assert {reading.time for reading in told} == {told[0].time}
    assert 0.0 <= time.monotonic() - told[0].time < 60.0
    adapter.close()


class Device:
    """What OpenCV makes of a camera, until it is pulled out."""

    there = True

    def __init__(self, which: object, api: int = 0) -> None:
        self.room = Room()
        self.asked: dict[int, float] = {}

    def isOpened(self) -> bool:  # noqa: N802
        return Device.there

    def set(self, what: int, value: float) -> bool:
        self.asked[what] = value
        return False

    def get(self, what: int) -> float:
        return time.monotonic() * 1000.0 if what == cv2.CAP_PROP_POS_MSEC else 0.0

    def read(self) -> tuple[bool, Any]:
        threading.Event().wait(0.001)
        return (True, self.room.frame()) if Device.there else (False, None)

    def release(self) -> None:
        return


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Device]]:
    monkeypatch.setattr(cv2, "VideoCapture", Device)
    Device.there = True
    yield Device
    Device.there = True


def test_a_camera_that_is_pulled_out_raises_and_opens_again(device: type[Device]) -> None:
    adapter = made(0)
    adapter.open()
    adapter.receive(1.0)
    device.there = False
    with pytest.raises(AdapterError, match="no picture any more"):
        adapter.receive(1.0)
    adapter.close()
    with pytest.raises(AdapterError, match="cannot be opened"):
        adapter.open()
    device.there = True
    adapter.open()
    adapter.receive(1.0)
    adapter.close()


def test_the_supervisor_brings_it_back(device: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installation.devices.adapters._FIRST_WAIT", 0.01)
    heard = threading.Event()

    def put(readings: object) -> None:
        heard.set()

    supervisor = InputSupervisor(made(0), put)
    supervisor.start()
    try:
        assert heard.wait(60)
        device.there = False
        ends = time.monotonic() + 60
        while supervisor.report().state != "down" and time.monotonic() < ends:
            threading.Event().wait(0.01)
        assert "camera 0" in supervisor.report().detail
        device.there = True
        heard.clear()
        assert heard.wait(60)
        assert supervisor.report().state == "up"
    finally:
        supervisor.stop(10.0)


def test_a_file_that_is_gone_is_an_adapter_error(tmp_path: Path) -> None:
    for index in range(4):
        cv2.imwrite(str(tmp_path / f"{index}.png"), np.full((48, 64), 90, np.uint8))
    adapter = made(str(tmp_path))
    adapter.open()
    for file in tmp_path.iterdir():
        file.unlink()
    with pytest.raises(AdapterError, match="none can be read"):
        adapter.receive(1.0)
    adapter.close()
    with pytest.raises(AdapterError, match="holds no pictures"):
        adapter.open()


@pytest.mark.parametrize(("name", "words"), [("nowhere", "is not there"), ("text.mp4", "no video")])
def test_what_is_no_source_is_refused_with_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "text.mp4").write_text("words")
    adapter = made(str(tmp_path / name))
    with pytest.raises(AdapterError, match=words) as caught:
        adapter.open()
    assert caught.value.hint


def test_without_opencv_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(AdapterError, match="OpenCV") as caught:
        made(0).open()
    assert caught.value.hint == to_install("opencv-python-headless")


def test_building_one_does_not_import_opencv() -> None:
    import subprocess
    import sys

    code = "import sys, hardware.camera as c; c.CameraInput('a', c.CameraSettings())"
    code += "; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_no_picture_is_written_or_kept(video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that an adapter holds after a frame is as large as the frame, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cv2, "imwrite", lambda *_: pytest.fail("a picture is written"))
    adapter = made(str(video))
    adapter.open()
    after(adapter, 60)
    held: list[Any] = [adapter]
    seen: set[int] = set()
    while held:
        one = held.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            assert one.shape[:2] != (HEIGHT, WIDTH)
        elif isinstance(one, dict):
            held += one.values()
        elif isinstance(one, list | tuple | set):
            held += one
        elif type(one).__module__.startswith("hardware."):
            held += [
                getattr(one, name, None)
                for name in (*getattr(one, "__slots__", ()), *getattr(one, "__dict__", ()))
            ]
    adapter.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("floor = [[0, 0, 0, 0]]", "4:9", "takes four"),
        ("floor = [[0, 0, 0, 0], [9, 9, 1, 1], [18, 18, 2, 2], [0, 9, 0, 1]]", "4:9", "one line"),
        ("floor = [[0, 0, 0]]", "4:9", "length 4"),
        ("area = [0, 0, 0, 4]", "4:8", "left, near, right, far"),
        ("ignore = [[0, 0, 1, 1]]", "4:10", "three corners"),
        ("smallest = 2.0", "4:12", "less than largest"),
        ('light = "dark"', "4:9", "light: "),
        ("people = 41", "4:10", "40"),
        ("flor = []", "4:8", "did you mean floor"),
    ],
)
def test_a_venue_that_is_wrong_is_told_by_line_and_column(
    line: str, place: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(f'format = 1\n[adapter.eye]\nkind = "camera"\n{line}\n')
    (found,) = check_settings(load_venue(file).adapters[0], CameraInput)
    assert str(found).startswith(f"{file}:{place}: ")
    assert words in str(found)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"floor": [[0, 0, 0, 0]]}, "floor has 1 points"),
        ({"area": [0, 0, 0, 4]}, "area"),
        ({"ignore": [[0, 0, 1, 1]]}, "ignore"),
        ({"source": -1}, "source"),
        ({"smallest": 2.0}, "smallest"),
        ({"light": "dark"}, "light"),
        ({"people": 41}, "people"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(setting: dict[str, object], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(setting, CameraSettings)
