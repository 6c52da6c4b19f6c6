"""Controllers as data: what has a controller, what its lights show by which bytes, what it does by default.

Pure: files and values in, values and bytes out. Adapters reach it through ``installation.contract``.
"""

from installation.surface.library import Library, load_controllers, places
from installation.surface.light import DARK, Light, Shown, shown
from installation.surface.lighting import Lighting
from installation.surface.profile import (
    TWIN,
    Binding,
    Control,
    Detection,
    Profile,
    profile_folder,
)
from installation.surface.reader import parse_profile, read_profile

__all__ = [
    "DARK", "TWIN", "Binding", "Control", "Detection", "Library", "Light", "Lighting", "Profile", "Shown",
    "load_controllers", "parse_profile", "places", "profile_folder", "read_profile", "shown",
]  # fmt: skip
