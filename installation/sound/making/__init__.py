"""Sounds made in a process of its own, so that whoever plays shares no interpreter with that.

``Making`` is the end that asks; ``python -m installation.sound.making`` is the other.
"""

from installation.sound.making.process import Making

__all__ = ["Making"]
