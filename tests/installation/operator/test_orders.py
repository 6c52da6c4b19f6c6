import threading
import time
from pathlib import Path
from typing import Any

import pytest

from installation.errors import PhotophoreError
from installation.operator import orders as module
from installation.operator.orders import MOST, Orders
from tests.waiting import until


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


class HungStage(Keeper):
    """A keeper whose stage hangs: only what the keeper carries out itself is answered."""

    def ask(self, verb: str, *arguments: Any, folder: Path, source: str = "", timeout: float = 5.0) -> Any:
        if verb in ("panic", "blackout"):
            self.asked.append((verb, *arguments))
            return {"done": verb}
        return super().ask(verb, *arguments, folder=folder, source=source, timeout=timeout)


def hung(folder: Path) -> tuple[HungStage, Orders]:
    """Orders of which one is under way at a stage that does not answer."""
    keeper = HungStage()
    orders = Orders(folder, keeper.ask)
    orders.start()
    orders.give("set", "/first", 1.0)
    assert keeper.began.wait(20)
    return keeper, orders


def test_panic_and_blackout_do_not_wait_for_a_stage_that_hangs(tmp_path: Path) -> None:
    keeper, orders = hung(tmp_path)
    orders.give("set", "/other", 1.0)
    given = [("panic",), ("blackout",), ("panic", "hard"), ("panic", "off")]
    for words in given:
        orders.give(*words)

    until(lambda: len(keeper.asked) == 4)

    assert keeper.asked == given
    keeper.goes_on.set()
    until(lambda: len(keeper.asked) == 6)
    orders.close()


def test_what_ends_a_panic_and_was_given_before_it_is_not_given_after_it(tmp_path: Path) -> None:
    keeper, orders = hung(tmp_path)
    for words in (("go",), ("set", "/master", 0.4), ("standby", 1), ("panic",), ("cue", "3")):
        orders.give(*words)
    until(lambda: keeper.asked)
    keeper.goes_on.set()

    until(lambda: len(orders.answers) == 5)

    assert keeper.asked == [("panic",), ("set", "/first", 1.0), ("standby", 1), ("cue", "3")]
    told = {one.words: one.error for one in orders.answers}
    assert "a panic came after it" in told["go"]
    assert "a panic came after it" in told["set /master 0.4"]
    orders.close()


def test_events_that_have_waited_too_long_are_told_and_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LATE", 0.05)
    keeper, orders = hung(tmp_path)
    for words in (
        ("go",), ("reading", "/midi/a/note/1", 1.0), ("reading", "/midi/a/note/1", 0.0), ("set", "/b", 0.5),
    ):  # fmt: skip
        orders.give(*words)
    time.sleep(0.1)
    keeper.goes_on.set()

    until(lambda: len(keeper.asked) == 3)
    orders.give("standby", 1)
    until(lambda: len(keeper.asked) == 4)

    assert keeper.asked[1:] == [("reading", "/midi/a/note/1", 0.0), ("set", "/b", 0.5), ("standby", 1)]
    assert [one.words for one in orders.answers if "it has waited more than" in one.error] == [
        "go", "reading /midi/a/note/1 1.0",
    ]  # fmt: skip
    orders.close()


def test_so_many_commands_wait_and_no_more(tmp_path: Path) -> None:
    keeper, orders = hung(tmp_path)
    for number in range(MOST + 1):
        orders.give("standby", number)

    (dropped,) = orders.answers
    assert (dropped.words, f"more than {MOST}" in dropped.error) == ("standby 0", True)
    keeper.goes_on.set()
    until(lambda: keeper.asked[-1:] == [("standby", MOST)])
    assert len(keeper.asked) == MOST + 1
    orders.close()
