"""``python -m tests.again``: runs what has just failed once more, alone; the exit status is that of this run.

A test that waits for real processes can fail because of what runs beside it. One that fails alone as well is
a fault; one that passes is named, because it depends on the load and is to be mended.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

FAILED: Final = Path(".pytest_cache/v/cache/lastfailed")
UNTIL_END: Final = "photophore/until_end"
"""In pytest's cache: whether the last run came to its end with all its workers; see ``conftest.py``."""
MOST: Final = 3
"""More than that have not failed by chance."""


def main() -> int:
    """Return 0 if all that failed passes alone, else 1."""
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    whole = FAILED.parents[1] / UNTIL_END
    if not 1 <= len(failed) <= MOST or not whole.exists() or not json.loads(whole.read_text()):
        return 1  # with a worker that crashed, tests did not run at all
    print(f"\n{len(failed)} failed beside others; once more, alone:", flush=True)
    if subprocess.run([sys.executable, "-m", "pytest", "-n", "0", *failed], check=False).returncode:
        return 1
    print("passed only alone, to be mended:", *failed, sep="\n  ", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
