"""``python -m installation`` and the ``photophore`` command."""

import gc
import os
import sys

__all__ = ["main"]

STAGE = "--stage"
"""First argument of the stage process; the second is what to play, as JSON."""


PLAYING = ("preview", "perform", "run", "hub", "replay")
"""Verbs that will want a stage."""


def main() -> int:
    """Run the command line, or a stage when the keeper started us as one."""
    # numpy's linear algebra would keep a thread on every core, and does no work here that needs one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:2] == [STAGE]:
        gc.disable()  # nothing of the modules is ever garbage; `Sweep` collects after the first picture
        from installation.stage.main import run_stage

        code = run_stage(sys.argv[2])
        sys.stderr.flush()
        os._exit(code)  # the bus has threads of its own that may outlive us
    if sys.argv[1:2] and sys.argv[1] in PLAYING and "--help" not in sys.argv:
        return _play()
    from installation.cli import main as command_line

    return command_line()


def _play() -> int:
    """Run the command line beside a stage that imports meanwhile."""
    from installation.ipc import prespawn

    prespawn.send_ahead(prespawn.stage_command())
    try:
        from installation.cli import main as command_line

        return command_line()
    finally:
        prespawn.dismiss()


if __name__ == "__main__":
    sys.exit(main())
