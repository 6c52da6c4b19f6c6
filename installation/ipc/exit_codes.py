"""Exit statuses by which the stage informs the keeper; 0 means that the user quit."""

from typing import Final

__all__ = ["FINDINGS", "RESTART"]

RESTART: Final = 75
"""Exit status by which the stage asks to be restarted (EX_TEMPFAIL of sysexits.h)."""

FINDINGS: Final = 65
"""Exit status by which a stage reports errors in the files (EX_DATAERR of sysexits.h)."""
