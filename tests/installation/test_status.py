"""The one value behind ``status``, the HUD, the page and ``/health``: its JSON, there and back."""

import msgspec
import pytest

from installation.status import (
    AdapterStatus,
    ContainedStatus,
    FrameStatus,
    GuardStatus,
    InterfaceStatus,
    InterventionStatus,
    KeeperStatus,
    ProcessStatus,
    RefusalStatus,
    StageStatus,
    Status,
    UniverseStatus,
    from_json,
    meanings,
    to_json,
)

WHOLE = Status(
    show="small",
    scene="one",
    blackout=True,
    interface=InterfaceStatus(state="attuned", since=0.0),
    frame=FrameStatus(index=3),
    guard=GuardStatus(
        last=InterventionStatus(seconds=1.0, cause="window", reason="because", reduction=0.5),
    ),
    keeper=KeeperStatus(look="live", universes=(UniverseStatus(number=1, lit=3, peak=0.5),)),
    processes=(ProcessStatus(name="keeper", pid=None, state="running"),),
    safe_mode="3 crashes",
    adapters=(AdapterStatus(name="osc", kind="osc", state="up", detail="udp"),),
    refused=(
        RefusalStatus(source="osc", reason="wrong kind", example="/a", remedy="send a number", count=2),
    ),
    contained=(ContainedStatus(part="the bus", count=1, last="OSError: full"),),
    errors=("x.toml:1:1: wrong",),
)


def test_json_comes_back_as_it_was_sent() -> None:
    raw = msgspec.json.decode(msgspec.json.encode(to_json(WHOLE)))

    assert from_json(raw, Status) == WHOLE
    assert from_json(to_json(Status()), Status) == Status()


def test_a_part_that_does_not_exist_is_an_empty_object_and_the_keys_of_the_contract_are_there() -> None:
    raw = to_json(Status(show="small"))

    contract = {"show", "cue", "scene", "uptime_s", "frame", "guard", "keeper", "adapters", "processes"}
    assert set(raw) >= contract | {"blackout", "panic", "safe_mode", "interface", "loop", "inbox", "errors"}
    assert raw["frame"] == raw["guard"] == raw["keeper"] == raw["interface"] == raw["loop"] == {}
    assert to_json(WHOLE)["processes"] == [
        {"name": "keeper", "pid": None, "state": "running", "restarts": 0, "trouble": ""}
    ]
    assert to_json(GuardStatus())["last"] == {}


def test_a_key_of_a_guard_that_no_field_knows_is_not_lost_in_silence() -> None:
    with pytest.raises(msgspec.ValidationError, match="depest"):
        msgspec.convert({"active": True, "depest": 0.5}, GuardStatus)


def test_every_field_has_its_meaning() -> None:
    told = dict(meanings())

    assert told["guard.last.seconds"]
    assert told["keeper.universes[].peak"]
    assert all(told.values())
    assert len(told) > len(meanings(StageStatus)) > 40
