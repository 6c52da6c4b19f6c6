"""Tables of what a show is made of, and what its malfunction was measured to do."""

import json
from collections.abc import Mapping
from typing import Any

from docs.build.settings import table
from installation import paths

__all__ = ["measured", "show_tables"]


def show_tables() -> dict[str, str]:
    """Tables of signals, states, feedback and sound, by name."""
    return {
        "ears": _ears(),
        "malfunction-edges": _edges(),
        "malfunction-exponents": _exponents(),
        "malfunction-recovery": _recoveries(),
        "modulators": _modulators(),
        "patches": _patches(),
        "sources": _sources(),
        "states": _transitions(),
    }


def _transitions() -> str:
    from installation.show import load_show

    states = load_show().states

    rows = []
    for state in states:
        follows = ", ".join(o.name for o in states if o is not state and o.name not in state.refuses)
        refused = "; ".join(f"{name}: {why}" for name, why in state.refuses.items())
        rows.append((f"`{state.name}`", follows, refused))
    return table(("from", "follow", "are refused"), rows)


def _specs(kinds: Mapping[str, Any]) -> str:
    rows = []
    for kind, made in kinds.items():
        spec = made.spec
        settings = [_setting(one) for one in spec.settings]
        settings += [f"`sync`: a length, in place of `{spec.sync}`"] if spec.sync else []
        rows.append((f"`{kind}`", spec.description, "; ".join(settings) or "none"))
    return table(("name", "what it does", "settings, in order"), rows)


def _setting(one: Any) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if one.address:
        return f"`{one.name}`: address of a signal, required"
    if one.choices:
        words = ", ".join(one.choices)
        return f"`{one.name}`: {words}" + (
            "" if one.default is None else f" = {one.choices[int(one.default)]}"
        )
    low, high = (f"{edge:.12g}" for edge in (one.minimum, one.maximum))
    area = "" if one.minimum <= -1e9 and one.maximum >= 1e9 else f" {low}..{high}"
    if one.default is None:
        return f"`{one.name}`{area}{unit}, required"
    follows = one.default != one.default  # NaN: the default is another setting's value
    return f"`{one.name}`{area}{unit} = {'as the one before' if follows else f'{one.default:g}'}"


def _modulators() -> str:
    from installation.signal.modulators.table import MODULATORS

    return _specs(MODULATORS)


def _sources() -> str:
    from installation.signal.sources import SOURCES

    return _specs(SOURCES)


def _edges() -> str:
    from installation.show import load_show

    rows = []
    for edge in load_show().feedback:
        target = edge.target + ("" if edge.component is None else f" ({'xy'[edge.component]})")
        delay = f"{edge.delay:g} s" if edge.delay_frames is None else f"{edge.delay_frames} frames"
        rows.append(
            (f"`{edge.name}`", f"`{edge.source}`", f"`{target}`", delay, f"{edge.depth:g}", edge.saturation)
        )
    return table(("edge", "hears", "moves", "delay", "depth", "saturation"), rows)


def _ears() -> str:
    """The table of ``ipc/feeds/ears.py``; bands of one division in one row."""
    from installation.ipc.feeds.ears import NAMES

    rows: list[tuple[str, ...]] = []
    for one in NAMES:
        group, _, number = one.name.partition("/")
        if group.startswith("band"):
            if number != "1":
                continue
            count = sum(other.name.startswith(f"{group}/") for other in NAMES)
            address = f"`/ears/{group}/1` to `/ears/{group}/{count}`"
        else:
            address = f"`/ears/{one.name}`"
        values = f"{one.low:g}..{one.high:g}" + (f" {one.unit}" if one.unit else "")
        rows.append((address, one.meaning, values))
    return table(("signal", "what it says", "values"), rows)


def _patches() -> str:
    """The table of patches and their inputs."""
    from installation.show.soundscape import PATCHES

    rows = []
    for one in PATCHES.values():
        inputs = "; ".join(
            f"`{name}` {spec.low:g}..{spec.high:g}: {spec.meaning}" for name, spec in one.inputs.items()
        )
        trims = ", ".join(f"`/voice/{one.name}/{trim}`" for trim in ("level", *one.trims))
        rows.append((f"`{one.name}`", one.meaning, inputs, trims))
    return table(("patch", "what is heard", "inputs, beside `level`", "parameters"), rows)


def measured() -> dict[str, Any]:
    """What ``python -m installation.bench.malfunction`` found the last time."""
    file = paths.assets() / "docs" / "malfunction.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _exponents() -> str:
    rows = [
        (f"`{state}`", f"{one['told']:+.2f}", f"{one['offline']:+.2f}")
        for state, one in measured()["states"].items()
    ]
    return table(("state", "as the show tells it, 1/s", "by two players, offline, 1/s"), rows)


def _recoveries() -> str:
    found = measured()
    times = found["recovery"]
    rows = [
        ("random malfunctions", f"{len(times)}"),
        ("calm after, median", f"{times[len(times) // 2]:.1f} s"),
        ("calm after, the slowest", f"{times[-1]:.1f} s"),
        ("stated bound", f"{found['bound']:g} s"),
        ("trace equal over two runs and without wide vectors", "yes" if found["trace_equal"] else "no"),
    ]
    return table(("what", "found"), rows)
