"""The state of a TUIO 1.1 tracker, from its messages.

Kaltenbrunner, Bovermann, Bencina, Costanza: "TUIO: A Protocol for Table-Top Tangible User Interfaces", GW
2005, and the specification of TUIO 1.1 (tuio.org, 2009). A tracker sends bundles of one profile each:

=========================  ===================================================================
``source name@address``    who it is; optional
``alive s ...``            ids of all sessions that exist now
``set s ...``              place of one session: 2Dcur ``s x y X Y m``, 2Dobj
                           ``s i x y a X Y A m r``, 2Dblb ``s x y a w h f X Y A m r``
``fseq f``                 ends a frame; its number, or -1 for one that repeats what is known
=========================  ===================================================================

One frame may come in several bundles of the same number. UDP may deliver bundles out of order: a number below
the last one is late, and dropped whole, unless it is more than ``RESTART`` lower, which is a tracker that was
started again. Places are 0..1 with y down. A session may be told in several profiles, with one id: it is one
body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from installation.contract import Scalar, Seconds

__all__ = ["BEYOND", "MOST_SESSIONS", "PROFILES", "RESTART", "Frame", "Refused", "Tracker"]

PROFILES: Final[Mapping[str, tuple[int, int]]] = {"2Dcur": (1, 6), "2Dobj": (2, 10), "2Dblb": (1, 12)}
"""Profiles that are understood: where x stands after ``set``, y behind it, how many arguments."""

RESTART: Final = 100
"""A frame number that is so much lower is no late one (as in the reference implementation, TuioClient)."""

MOST_SESSIONS: Final = 128
"""Sessions of one tracker and profile that are kept; the show knows 40 people."""

BEYOND: Final = 0.25
"""How far outside the tracker's field a place may lie; it counts as one on the edge."""


class Refused(Exception):  # noqa: N818 - a value of the protocol, caught by the adapter
    """A message that is not taken. Its words are the reason; ``remedy`` what to do.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Frame:
    """What a finished frame of one profile tells.

    Attributes:
        alive: Ids of all sessions of the profile.
        places: New places by id: x, y in 0..1, y down as on the wire.
        strays: Places of sessions that are not alive; they are left out.
    """

    alive: frozenset[int]
    places: Mapping[int, tuple[float, float]]
    strays: int = 0


@dataclass(slots=True)
class Tracker:
    """One profile of one tracker.

    Attributes:
        profile: Its name, one of ``PROFILES``.
        heard: Monotonic seconds at which it last finished a frame.
    """

    profile: str
    heard: Seconds = float("-inf")
    _number: int = 0
    _alive: frozenset[int] = frozenset()
    _told_alive: frozenset[int] | None = None
    _places: dict[int, tuple[float, float]] = field(default_factory=dict)

    def take(self, arguments: tuple[Scalar, ...], now: Seconds) -> Frame | None:
        """Take one message of the profile; returns the frame that it finishes.

        Args:
            arguments: The message's, from the word on.
            now: Monotonic seconds.

        Raises:
            Refused: It is not what TUIO 1.1 says, or late.
        """
        match arguments:
            case ("alive", *sessions):
                self._told_alive = self._sessions(sessions)
            case ("set", *rest):
                self._set(rest)
            case ("fseq", int(number)) if not isinstance(number, bool):
                return self._finish(number, now)
            case _:
                raise Refused("no message of TUIO 1.1", "send alive, set and fseq as TUIO 1.1 says")
        return None

    def _sessions(self, sessions: list[Scalar]) -> frozenset[int]:
        if len(sessions) > MOST_SESSIONS:
            raise Refused(f"more than {MOST_SESSIONS} sessions alive", "let the tracker report fewer bodies")
        return frozenset(_whole(session) for session in sessions)

    def _set(self, rest: list[Scalar]) -> None:
        at, count = PROFILES[self.profile]
        if len(rest) != count:
            raise Refused(
                f"a set of /tuio/{self.profile} takes {count} arguments", "send TUIO 1.1, not another version"
            )
        session, x, y = _whole(rest[0]), rest[at], rest[at + 1]
        if not isinstance(x, float | int) or not isinstance(y, float | int):
            raise Refused("a place that is no number", "send x and y as floats")
        if not (-BEYOND <= x <= 1.0 + BEYOND and -BEYOND <= y <= 1.0 + BEYOND):
            raise Refused("a place far outside the tracker's field", "send x and y within 0..1")
        if session not in self._places and len(self._places) >= MOST_SESSIONS:
            raise Refused(
                f"more than {MOST_SESSIONS} places without a frame's end", "send fseq after each frame"
            )
        self._places[session] = min(max(float(x), 0.0), 1.0), min(max(float(y), 0.0), 1.0)

    def _finish(self, number: int, now: Seconds) -> Frame | None:
        told, places = self._told_alive, self._places
        self._told_alive, self._places = None, {}
        if 0 <= number < self._number and self._number - number <= RESTART:
            raise Refused("a frame that came late", "nothing: UDP may change the order of packets")
        if number >= 0:
            self._number = number
        if told is not None:
            self._alive = told
        self.heard = now
        known = {session: place for session, place in places.items() if session in self._alive}
        return Frame(self._alive, known, len(places) - len(known))

    @property
    def waiting(self) -> bool:
        """Whether something was told that no ``fseq`` has ended yet."""
        return self._told_alive is not None or bool(self._places)


def _whole(value: Scalar) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("a session id that is no whole number", "send session ids as int32")
    return value
