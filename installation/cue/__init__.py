"""Cues: the ordered states of a show, and the transitions between them."""

from installation.cue.changes.scenes import SceneChange
from installation.cue.check import check_cues
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, MASTER
from installation.cue.state import CueState

__all__ = ["BLACKOUT", "MASTER", "CueList", "CueState", "SceneChange", "check_cues"]
