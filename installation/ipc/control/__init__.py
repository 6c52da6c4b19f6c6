"""The control socket: the protocol between the command line and a running show.

One JSON object per line. A request is ``{"verb": "set", "arguments": ["/master", 0.5]}``; the answer is
``{"ok": true, "result": ...}`` or ``{"ok": false, "error": "what, and what to do"}``. An answer with
``"more": true`` is followed by others, until the client hangs up.

``status``, ``blackout``, ``panic`` and ``stop`` are answered by the keeper alone, also when the stage hangs.
Everything else is forwarded to the stage and times out.
"""

from installation.ipc.control.asking import SOCKET, request, stream
from installation.ipc.control.control import Control
from installation.ipc.control.stage_channel import PATIENCE

__all__ = ["PATIENCE", "SOCKET", "Control", "request", "stream"]
