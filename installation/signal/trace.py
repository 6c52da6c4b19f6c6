"""One line of JSON a frame: what the signals and the parameters were. Equal shows give equal bytes."""

import json
from collections.abc import Mapping

from installation.parameter.tree import Tree
from installation.signal.store import Signals
from installation.values import Frame

__all__ = ["trace_line"]


def trace_line(frame: Frame, signals: Signals, tree: Tree, guard: Mapping[str, object] | None = None) -> str:
    """The trace of one frame, without a line's end.

    Keys are sorted and floats are the shortest text that reads back to the same bits. A parameter with
    several components is a list. Private signals, and those that never had a value, are left out.

    Args:
        frame: The frame that was processed.
        signals: After the chain has processed it.
        tree: After the chain has processed it; its effective values are written, where they may be told.
        guard: What the guard reports, plain JSON values.
    """
    effective = tree.shown().tolist()
    parameters: dict[str, float | list[float]] = {}
    slot = 0
    for address, parameter in tree.parameters().items():
        size = parameter.kind.components
        parameters[address] = effective[slot] if size == 1 else effective[slot : slot + size]
        slot += size
    line = {
        "frame": frame.index,
        "time": frame.time,
        "signals": signals.public(),
        "parameters": parameters,
        "guard": dict(guard or {}),
    }
    return json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
