"""The contents of a show's files as frozen values. Nothing here opens a file or checks a reference.

A field with ``key(...)`` is a key of the file; reading, tables and schema derive from it (``schema.py``).
Every item has its position in ``where``, and the positions of its keys in ``places``, so that later checks
can point to the exact place.
"""

from installation.show.model.cues import CueSpec, Curve, Day, ScheduleSpec, ScoreSpec, TimesSpec
from installation.show.model.media import MediaSpec
from installation.show.model.show import (
    EffectSpec,
    FeedbackSpec,
    ModulatorSpec,
    PresetSpec,
    RouteSpec,
    SceneSpec,
    Show,
    SignalSpec,
    StorySpec,
)
from installation.show.model.sounds import SoundSpec

__all__ = [
    "CueSpec",
    "Curve",
    "Day",
    "EffectSpec",
    "FeedbackSpec",
    "MediaSpec",
    "ModulatorSpec",
    "PresetSpec",
    "RouteSpec",
    "SceneSpec",
    "ScheduleSpec",
    "ScoreSpec",
    "Show",
    "SignalSpec",
    "SoundSpec",
    "StorySpec",
    "TimesSpec",
]
