"""A set of ten minutes on a controller, recorded and played again: every bit is the same."""

import random
from hashlib import sha256
from pathlib import Path

import pytest

from installation.clock import GivenClock
from installation.signal.record import record_line, replay
from installation.signal.trace import trace_line
from installation.values import Command, Reading
from tests.installation.player.controls.desk import Desk, cc, order

RATE = 12
FRAMES = 10 * 60 * RATE
SECTION = 30 * RATE


class Hands:
    """Somebody who plays: faders, an encoder, buttons, pages, learning, an edit by a cue, a loose cable."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.faders = {"cc/1": 0, "cc/2": 64, "cc/50": 90}
        self.down: dict[str, int] = {}
        self.time = 0.0

    def play(self, index: int) -> list[Reading | Command]:
        """What one frame brings."""
        chance, found = self.chance, list[Reading | Command]()
        if chance.random() < 0.3:
            control = chance.choice(list(self.faders))
            for _ in range(chance.randint(1, 4)):
                step = self.faders[control] + chance.choice((-9, -3, -1, 1, 2, 8))
                self.faders[control] = min(max(step, 0), 127)
                found.append(cc(control, self.faders[control]))
        if chance.random() < 0.05:
            found.append(cc("cc/9", chance.choice((1, 2, 126, 127))))
        for key in [key for key, end in self.down.items() if end <= index]:
            del self.down[key]
            found.append(cc(key, 0))
        if chance.random() < 0.02:
            key = f"note/{chance.randint(1, 6)}"
            if key not in self.down:
                self.down[key] = index + chance.choice((0, 2, 8, 30))
                found.append(cc(key, chance.randint(1, 127)))
        if index % SECTION == 230:
            found.append(order("learn", chance.choice(("/scene/one/glow", "/scene/two/glow", "/go"))))
        if index % SECTION == 330 and chance.random() < 0.5:
            found.append(order(chance.choice(("learn-undo", "as-authored", "next-scene"))))
        if index % 1300 == 1000:
            found += [Reading("/midi/tiny/connected", (one,), 0.0, "midi") for one in (0.0, 1.0)]
        return found


def played(folder: Path, frames: list[tuple[float, list[Reading | Command]]]) -> tuple[str, Desk]:
    """Play frames of dt and input; the digest of every frame's trace."""
    clock = GivenClock()
    desk = Desk(folder, clock)
    digest = sha256()
    player = desk.player
    for index, (dt, entries) in enumerate(frames):
        clock.dt = dt
        step = player.step(entries, 0.0)
        digest.update(player.tree.base.tobytes() + player.tree.effective.tobytes())
        digest.update(repr([one.verb for one, _ in step.refused]).encode())
        if index % 30 == 0:
            cue = player.cues.current
            line = trace_line(step.frame, player.signals, player.tree, cue=cue.id if cue else "")
            digest.update(line.encode())
    return digest.hexdigest(), desk


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_recorded_set_is_played_again_bit_by_bit(desk: Desk, tmp_path: Path) -> None:
    hands, chance = Hands(5), random.Random(6)
    frames = [(chance.uniform(0.6, 1.4) / RATE, hands.play(index)) for index in range(FRAMES)]
    recording = tmp_path / "set.jsonl"
    clock = GivenClock()
    with recording.open("w") as file:
        for dt, entries in frames:
            clock.dt = dt
            file.write(record_line(clock.tick(), entries) + "\n")

    first, live = played(desk.folder, frames)
    with recording.open() as file:
        again = [(one.dt, list(one.inbox)) for one in replay(file, "set")]
    second, copy = played(desk.folder, again)

    assert first == second
    assert live.player.learning.number == copy.player.learning.number == FRAMES // SECTION
    assert len(live.player.learning.changes) > 3  # hands did learn something
    assert live.player.cues.manual.count > 3
    short = frames[:50]
    other = [*short[:40], (short[40][0], [*short[40][1], order("set", "/master", 0.5)]), *short[41:]]
    assert played(desk.folder, short)[0] != played(desk.folder, other)[0]  # the digest does see
