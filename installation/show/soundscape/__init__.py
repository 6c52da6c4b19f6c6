"""The soundscape of a show: which patches a scene has, how loud, and what they follow."""

from installation.show.soundscape.model import FollowSpec, PartSpec, SilenceSpec, Soundscape, TuningSpec
from installation.show.soundscape.patches import PATCHES, SHARED, InputSpec, PatchSpec
from installation.show.soundscape.read import FILE, default_soundscape, pack, read_soundscape, unpack

__all__ = [
    "FILE", "PATCHES", "SHARED", "FollowSpec", "InputSpec", "PartSpec", "PatchSpec", "SilenceSpec",
    "Soundscape", "TuningSpec", "default_soundscape", "pack", "read_soundscape", "unpack",
]  # fmt: skip
