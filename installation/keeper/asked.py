"""What the keeper has been asked for and has not done yet."""

from dataclasses import dataclass

from installation.values import Seconds

__all__ = ["Asked"]


@dataclass(slots=True)
class Asked:
    """Pending requests of signals and clients, and when things were done last, monotonic seconds."""

    stop: int = 0
    reason: str = ""
    petted_at: Seconds = 0.0
    looked_at: Seconds = 0.0
    failures: int = 0
