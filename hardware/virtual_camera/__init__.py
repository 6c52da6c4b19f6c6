"""The picture as a webcam of this machine, for programs that take one."""

from hardware.virtual_camera.adapter import VirtualCameraOutput, VirtualCameraSettings

__all__ = ["VirtualCameraOutput", "VirtualCameraSettings"]
