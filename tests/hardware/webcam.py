"""A device for the real pyvirtualcam where the kernel has none: its own way to add one."""

from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray


class Device:
    """What pyvirtualcam calls in place of the kernel's device."""

    opened: ClassVar[list[dict[str, Any]]] = []
    seen: ClassVar[list[NDArray[np.uint8]]] = []
    broken = False

    def __init__(self, **said: Any) -> None:
        if said["device"] == "/dev/none":
            raise RuntimeError("Device /dev/none does not exist.")
        type(self).opened.append(said)

    def send(self, pixels: NDArray[np.uint8]) -> None:
        if self.broken:
            raise RuntimeError("gone")
        type(self).seen.append(pixels.copy())

    def device(self) -> str:
        return "/dev/video10"

    def native_fourcc(self) -> None:
        return None

    def close(self) -> None:
        type(self).broken = False


def plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyvirtualcam find this device and no other, until the test is over."""
    from pyvirtualcam import camera, register_backend

    monkeypatch.setattr(camera, "BACKENDS", {})
    register_backend("ours", Device)
    Device.opened.clear()
    Device.seen.clear()
