"""The ``virtual-camera`` adapter: v4l2loopback on Linux, OBS's camera elsewhere, by pyvirtualcam."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
from msgspec import Meta

from installation.contract import AdapterError, PictureFrame, PictureOutput, Settings, to_install

if TYPE_CHECKING:
    import pyvirtualcam

__all__ = ["EXTRA", "VirtualCameraOutput", "VirtualCameraSettings"]

EXTRA: Final = to_install("photophore[virtual-camera]")


class VirtualCameraSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about the camera.

    Attributes:
        device: Which one: `/dev/video10` of v4l2loopback, or the name that programs show; empty takes the
            first that is free.
        rate: Most pictures a second, which is also what the camera says of itself.
    """

    device: str = ""
    rate: Annotated[float, Meta(gt=0.0, le=120.0)] = 30.0


class VirtualCameraOutput(PictureOutput):
    """Gives the guarded picture at full size to a virtual camera, whose readers wait for nothing."""

    kind = "virtual-camera"
    home = "stage"
    extra = "virtual-camera"
    modules = ("pyvirtualcam",)
    Settings = VirtualCameraSettings

    settings: VirtualCameraSettings

    def __init__(self, name: str, settings: VirtualCameraSettings) -> None:
        super().__init__(name, settings)
        self._camera: pyvirtualcam.Camera | None = None

    def open(self) -> None:
        """Take the camera. Raises AdapterError."""
        if self._camera is not None:
            return
        try:
            import pyvirtualcam
        except ImportError:
            raise AdapterError("a virtual camera needs pyvirtualcam, which is not installed", EXTRA) from None
        width, height = self._even
        try:
            self._camera = pyvirtualcam.Camera(
                width, height, self.settings.rate, fmt=pyvirtualcam.PixelFormat.RGB,
                device=self.settings.device or None,
            )  # fmt: skip
        except (RuntimeError, ValueError, OSError) as error:
            hint = (
                "Linux: `modprobe v4l2loopback exclusive_caps=1`, as root (package v4l2loopback-dkms); "
                "macOS and Windows: OBS, its virtual camera started once"
            )
            raise AdapterError(f"no virtual camera: {_in_short(error)}", hint) from None

    def send(self, frame: PictureFrame) -> None:
        """Give it one picture. Raises AdapterError where the camera is lost."""
        if self._camera is None:
            raise AdapterError("it is not open")
        width, height = self._even
        try:
            self._camera.send(np.ascontiguousarray(frame.pixels[:height, :width, :3]))
        except (RuntimeError, ValueError, OSError) as error:
            raise AdapterError(f"the virtual camera is lost: {_in_short(error)}") from None
        self.counters.sent += 1

    def close(self) -> None:
        """Let go of the camera."""
        camera, self._camera = self._camera, None
        if camera is not None:
            with suppress(RuntimeError, OSError):
                camera.close()

    @property
    def rate(self) -> float:
        """Most pictures a second."""
        return self.settings.rate

    @property
    def detail(self) -> str:
        """Which camera, and its size."""
        width, height = self._even
        name = self._camera.device if self._camera is not None else self.settings.device or "the first one"
        return f"{name}, {width}x{height}"

    @property
    def _even(self) -> tuple[int, int]:
        """Width and height without an odd last column or row: cameras have colour for two by two pixels."""
        return self.size[0] & ~1, self.size[1] & ~1


def _in_short(error: Exception) -> str:
    """Return what pyvirtualcam says of each of its ways, without the reference to its documentation."""
    return "; ".join(str(error).split(" See also ")[0].splitlines())
