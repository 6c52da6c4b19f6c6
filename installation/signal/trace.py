"""The trace: one line of JSON per frame with all signals and parameters. Equal shows give equal bytes."""

import json
from collections.abc import Mapping

from installation.parameter.tree import Tree
from installation.signal.store import Signals
from installation.values import Frame

__all__ = ["trace_line"]


def trace_line(
    frame: Frame,
    signals: Signals,
    tree: Tree,
    guard: Mapping[str, object] | None = None,
    *,
    scene: str = "",
    cue: str = "",
) -> str:
    """Return the trace of one frame, without a newline.

    Keys are sorted, and floats are the shortest text that reads back to the same bits. A parameter with
    several
    components is a list. Private signals, and those without a value, are omitted.

    Args:
        frame: The processed frame.
        signals: The signals after the chain has processed the frame.
        tree: The tree after the chain has processed the frame; its public effective values are written.
        guard: The guard's report, as plain JSON values.
        scene: Id of the scene, of the following one during a change.
        cue: Id of the current cue; empty before the first.
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
        "scene": scene,
        "cue": cue,
        "signals": signals.public(),
        "parameters": parameters,
        "guard": dict(guard or {}),
    }
    return json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
