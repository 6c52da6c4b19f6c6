"""``photophore learn``: shows how far the running show is in learning a control, and asks where it must."""

import sys
import time
from typing import Any, Final

from installation.errors import CommandError
from installation.ipc.control import request

__all__ = ["learn", "undo"]

_POLL: Final = 0.1
_WRITTEN: Final = 3.0
"""Seconds to wait for the file."""

EXIT_GOOD, EXIT_FAILURE = 0, 1


def learn(target: str, component: str | None, how: str | None, answer: str | None) -> int:
    """Learn the control that is moved next; Ctrl+C gives up.

    Args:
        target: A parameter's address or a command.
        component: Of a point or colour.
        how: How the control is to act; guessed if None.
        answer: ``share`` or ``move``, if the control is in use; None asks where somebody can answer.

    Returns:
        0 if a control was learned, else 1.
    """
    request("learn", target, component or "", how or "")
    number = request("learning")["number"]
    _say(f"move a control for {target} (10 s, Ctrl+C gives up)")
    heard = 0
    try:
        while True:
            now = request("learning")
            if now["number"] != number:
                _say("somebody else learns another control now")
                return EXIT_FAILURE
            if now["heard"] > heard:
                heard = now["heard"]
                _say(f"heard {heard} message{'s' * (heard > 1)}")
            if now["state"] == "conflict":
                _answer(now["words"], answer)
            elif now["state"] != "waiting":
                return _end(now)
            time.sleep(_POLL)
    except KeyboardInterrupt:
        request("learn-cancel")
        _say("nothing was learned")
        return EXIT_FAILURE


def undo() -> int:
    """Take back what was learned last."""
    request("learn-undo")
    now = request("learning")
    _say(now["words"])
    return _end(now, EXIT_GOOD)


def _answer(words: str, answer: str | None) -> None:
    _say(words)
    if answer is None and not sys.stdin.isatty():
        request("learn-cancel")
        message = f"{words}: say --move to move it here, or --share to let it do both"
        raise CommandError(message)
    while answer not in ("move", "share"):
        given = input("[m]ove it here, [s]hare it, or [c]ancel? ").strip().lower()[:1]
        if given == "c":
            raise KeyboardInterrupt
        answer = {"m": "move", "s": "share"}.get(given)
    request("learn-answer", answer)


def _end(now: dict[str, Any], code: int | None = None) -> int:
    """Tell the outcome, and where it was written."""
    if code is None:
        print(now["words"], file=sys.stdout if now["state"] == "learned" else sys.stderr)
        code = EXIT_GOOD if now["state"] == "learned" else EXIT_FAILURE
    end = time.monotonic() + (_WRITTEN if now["pending"] else 0.0)
    while not (now["written"] or now["trouble"]) and time.monotonic() < end:
        time.sleep(_POLL)
        now = request("learning")
    if now["written"]:
        _say(now["written"])
    if now["trouble"]:
        _say(now["trouble"])
        return EXIT_FAILURE
    return code


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
