"""The peer: a client of JACK that sends MIDI clock from its callback, and does nothing else.

It runs as a script, ``raw.py TARGET PERIOD SECONDS``, without anything of Photophore.
"""

import sys
import time

__all__ = ["main"]


def main(target: str, period: float, seconds: float) -> None:
    """Send ticks to a port every ``period`` seconds, for so many seconds."""
    import jack

    client = jack.Client("raw", no_start_server=True)
    out = client.midi_outports.register("out")
    begins, number = time.monotonic() + 0.5, 0

    def process(frames: int) -> None:
        nonlocal number
        out.clear_buffer()
        rate = float(client.samplerate)
        cycle = time.monotonic() - float(client.frames_since_cycle_start) / rate
        while (due := begins + number * period) < cycle + frames / rate:
            out.write_midi_event(min(max(int((due - cycle) * rate), 0), frames - 1), b"\xf8")
            number += 1

    client.set_process_callback(process)
    client.activate()
    client.connect(out, target)
    time.sleep(seconds)
    client.deactivate()
    client.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
