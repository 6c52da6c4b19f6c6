"""A virtual camera by the real pyvirtualcam, with a device of our own in place of the kernel's.

The kernel module cannot be loaded where tests run, so what readers of /dev/video10 see is not tested.
"""

import sys

import numpy as np
import pytest

from hardware.virtual_camera import VirtualCameraOutput, VirtualCameraSettings
from installation.contract import AdapterError, PictureFrame
from tests.hardware.webcam import Device, plug_in
from tests.parts import require_module


def output(device: str = "") -> VirtualCameraOutput:
    made = VirtualCameraOutput("webcam", VirtualCameraSettings(device=device))
    made.size = (161, 97)  # odd
    return made


def frame() -> PictureFrame:
    pixels = np.zeros((97, 161, 4), np.uint8)
    pixels[...] = (10, 20, 30, 255)
    pixels[0, 0, :3] = (200, 100, 50)  # the upper left corner
    return PictureFrame(0, 0.0, pixels)


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> type[Device]:
    require_module("pyvirtualcam")
    plug_in(monkeypatch)
    return Device


def test_a_camera_gets_pictures_with_the_upper_row_first(device: type[Device]) -> None:
    made = output()
    made.open()
    made.send(frame())
    made.send(frame())

    assert made.detail == "/dev/video10, 160x96"
    assert made.counters.sent == 2
    assert (device.opened[0]["width"], device.opened[0]["height"], device.opened[0]["fps"]) == (160, 96, 30.0)
    pixels = device.seen[1].reshape(96, 160, 3)
    assert pixels[0, 0].tolist() == [200, 100, 50]
    assert (pixels[1:] == (10, 20, 30)).all()
    made.close()
    made.close()


def test_a_camera_that_goes_away_is_an_adapter_error_and_can_be_taken_again(device: type[Device]) -> None:
    made = output()
    made.open()
    device.broken = True
    with pytest.raises(AdapterError, match="the virtual camera is lost: gone"):
        made.send(frame())
    made.close()
    made.open()
    made.send(frame())
    assert len(device.opened) == 2
    made.close()


def test_a_camera_that_is_not_there_is_told_with_what_to_do(device: type[Device]) -> None:
    with pytest.raises(AdapterError, match=r"no virtual camera: .*does not exist") as caught:
        output("/dev/none").open()
    assert "modprobe v4l2loopback" in str(caught.value.hint)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="v4l2loopback is Linux's")
def test_the_kernels_own_answer_is_passed_on() -> None:
    require_module("pyvirtualcam")
    with pytest.raises(AdapterError, match=r"no virtual camera: .*/dev/video98 does not exist"):
        output("/dev/video98").open()


def test_without_the_extra_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(AdapterError, match="pyvirtualcam, which is not installed") as caught:
        output().open()
    assert "photophore[virtual-camera]" in str(caught.value.hint)


def test_a_picture_before_it_is_open_is_an_error_of_its_own() -> None:
    with pytest.raises(AdapterError, match="not open"):
        output().send(frame())
