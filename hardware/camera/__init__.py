"""A camera in: places of the bodies that it sees. OpenCV is imported when it is opened, and not before."""

from hardware.camera.adapter import EXTRA, CameraInput, CameraSettings, has_opencv
from hardware.camera.floor import Floor, Point, mirrored, trouble

__all__ = [
    "EXTRA",
    "CameraInput",
    "CameraSettings",
    "Floor",
    "Point",
    "has_opencv",
    "mirrored",
    "trouble",
]
