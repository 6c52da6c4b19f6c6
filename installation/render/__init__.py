"""The picture: everything that touches OpenGL.

Coordinates are OpenGL's and ISF's throughout: (0, 0) is the lower left corner of every picture.
"""

from installation.render.context import Context, Info
from installation.render.draw import FullScreen
from installation.render.host import Host, SceneRenderer
from installation.render.program import Program
from installation.render.target import PingPong, Target

__all__ = ["Context", "FullScreen", "Host", "Info", "PingPong", "Program", "SceneRenderer", "Target"]
