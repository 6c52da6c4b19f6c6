"""What ``status`` tells of the interface and its people: only what may leave the process."""

from collections.abc import Mapping

from installation.neuro.parameters import SHARED
from installation.neuro.room import Outcome
from installation.status import InterfaceStatus, InvitationStatus
from installation.values import Seconds

__all__ = ["interface_status"]

_WHOLE = 0.98
_DIGITS = 3
_STATE = SHARED[:3]
"""Coherence, arousal, calm."""


def interface_status(outcome: Outcome | None, state: str, elapsed: Seconds, refused: str) -> InterfaceStatus:
    """Return the interface's part of ``status``.

    Args:
        outcome: Of the last frame; None before the first.
        state: The state that stands.
        elapsed: For how long.
        refused: Why the last requested state did not begin.
    """
    since = round(elapsed, 1)
    if outcome is None:
        return InterfaceStatus(state=state, since=since, refused=refused)
    shared = outcome.shared
    of = dict(zip(_STATE, map(_of, shared.real), strict=False)) if shared.sensed else {}
    told = dict(zip(SHARED, (round(one, _DIGITS) for one in shared.told.tolist()), strict=True))
    return InterfaceStatus(
        state=state,
        since=since,
        refused=refused,
        people=outcome.group.count,
        sensed=shared.sensed,
        stand_ins=shared.stand_ins,
        simulated=shared.simulated,
        told=_of_all(of),
        told_of=of,
        coherence=told["coherence"],
        arousal=told["arousal"],
        calm=told["calm"],
        invitation=_invitation(outcome),
    )


def _of(real: float) -> str:
    """Return of whom a value is that leaves the room, by how far it is of people."""
    if real >= _WHOLE:
        return "people"
    return "mixed" if real > 1.0 - _WHOLE else "simulated"


def _of_all(of: Mapping[str, str]) -> str:
    """Return of whom all of them are."""
    kinds = set(of.values())
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else "nobody"


def _invitation(outcome: Outcome) -> InvitationStatus | None:
    breaths = outcome.invited[-1]
    if not breaths:
        return None
    step, before, now = (round(one, _DIGITS) if one == one else None for one in outcome.shared.effect)
    return InvitationStatus(
        breaths=None if outcome.secretive else round(breaths, 1), step=step, before=before, now=now
    )
