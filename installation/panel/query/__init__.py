"""OSCQuery over WebSocket: values that clients listen to, changes of the tree, and what clients write."""

from installation.panel.query.announce import Announcer
from installation.panel.query.hub import MOST, Hub

__all__ = ["MOST", "Announcer", "Hub"]
