"""What the stage says to the keeper by the status that it ends with; 0 is a user who quits."""

from typing import Final

__all__ = ["FINDINGS", "RESTART"]

RESTART: Final = 75
"""Exit status by which the stage asks to be started again (EX_TEMPFAIL of sysexits.h)."""

FINDINGS: Final = 65
"""Exit status by which a stage says that the files are wrong (EX_DATAERR of sysexits.h)."""
