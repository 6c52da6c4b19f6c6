"""``python -m installation`` and the ``photophore`` command."""

import sys

from installation.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
