"""The calibration of the windows: who edits their mappings when, and the file in which they are kept."""

from installation.stage.mapping.calibration import Calibration

__all__ = ["Calibration"]
