"""The options of the visitors' process, passed to it as one argument."""

import msgspec

from installation.values import HOST, VISITORS_PORT, Seconds

__all__ = ["VisitorOptions"]


class VisitorOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``[visitors]`` of a venue says.

    Attributes:
        host: Address to listen on.
        port: TCP port; 0 takes any.
        address: What phones are to open, e.g. ``http://stories.example``; empty for address and port.
        hub: Name of the station.
        code: ``printed`` or ``daily``; ``none`` for a page that anybody on the network may open.
        keep_days: Days after which a story is deleted.
        backups: Days that backups are kept; 0 makes none.
        burst: Stories that one address may send at once; then one every 30 s.
        words: Path of the word list; empty for none.
        contact: Who is responsible, for the page on privacy.
    """

    host: str = HOST
    port: int = VISITORS_PORT
    address: str = ""
    hub: str = ""
    code: str = "printed"
    keep_days: int = 365
    backups: int = 7
    burst: int = 10
    words: str = ""
    contact: str = ""

    @property
    def keeps(self) -> Seconds:
        """Seconds after which a story is deleted."""
        return self.keep_days * 86_400.0
