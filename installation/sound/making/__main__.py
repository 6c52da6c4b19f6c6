"""``python -m installation.sound.making``: makes what is asked on standard input, until that ends.

It makes sounds below the picture's priority: on a machine whose processors are all busy, sounds come later,
and frames in time. What is urgent is made before that, at the priority of the picture.
"""

import contextlib
import os
import sys
from typing import Final

import msgspec

from installation.sound.making.process import Answer, Wanted, framed, message

__all__ = ["NICE", "main"]

NICE: Final = 10
"""Niceness beside the picture's 0."""


def _answer(wanted: Wanted) -> Answer:
    from installation.sound.voice.sounds import made  # signalflow comes with it: at the niceness of all this

    try:
        sounds = made(wanted.kind, wanted.seed)
    except (ArithmeticError, LookupError, ValueError, MemoryError) as error:  # whoever asks tells of it
        return Answer(error=f"{type(error).__name__}: {error}")
    return Answer(tuple((samples.astype("<f4", order="C").tobytes(), pitch) for samples, pitch in sounds))


def main() -> int:
    """Answer until the end; returns the exit status."""
    urgent = True
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries print on stdout
    with contextlib.suppress(EOFError, OSError):
        while True:
            wanted = msgspec.msgpack.decode(message(orders), type=Wanted)
            if urgent and not wanted.urgent:
                urgent = False  # for good: only a superuser could take it back
                with contextlib.suppress(OSError):
                    os.nice(NICE)
            answers.write(framed(msgspec.msgpack.encode(_answer(wanted))))
            answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
