"""The loop of the hub process, with parts of its own."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.errors import PhotophoreError
from installation.hub.options import HubOptions
from installation.hub.part import Part, Surroundings
from installation.hub.process import Process
from installation.hub.share import SharePart
from installation.hub.stories import Stories
from installation.hub.time import Time
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import View
from installation.ipc.state_file import StateFile
from installation.site.clock import Answer
from tests.waiting import until

OPTIONS = HubOptions(site="garden", hub="north")


class Good:
    """A part that counts."""

    def __init__(self, around: Surroundings, _options: HubOptions) -> None:
        self.around = around
        self.steps = 0
        self.closed: list[bool] = []

    def advance(self, now: float) -> None:
        self.steps += 1

    def report(self) -> dict[str, object]:
        return {"stories": self.steps}

    def close(self) -> None:
        self.closed.append(self.around.leaving)


class Bad(Good):
    """A part with faults."""

    def advance(self, now: float) -> None:
        super().advance(now)
        raise KeyError(self.steps)

    def report(self) -> dict[str, object]:
        raise ValueError(self.steps)

    def close(self) -> None:
        super().close()
        raise KeyError(self.steps)


class Room:
    """A process on a network within this one."""

    def __init__(self, folder: Path, *kinds: Callable[[Surroundings, HubOptions], Good]) -> None:
        self.views: list[View] = []
        self.made: list[Good] = []
        mesh = LocalHub()

        def build(kind: Callable[[Surroundings, HubOptions], Good]) -> Callable[..., Good]:
            def made(around: Surroundings, options: HubOptions) -> Good:
                self.made.append(kind(around, options))
                return self.made[-1]

            return made

        self.process = Process(
            OPTIONS, folder, LocalBus(LocalHub()), [build(one) for one in kinds],
            lambda _options: LocalBus(mesh), self.views.append,
        )  # fmt: skip


def test_a_part_that_fails_leaves_the_others_and_is_told_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = Room(tmp_path, Bad, Good)
    with caplog.at_level(logging.ERROR):
        for number in range(20):
            room.process.step(1.0 + number)
    assert [one.steps for one in room.made] == [20, 20]
    assert room.views[-1].stories == 20
    assert "part Bad" in room.views[-1].trouble
    assert [one.exc_info[0] for one in caplog.records if one.exc_info] == [KeyError, ValueError]
    room.process.close(leaving=True)
    assert [one.closed for one in room.made] == [[True], [True]]


def test_a_bus_that_fails_opens_the_network_again_and_says_no_goodbye(tmp_path: Path) -> None:
    class Cut(Good):
        def advance(self, now: float) -> None:
            if now < 2.0:
                raise PhotophoreError("the network is gone")

    room = Room(tmp_path, Cut)
    for now in (1.0, 2.0, 3.0):
        room.process.step(now)
    assert [one.closed for one in room.made] == [[False], []]
    assert room.views[0].trouble == "the network is gone"
    assert room.views[-1].trouble == ""
    assert msgspec.msgpack.encode(room.views[-1])


def test_the_time_of_the_site_goes_on_when_its_network_is_opened_again(tmp_path: Path) -> None:
    class Led(Good):
        """A part that is told the time by another hub, and whose network fails once."""

        def advance(self, now: float) -> None:
            self.around.leader, self.around.epoch = "east", 1
            if now == 2.0:
                clock = self.around.clock
                asked = clock.ask(now)
                clock.hear(Answer(asked.number, asked.left, 102.0, 102.0, 1), now)
            elif now == 3.0:
                raise PhotophoreError("the network is gone")

    times: list[float] = []

    class Reads(Good):
        def advance(self, now: float) -> None:
            times.append(self.around.site_time(now) - now)

    room = Room(tmp_path, lambda around, _options: Time(around), Led, Reads)  # type: ignore[arg-type, return-value]
    for now in (1.0, 2.0, 3.0, 4.0, 5.0):
        room.process.step(now)
    assert times == [0.0, 100.0, 100.0, 100.0]


def test_a_thread_that_hangs_holds_up_nothing_but_its_successor(tmp_path: Path) -> None:
    free = threading.Event()

    class Slow(Good):
        def __init__(self, around: Surroundings, options: HubOptions) -> None:
            super().__init__(around, options)
            thread = threading.Thread(target=free.wait, daemon=True)
            thread.start()
            around.endings.append(lambda: not thread.is_alive())

        def advance(self, now: float) -> None:
            if now == 1.0:
                raise PhotophoreError("the network is gone")

    room = Room(tmp_path, Slow)
    for now in (1.0, 2.0, 30.0):
        room.process.step(now)
    assert len(room.made) == 1
    assert "does not answer" in room.views[-1].trouble

    free.set()
    until(lambda: room.process.step(40.0) or len(room.made) == 2)  # type: ignore[func-returns-value]
    room.process.step(41.0)
    assert room.views[-1].trouble == ""


def test_a_network_that_is_opened_again_for_a_hub_is_no_silent_disk_and_keeps_what_was_tried(
    tmp_path: Path,
) -> None:
    threads_end = [False]

    class Finds(Good):
        def __init__(self, around: Surroundings, options: HubOptions) -> None:
            super().__init__(around, options)
            around.endings.append(lambda: threads_end[0])

        def advance(self, now: float) -> None:
            super().advance(now)
            self.around.anew = "c listens at 10.0.0.3:7447" if now == 1.0 else ""
            if now == 1.0:
                self.around.tried.add(("c", "10.0.0.3:7447"))

    room = Room(tmp_path, Finds)
    for now in (1.0, 1.2, 1.4):  # its threads still write
        room.process.step(now)
    assert [one.closed for one in room.made] == [[False]]
    assert {view.trouble for view in room.views} == {""}
    threads_end[0] = True
    room.process.step(1.6)
    assert len(room.made) == 2
    assert room.made[1].around.tried == {("c", "10.0.0.3:7447")}


def test_parts_of_a_network_that_was_opened_by_half_are_closed(tmp_path: Path) -> None:
    class Unbuilt(Good):
        def __init__(self, around: Surroundings, options: HubOptions) -> None:
            super().__init__(around, options)
            raise PhotophoreError("the network is gone")

    room = Room(tmp_path, Good, Unbuilt)
    room.process.step(1.0)
    assert [one.closed for one in room.made] == [[False]]


def test_shares_and_stories_are_closed_without_waiting_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, writing = threading.Event(), threading.Event()

    def save(_file: StateFile, _state: dict[str, Any]) -> bool:
        writing.set()
        return free.wait()

    monkeypatch.setattr(StateFile, "save", save)
    around = Surroundings(
        hub="north", folder=tmp_path, mesh=LocalBus(LocalHub()), local=LocalBus(LocalHub()),
        members=frozenset({"north"}),
    )  # fmt: skip
    parts: list[Part] = [
        SharePart(around, msgspec.structs.replace(OPTIONS, hubs=("north",), watts=100.0)),
        Stories(around),
    ]
    parts[0].advance(1.0)
    assert writing.wait(60.0)
    waits: list[float | None] = []
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "join", lambda _thread, timeout=None: waits.append(timeout))
        for one in parts:
            one.close()
    assert set(waits) <= {0.0}
    assert not all(end() for end in around.endings)
    free.set()
    until(lambda: all(end() for end in around.endings))
