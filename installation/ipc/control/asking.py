"""The client's end of the control socket: asks the running show and waits for the answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from installation import paths
from installation.errors import NotRunningError, PhotophoreError
from installation.ipc import folder as state
from installation.ipc.lines import Message
from installation.ipc.requests import ASKED
from installation.values import Scalar, Seconds

__all__ = ["SOCKET", "request", "stream"]

SOCKET: Final = paths.CONTROL
"""Name of the socket in the state folder."""


def request(
    verb: str, *arguments: Scalar, folder: Path | None = None, timeout: Seconds = 5.0, source: str = ASKED
) -> Any:
    """Send a request to the running show and wait for the answer; ``source`` says who asks.

    Raises:
        NotRunningError: No show is running in this state folder.
        PhotophoreError: The show refused, or did not answer within ``timeout`` seconds.
    """
    for result in stream(verb, *arguments, folder=folder, timeout=timeout, source=source):
        return result
    raise PhotophoreError("the show ended before it answered")


def stream(
    verb: str, *arguments: Scalar, folder: Path | None = None, timeout: Seconds = 5.0, source: str = ASKED
) -> Iterator[Any]:
    """Send a request to the running show and yield every answer; those after the first may take any time.

    Raises as ``request`` does.
    """
    try:
        connection = state.reach(folder or paths.state_folder(), SOCKET, timeout)
    except OSError as error:
        message = "no show is running; start one with `photophore run`, `perform` or `preview`"
        raise NotRunningError(message) from error
    with connection, connection.makefile("rb") as answers:
        try:
            asked = {"verb": verb, "arguments": list(arguments)} | (
                {"source": source} if source != ASKED else {}
            )
            connection.sendall(json.dumps(asked).encode() + b"\n")
            for line in answers:
                answer: Message = json.loads(line)
                if not answer.get("ok"):
                    raise PhotophoreError(str(answer.get("error", "the show refused")))
                yield answer.get("result")
                if not answer.get("more"):
                    return
                connection.settimeout(None)
        except TimeoutError as error:
            message = f"the show did not answer {verb!r} within {timeout:g} s, and may still carry it out"
            raise PhotophoreError(message) from error
        except (ConnectionError, ValueError) as error:
            message = f"the show hung up on {verb!r}"
            raise PhotophoreError(message) from error
