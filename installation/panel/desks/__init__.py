"""Pages on which staff act: the controls of the show, and the queue of visitors' stories."""

from installation.panel.desks.control import ControlDesk
from installation.panel.desks.stories import StoriesDesk

__all__ = ["ControlDesk", "StoriesDesk"]
