"""``controls.toml``: which control of which controller moves what."""

from installation.show.controls.model import ControlSpec
from installation.show.controls.reader import MOST_CONTROLS, read_controls

__all__ = ["MOST_CONTROLS", "ControlSpec", "read_controls"]
