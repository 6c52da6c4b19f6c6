"""The panel's mirror on a real bus."""

import threading
import time

from installation.ipc.bus import ZenohBus
from installation.ipc.telemetry import Publisher
from installation.panel.mirror import Mirror
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree


def test_a_mirror_that_comes_late_gets_the_description_while_values_stream(tmp_path):
    stage, panel = ZenohBus(tmp_path, listen=True), ZenohBus(tmp_path, listen=False)
    tree = Tree([Parameter("/stir", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    publisher = Publisher(stage)
    over = threading.Event()

    def play() -> None:
        now = 0.0
        while not over.wait(0.0005):
            now += 1 / 30
            tree.set("/stir", [now % 1.0])
            tree.settle()
            publisher.publish(now, tree)

    playing = threading.Thread(target=play)
    playing.start()
    try:
        for _ in range(20):
            mirror = Mirror(panel)
            end = time.monotonic() + 10.0
            while not (mirror.directory.nodes and len(mirror.values)):
                assert time.monotonic() < end, "the description never came"
                mirror.refresh(end)  # no second request: it is never later than the first
                time.sleep(0.002)
    finally:
        over.set()
        playing.join()
        panel.close()
        stage.close()
