"""Which inputs of scenes and effects a show moves, and which it leaves where they stand."""

from installation.player.inputs.movers import Mover, movers_of
from installation.player.inputs.unmoved import unmoved_findings

__all__ = ["Mover", "movers_of", "unmoved_findings"]
