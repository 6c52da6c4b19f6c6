"""Exit statuses by which the stage informs the keeper; 0 means that the user quit."""

from typing import Final

__all__ = ["FINDINGS", "OUTDATED", "RESTART"]

RESTART: Final = 75
"""Exit status by which the stage asks to be restarted (EX_TEMPFAIL of sysexits.h)."""

OUTDATED: Final = 69
"""Exit status of a stage that does not understand its keeper, which is of another version of the program
(EX_UNAVAILABLE of sysexits.h)."""

FINDINGS: Final = 65
"""Exit status by which a stage reports errors in the files (EX_DATAERR of sysexits.h)."""
