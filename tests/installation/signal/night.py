"""One night in short: every source, modulator, mode and saturation, fed by chance. Prints its trace's hash.

Run as a program by ``test_portability`` under other processor features.
"""

import hashlib
import random
import sys

import numpy as np

from installation.clock import ManualClock
from installation.parameter import Kind, Parameter, Tree
from installation.signal import Chain, Signals, trace_line
from installation.signal.feedback.controls import feedback_parameters
from installation.values import Reading
from tests.installation.signal.build import edge, number, route, signal, step


def features() -> list[str]:
    """Processor features that numpy uses beyond its baseline; none when they are switched off."""
    found: list[str] = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # type: ignore[index]
    return found


def night(frames: int = 240, seed: int = 5, traced: bool = True) -> str:
    """SHA-256 of the whole trace, line by line."""
    chance = random.Random(seed)
    modes = ["replace", "add", "multiply", "min", "max"]
    shapes = ["s", "square", "cube", "root", "power", "sine", "tanh", "linear"]
    specs = [
        *(signal(f"lfo-{i}", "lfo", rate=0.1 + 0.37 * i, shape=shape) for i, shape in enumerate(
            ("sine", "triangle", "saw", "square", "random"))),
        *(signal(f"noise-{i}", "noise", rate=0.3 * (i + 1), octaves=i + 1, low=-1.0) for i in range(4)),
        signal("clock", "clock", period=3.3),
        signal("fixed", "constant", value=0.3),
        signal("envelope", "envelope", trigger="/osc/hand", attack=0.2),
    ]  # fmt: skip
    sources = [f"/signal/{spec.name}" for spec in specs] + ["/osc/hand", "/osc/hand/1", "/osc/foot"]
    makers = [
        lambda: step("remap", chance.uniform(-1, 0), chance.uniform(0.5, 2), 0.1, 0.9),
        lambda: step("curve", shape=chance.choice(shapes), amount=chance.uniform(0.2, 5)),
        lambda: step("smooth", chance.uniform(0, 2)),
        lambda: step("one-euro", chance.uniform(0.3, 3), chance.uniform(0, 2)),
        lambda: step("slew", chance.uniform(0.1, 5)),
        lambda: step("delay", chance.uniform(0, 1)),
        lambda: step("gate", chance.uniform(0.4, 0.6), 0.3),
        lambda: step("quantise", chance.randint(2, 12)),
        lambda: step("envelope", chance.uniform(0, 0.1), chance.uniform(0, 1)),
        lambda: step("invert", True),
        lambda: step("abs", True),
        lambda: step("scale", chance.uniform(-2, 2), 0.1),
    ]
    targets = [number(f"/p/{i}", 0.4, -i, 1 + i) for i in range(37)]
    colour = Parameter("/colour", Kind.COLOR, (0.5, 0.2, 0.1, 1), (0,) * 4, (1,) * 4)
    routes = [
        route(
            chance.choice(sources),
            chance.choice([p.address for p in targets] + ["/colour"]),
            chance.choice(modes),
            *(chance.choice(makers)() for _ in range(chance.randint(0, 4))),
            fallback=chance.choice([None, 0.2]),
            stale=0.5,
        )
        for _ in range(311)
    ]
    edges = [
        edge(
            f"e{i}",
            chance.choice([f"/p/{chance.randrange(37)}", "/osc/hand", f"/signal/lfo-{i % 5}"]),
            chance.choice([f"/p/{chance.randrange(37)}", "/colour"]),
            mode=chance.choice(["add", "add", "multiply"]),
            saturation=chance.choice(["tanh", "fold", "clip"]),
            gain=chance.uniform(0, 8),
            delay=chance.uniform(0, 2),
            coupling=chance.choice([0.0, 0.2]),
            shape=tuple(chance.choice(makers)() for _ in range(chance.randint(0, 2))),
        )
        for i in range(41)
    ]
    controls = feedback_parameters(edges)
    tree, signals = Tree([*targets, colour, *controls]), Signals()
    chain = Chain(tree, signals, specs, routes, seed, feedback=edges)
    clock, digest = ManualClock(), hashlib.sha256()
    for _ in range(frames):
        clock.step = chance.choice([1 / 60, 1 / 60, 0.0173, 0.04])
        frame = clock.tick()
        if chance.random() < 0.4:
            values = (chance.uniform(-0.2, 1.2), chance.random())
            signals.receive(Reading(chance.choice(["/osc/hand", "/osc/foot"]), values, 0.0), frame.time)
        if chance.random() < 0.05:
            one = chance.choice(controls)
            tree.set(one.address, (chance.uniform(0, one.maximum[0]),))
        chain.process(frame)
        if traced:
            digest.update(trace_line(frame, signals, tree).encode())
        tree.end_frame()
    return digest.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{night()} {' '.join(features())}\n")
