"""What ``status`` tells of the interface and its people: only what may leave the process."""

from installation.neuro.parameters import SHARED
from installation.neuro.room import Outcome
from installation.status import InterfaceStatus, InvitationStatus
from installation.values import Seconds

__all__ = ["interface_status"]

_WHOLE = 0.98
_DIGITS = 3


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
    told = dict(zip(SHARED, (round(one, _DIGITS) for one in shared.told.tolist()), strict=True))
    return InterfaceStatus(
        state=state,
        since=since,
        refused=refused,
        people=outcome.group.count,
        sensed=shared.sensed,
        stand_ins=shared.stand_ins,
        simulated=shared.simulated,
        told=_told(outcome, told["real"]),
        coherence=told["coherence"],
        arousal=told["arousal"],
        calm=told["calm"],
        invitation=_invitation(outcome),
    )


def _told(outcome: Outcome, real: float) -> str:
    """Return of whom the values are that leave the room."""
    if not outcome.shared.sensed:
        return "nobody"
    if real >= _WHOLE:
        return "people"
    return "mixed" if real > 1.0 - _WHOLE else "simulated"


def _invitation(outcome: Outcome) -> InvitationStatus | None:
    breaths = outcome.invited[-1]
    if not breaths:
        return None
    step, before, now = (round(one, _DIGITS) if one == one else None for one in outcome.shared.effect)
    return InvitationStatus(
        breaths=None if outcome.secretive else round(breaths, 1), step=step, before=before, now=now
    )
