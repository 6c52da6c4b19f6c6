"""What a hub keeps of epochs, and whom it hears."""

from pathlib import Path

import msgspec
import pytest

from installation.hub.cues import Cues
from installation.hub.fireflies import Fireflies
from installation.hub.membership import STATE, Membership, unanswered
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from installation.hub.part import Part, Surroundings
from installation.hub.share import SharePart
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.site import FLASH, Fired, Own
from installation.ipc.state_file import StateFile
from installation.site.cues import Played
from installation.site.fair import Statement
from installation.site.members import Hello
from tests.parts import free_port
from tests.waiting import until


@pytest.mark.parametrize(("kept", "claimed"), [(7, 8), (2**64 - 1, 1), (-1, 1), ("seven", 1)])
def test_an_epoch_on_the_disk_that_cannot_be_is_none(tmp_path: Path, kept: object, claimed: int) -> None:
    StateFile(tmp_path, STATE).save({"epoch": kept})
    options = HubOptions(site="garden", hub="north", lead=50, listen=("127.0.0.1:0",))
    mesh = SiteMesh(options)
    try:
        around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()))
        around.own = Own(at=0.0, show="a show")
        part = Membership(around, options)
        for now in (0.0, 2.0, 4.0):
            part.advance(now)
        assert (around.leader, around.epoch) == ("north", claimed)
    finally:
        mesh.close()


@pytest.mark.parametrize(
    ("connect", "others", "age", "told"),
    [
        (("10.0.0.2:7447",), [], 20.0, True),
        (("10.0.0.2:7447",), ["away"], 20.0, True),
        (("10.0.0.2:7447",), ["away", "here"], 20.0, False),
        (("10.0.0.2:7447",), ["refused"], 20.0, False),
        (("10.0.0.2:7447",), [], 5.0, False),
        ((), [], 20.0, False),
    ],
)
def test_a_hub_that_nobody_answers_says_where_it_looked(
    connect: tuple[str, ...], others: list[str], age: float, told: bool
) -> None:
    found = unanswered(HubOptions(site="garden", hub="north", connect=connect), others, age)
    assert ("10.0.0.2:7447" in found) if told else (found == ""), found


@pytest.mark.parametrize(("leaving", "said"), [(True, ["open/bye/north"]), (False, [])])
def test_goodbye_is_said_only_by_who_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaving: bool, said: list[str]
) -> None:
    options = HubOptions(site="garden", hub="north", listen=("127.0.0.1:0",))
    mesh = SiteMesh(options)
    try:
        around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()))
        part = Membership(around, options)
        around.leaving, keys = leaving, list[str]()
        monkeypatch.setattr(mesh, "put", lambda key, _payload, **_: keys.append(key))
        part.close()
        assert keys == said
    finally:
        mesh.close()


def test_a_hub_of_the_venue_that_was_never_heard_is_told(tmp_path: Path) -> None:
    options = HubOptions(site="s", hub="north", listen=("127.0.0.1:0",), hubs=("north", "west"))
    mesh = SiteMesh(options)
    try:
        around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()))
        around.own = Own(at=0.0, show="a show")
        part = Membership(around, options)
        part.advance(0.0)

        stations = {one.name: (one.state, one.note) for one in part.report()["stations"]}  # type: ignore[attr-defined]

        assert stations == {"north": ("here", ""), "west": ("unheard", "it was never heard")}
    finally:
        mesh.close()


def test_numbers_of_another_stage_that_are_none_stop_no_view(tmp_path: Path) -> None:
    mesh = SiteMesh(HubOptions(site="garden", hub="north", listen=("127.0.0.1:0",)))
    try:
        around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()))
        part = Membership(around, HubOptions(site="garden", hub="north"))
        hub = LocalHub()
        part._owns, south = LocalBus(hub).subscribe("own/*", capacity=8), LocalBus(hub)
        for own in (Own(at=0.0, level=0.5), Own(at=0.0, level=float("nan")), Own(at=0.0, age=float("inf"))):
            south.put("own/south", msgspec.msgpack.encode(own))
        south.put("own/south", b"?")
        part.advance(1.0)

        assert around.others == {"south": Own(at=1.0, level=0.5)}
        assert part._refusals.total == 3
    finally:
        mesh.close()


def test_who_states_another_hub_s_name_is_not_heard_and_is_told(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    options = HubOptions(site="garden", hub="north", listen=(address,))
    mesh = SiteMesh(options)
    south = SiteMesh(HubOptions(site="garden", hub="south", connect=(address,)))
    try:
        around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()))
        around.own = Own(at=0.0, show="a show")
        part = Membership(around, options)
        said = Hello(hub="east", run=south.run, show="a show")
        south.put("open/hello/south", msgspec.msgpack.encode(said), keep=True)

        def told() -> str:
            part.advance(1.0)
            return str(part.report()["trouble"])

        until(lambda: "a message of south in the name of east" in told(), "it is told")
        assert [one.name for one in part.report()["stations"]] == ["north"]  # type: ignore[attr-defined]
    finally:
        south.close()
        mesh.close()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("cues/news/south", Played("east", 1, 1, 0.0, ())),
        ("cues/played/south", Played("east", 1, 1, 0.0, ())),
        ("flash/south", Fired(FLASH, ("east", 0.1, 0.2, 0, 0.0), 0.0)),
        ("share/watts/south", Statement(hub="east", incarnation=5, version=1, founded=0)),
    ],
)
def test_a_member_that_speaks_of_itself_as_a_hub_that_nobody_knows_is_told(
    tmp_path: Path, key: str, said: object
) -> None:
    address = f"127.0.0.1:{free_port()}"
    options = HubOptions(site="garden", hub="north", hubs=("north", "south"), listen=(address,), watts=10.0)
    mesh = SiteMesh(options)
    south = SiteMesh(HubOptions(site="garden", hub="south", connect=(address,)))
    around = Surroundings(hub="north", folder=tmp_path, mesh=mesh, local=LocalBus(LocalHub()), error=0.0)
    parts: list[Part] = []
    try:
        around.own = Own(at=0.0, show="a show")
        parts += [Membership(around, options), Cues(around), Fireflies(around), SharePart(around, options)]
        hello = Hello(hub="south", run=south.run, show="a show")
        south.put("open/hello/south", msgspec.msgpack.encode(hello), keep=True)

        def told() -> str:
            south.put(key, msgspec.msgpack.encode(said))
            for part in parts:
                part.advance(1.0)
            return str(parts[0].report()["trouble"])

        until(lambda: "a message of south in the name of east" in told(), "it is told")
        assert [one.name for one in parts[0].report()["stations"]] == ["north", "south"]  # type: ignore[attr-defined]
    finally:
        for part in parts:
            part.close()
        south.close()
        mesh.close()
