"""From picture to lamps: fixtures, patch, pixel map, merge, master, and the light of one frame."""

from installation.light.patch import lay_patch
from installation.light.profiles.library import load_profiles
from installation.light.profiles.profile import Profile
from installation.light.rig import Emitters, Rig
from installation.light.state import LightState

__all__ = ["Emitters", "LightState", "Profile", "Rig", "lay_patch", "load_profiles"]
