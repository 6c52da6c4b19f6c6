"""The peer: Zenoh as its documentation shows it."""

import json
from typing import Any, Final

__all__ = ["KEY", "Plain"]

KEY: Final = "own/a"


class Plain:
    """A session without anything of ours.

    Args:
        endpoint: As Zenoh writes it.
        listen: Whether it listens there, or connects.
    """

    def __init__(self, endpoint: str, *, listen: bool) -> None:
        import zenoh

        config = zenoh.Config()
        for key, value in (
            ("mode", "peer"),
            ("listen/endpoints", [endpoint] if listen else []),
            ("connect/endpoints", [] if listen else [endpoint]),
            ("scouting/multicast/enabled", False),
        ):
            config.insert_json5(key, json.dumps(value))
        self._session: Any = zenoh.open(config)
        self._publisher: Any = self._session.declare_publisher(KEY, express=True)
        self._reader: Any = self._session.declare_subscriber(KEY, zenoh.handlers.RingChannel(1024))

    def put(self, payload: bytes) -> None:
        """Send a message."""
        self._publisher.put(payload)

    def drain(self) -> list[bytes]:
        """Return what has come."""
        found = []
        while (sample := self._reader.try_recv()) is not None:
            found.append(sample.payload.to_bytes())
        return found

    def close(self) -> None:
        """End it."""
        self._session.close()
