"""Drawing shaders in a process of its own, as ``check`` does it; see ``render.trial``."""

from installation.render.trial import FRAMES, LIMIT_S, SIZE, Drawn, draw_all, verdict

__all__ = ["FRAMES", "LIMIT_S", "SIZE", "Drawn", "draw_all", "verdict"]
