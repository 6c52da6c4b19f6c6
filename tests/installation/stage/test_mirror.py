"""Values told to remotes: when, how often, and not to the one who moves them."""

from collections.abc import Sequence

import pytest

from installation.contract import ControlSurface, Message, Settings
from installation.devices import SurfaceSupervisor
from installation.parameter import Kind, Parameter, Tree
from installation.stage.outgoing import mirror as module
from installation.stage.outgoing.mirror import ECHO, INTERVAL, Mirror
from installation.values import Reading


class Remote(ControlSurface):
    """A remote whose supervisor never starts: what it would be shown is read from there."""

    kind = "remote"
    Settings = Settings
    shows_bases = True

    @property
    def mirrors(self) -> bool:
        return self.shows_bases

    def open(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""

    def receive(self, timeout: float) -> Sequence[Reading]:
        return []

    def feedback(self, messages: Sequence[Message]) -> None:
        """Never called."""


class Desk:
    """Two remotes and a tree."""

    def __init__(self, *names: str) -> None:
        self.tree = Tree(
            [
                Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,)),
                Parameter("/on", Kind.BOOL, (0.0,), (0.0,), (1.0,)),
                Parameter("/bang", Kind.EVENT, (0.0,), (0.0,), (1.0,)),
                Parameter("/tint", Kind.COLOR, (0.0,) * 4, (0.0,) * 4, (1.0,) * 4),
                Parameter("/hidden", Kind.FLOAT, (0.0,), (0.0,), (1.0,), access="internal"),
            ]
        )
        self.surfaces = {
            name: SurfaceSupervisor(Remote(name, Settings()), lambda _readings: None) for name in names
        }
        self.mirror = Mirror(self.tree, list(self.surfaces.values()))
        self.now = 100.0

    def shown(self, name: str) -> dict[str, tuple[object, ...]]:
        """What a remote has been shown since this was asked last."""
        surface = self.surfaces[name]
        news, surface._waiting = surface._waiting, {}
        return {one.address: one.values for one in news.values()}

    def frame(self, *entries: Reading, seconds: float = INTERVAL) -> None:
        self.now += seconds
        self.mirror.frame(entries, self.now)


def test_all_is_told_at_first_and_then_what_changes() -> None:
    desk = Desk("pad")
    desk.frame()
    first = desk.shown("pad")
    assert first == {"/master": (1.0,), "/on": (0,), "/tint": (0.0, 0.0, 0.0, 0.0)}
    assert type(first["/on"][0]) is int
    desk.frame()
    assert desk.shown("pad") == {}
    desk.tree.set("/tint", (0.5, 0.0, 0.0, 1.0))
    desk.tree.effective[:] = 0.125  # a route moves it: no matter
    desk.frame()
    assert desk.shown("pad") == {"/tint": (0.5, 0.0, 0.0, 1.0)}


def test_thirty_times_a_second_at_most() -> None:
    desk = Desk("pad")
    told = 0
    for frame in range(120):
        desk.tree.set("/master", (frame / 120,))
        desk.frame(seconds=1 / 120)
        told += bool(desk.shown("pad"))
    assert 28 <= told <= 31


def test_who_moves_it_is_told_when_the_hand_has_gone_and_others_at_once() -> None:
    desk = Desk("pad", "tablet")
    desk.frame()
    desk.shown("pad"), desk.shown("tablet")
    for value in (0.2, 0.3, 0.4):
        desk.tree.set("/master", (value,))
        desk.frame(Reading("/master", (value,), desk.now, "pad"))
        assert desk.shown("pad") == {}
        assert desk.shown("tablet") == {"/master": (value,)}
    desk.frame(seconds=ECHO - 0.01)
    assert desk.shown("pad") == {}
    desk.frame(seconds=0.02)
    assert desk.shown("pad") == {"/master": (0.4,)}


def test_a_pattern_moves_all_that_it_matches() -> None:
    desk = Desk("pad")
    desk.frame()
    desk.shown("pad")
    desk.tree.set("/master", (0.5,))
    desk.tree.set("/on", (1.0,))
    desk.frame(Reading("/{master,tint}", (0.5,), 0.0, "pad"))
    assert desk.shown("pad") == {"/on": (1,)}


def test_parameters_that_come_and_go_are_compared_anew() -> None:
    desk = Desk("pad")
    desk.frame()
    desk.shown("pad")
    desk.tree.remove("/on")
    desk.tree.add([Parameter("/new", Kind.FLOAT, (0.5,), (0.0,), (1.0,))])
    desk.frame()
    assert desk.shown("pad") == {"/new": (0.5,)}  # the supervisor leaves out what has not changed


def test_hundreds_are_told_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    desk = Desk("pad")
    counts = []
    for _ in range(3):
        desk.frame()
        counts.append(len(desk.shown("pad")))
    assert counts == [2, 1, 0]


def test_a_surface_that_does_not_mirror_is_told_nothing() -> None:
    desk = Desk("pad")
    desk.surfaces["pad"].adapter.shows_bases = False
    desk.frame()
    assert desk.shown("pad") == {}
