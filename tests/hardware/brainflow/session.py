"""A synthetic board that is sent on by multicast from another process, and our adapter: prints what it heard.

Run in a network of its own, where multicast is on the loopback.
"""

import json
import subprocess
import sys
import time

import msgspec

GROUP, PORT, PATIENCE = "225.1.1.1", 6677, 15.0


def _send() -> None:
    from brainflow.board_shim import BoardIds, BoardShim, BrainFlowInputParams

    BoardShim.disable_board_logger()
    board = BoardShim(BoardIds.SYNTHETIC_BOARD, BrainFlowInputParams())
    board.prepare_session()
    board.add_streamer(f"streaming_board://{GROUP}:{PORT}")
    board.start_stream()
    print("sends", flush=True)
    time.sleep(60.0)


def _main() -> None:
    from hardware.brainflow import BrainFlowInput, BrainFlowSettings

    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.hardware.brainflow.session", "send"], stdout=subprocess.PIPE
    )
    assert sender.stdout is not None
    sender.stdout.readline()
    wanted = {
        "board": "streaming", "master": "synthetic", "ip_address": GROUP, "ip_port": PORT, "signals": ["eeg"],
    }  # fmt: skip
    adapter = BrainFlowInput("board", msgspec.convert(wanted, BrainFlowSettings))
    adapter.open()
    heard: set[str] = set()
    end = time.monotonic() + PATIENCE
    while "/person/1/quality" not in heard and time.monotonic() < end:
        heard |= {one.address for one in adapter.receive(0.25)}
    told = {"heard": sorted(heard), "detail": adapter.detail, "received": adapter.counters.received}
    adapter.close()
    sender.kill()
    sender.wait(10)
    print(json.dumps(told))


if __name__ == "__main__":
    _send() if len(sys.argv) > 1 else _main()
