"""A camera in: places of the bodies that it sees. OpenCV is imported when it is opened, and not before."""

from hardware.camera.adapter import EXTRA, CameraInput, CameraSettings
from hardware.camera.floor import Floor

__all__ = ["EXTRA", "CameraInput", "CameraSettings", "Floor"]
