import threading
import time
from pathlib import Path
from typing import Any

from installation.errors import PhotophoreError
from installation.operator.orders import Orders


class Keeper:
    """Answers requests; holds the first until it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.sources: set[str] = set()
        self.goes_on = threading.Event()
        self.began = threading.Event()

    def ask(self, verb: str, *arguments: Any, folder: Path, source: str = "", timeout: float = 5.0) -> Any:
        if verb == "status":
            raise PhotophoreError("no show is running")
        self.began.set()
        self.goes_on.wait(20)
        self.asked.append((verb, *arguments))
        self.sources.add(source)
        if verb == "cue":
            raise PhotophoreError("no cue '99'; known: 1, 2")
        return {"done": verb}


def until(what: Any) -> None:
    end = time.monotonic() + 20
    while not what() and time.monotonic() < end:
        time.sleep(0.005)
    assert what()


def test_commands_go_in_order_and_only_the_newest_value_of_a_parameter_is_sent(tmp_path: Path) -> None:
    keeper = Keeper()
    orders = Orders(tmp_path, keeper.ask)
    orders.start()
    orders.give("go")
    assert keeper.began.wait(20)
    for value in (0.1, 0.2, 0.3):
        orders.give("set", "/master", value)
    orders.give("set", "/other", 1.0)
    orders.give("standby", 1)
    orders.give("standby", 1)
    keeper.goes_on.set()

    until(lambda: len(keeper.asked) == 5)

    assert keeper.asked == [
        ("go",), ("set", "/master", 0.3), ("set", "/other", 1.0), ("standby", 1), ("standby", 1),
    ]  # fmt: skip
    assert keeper.sources == {"operator"}
    orders.close()


def test_every_command_is_given_at_once_whatever_else_waits(tmp_path: Path) -> None:
    keeper = Keeper()
    keeper.goes_on.set()
    orders = Orders(tmp_path, keeper.ask)
    orders.start()
    for number in range(12):
        time.sleep(0.06)  # both threads are waiting by now
        orders.give("cue-number", number)
        until(lambda number=number: len(keeper.asked) == number + 1)
    orders.close()


def test_a_refusal_is_told_with_its_reason_and_the_next_command_goes_on(tmp_path: Path) -> None:
    keeper = Keeper()
    keeper.goes_on.set()
    orders = Orders(tmp_path, keeper.ask)
    orders.start()
    orders.give("cue", "99")
    orders.give("go")

    until(lambda: len(orders.answers) == 2)

    assert [(one.words, one.error) for one in orders.answers] == [
        ("cue 99", "no cue '99'; known: 1, 2"), ("go", ""),
    ]  # fmt: skip
    assert orders.status is None
    orders.close()
