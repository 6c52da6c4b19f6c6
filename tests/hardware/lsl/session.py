"""A real outlet in a process of its own, killed and started again, and our adapter: prints what it heard.

Run in a network of its own, where multicast is on the loopback. Time is pressed: samples come six times as
fast as their stated rate. Not faster: the adapter keeps two stated seconds, which a busy machine may take.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import msgspec
import numpy as np

PATIENCE = 40.0
SPEED = 6.0


def _send(bpm: float) -> None:
    import pylsl

    from tests.hardware.biosensor.made import eeg, ppg

    light = pylsl.StreamOutlet(pylsl.StreamInfo("grip", "PPG", 1, 100.0, "float32", "grip-7"))
    other = pylsl.StreamOutlet(pylsl.StreamInfo("grip", "PPG", 1, 100.0, "float32", "grip-8"))
    head = pylsl.StreamOutlet(pylsl.StreamInfo("cap", "EEG", 5, 256.0, "float32", "cap-1"))
    beats = pylsl.StreamOutlet(pylsl.StreamInfo("belt", "RR", 1, 0.0, "float32", "belt-1"))
    pulse = ppg(bpm, 400.0, 100.0)[0]
    noise = np.random.default_rng(1).standard_normal(len(pulse))
    brain = np.stack([eeg(10.0, 400.0, seed=seed) for seed in range(5)])
    began, sent = time.monotonic(), 0.0
    while sent < 398.0:
        now = (time.monotonic() - began) * SPEED
        for at in np.arange(int(sent * 100), int(now * 100)):
            light.push_sample([pulse[at]])
            other.push_sample([noise[at]])
        for at in np.arange(int(sent * 256), int(now * 256)):
            head.push_sample(brain[:, at].tolist())
        if int(now) > int(sent):
            beats.push_sample([800.0])
        sent = now
        time.sleep(0.005)


class _Sender:
    def __init__(self, bpm: float) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "tests.hardware.lsl.session", str(bpm)])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


def _main() -> None:
    from hardware.lsl import LslInput, LslSettings

    wanted = {
        "streams": [
            {"source": "grip-7", "seat": 1},
            {"name": "cap", "seat": 2, "channels": ["eeg", "eeg", "eeg", "eeg", ""]},
            {"type": "RR", "seat": 3},
            {"name": "nowhere", "seat": 3},
        ],
        "seats": [[0.2, 0.3], [0.5, 0.3], [0.8, 0.3]],
    }
    adapter = LslInput("lab", msgspec.convert(wanted, LslSettings))
    adapter.open()
    heard: dict[str, float] = {}
    private = True

    def until(done: Callable[[], bool]) -> bool:
        nonlocal private
        end = time.monotonic() + PATIENCE
        while not done() and time.monotonic() < end:
            for one in adapter.receive(0.25):
                heard[one.address] = float(one.values[0])
                private &= one.private
        return done()

    told = {}
    told["alone"] = adapter.detail
    sender = _Sender(66.0)
    wants = ("/person/1/heart", "/person/2/alpha", "/person/3/heart", "/person/1/x")
    until(lambda: all(one in heard for one in wants))
    told["first"], told["connected"] = dict(heard), adapter.detail
    sender.kill()
    until(lambda: adapter.detail.startswith("0 of 4"))
    told["killed"] = adapter.detail
    heard.clear()
    sender = _Sender(90.0)
    until(lambda: heard.get("/person/1/heart", 0.0) > 80.0)
    told["again"], told["private"] = heard, private
    sender.kill()
    adapter.close()
    print(json.dumps(told))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _send(float(sys.argv[1]))
    else:
        _main()
