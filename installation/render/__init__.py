"""The picture: everything that touches OpenGL.

Coordinates are OpenGL's and ISF's throughout: (0, 0) is the lower left corner of every picture.
"""

from installation.render.gl.context import Context, Info
from installation.render.gl.draw import FullScreen
from installation.render.gl.program import Program
from installation.render.gl.target import PingPong, Target
from installation.render.isf_host.host import Host, SceneRenderer

__all__ = ["Context", "FullScreen", "Host", "Info", "PingPong", "Program", "SceneRenderer", "Target"]
