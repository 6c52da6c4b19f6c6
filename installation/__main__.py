"""``python -m installation`` and the ``photophore`` command."""

import os
import sys

__all__ = ["main"]

STAGE = "--stage"
"""First argument of the stage process; the second is what to play, as JSON."""


def main() -> int:
    """Run the command line, or a stage when the keeper started us as one."""
    if sys.argv[1:2] == [STAGE]:
        from installation.app import run_stage

        code = run_stage(sys.argv[2])
        sys.stderr.flush()
        os._exit(code)  # the bus has threads of its own that may outlive us
    from installation.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
