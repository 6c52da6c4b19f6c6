"""OSCQuery's answers, and the mirror behind them, on a bus within this process."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.commands import COMMANDS
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.telemetry import (
    DESCRIPTION,
    PICTURE,
    TELEMETRY,
    VALUES,
    WATCHING,
    Publisher,
    pack_values,
    unpack_values,
)
from installation.panel.mirror import STALE, Mirror
from installation.panel.oscquery import answer
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.status import StageStatus

PARAMETERS = [
    Parameter("/scene/sea/stir", Kind.FLOAT, (0.1,), (0.0,), (2.0,), unit="m/s", description="How hard"),
    Parameter("/scene/sea/count", Kind.INT, (3.0,), (0.0,), (9.0,)),
    Parameter("/scene/sea/on", Kind.BOOL, (0.0,), (0.0,), (1.0,)),
    Parameter("/scene/sea/hit", Kind.EVENT, (0.0,), (0.0,), (1.0,)),
    Parameter("/scene/sea/mode", Kind.CHOICE, (4.0,), (2.0,), (4.0,), values=(2, 4), labels=("calm", "wild")),
    Parameter("/scene/sea/where", Kind.POINT, (0.5, 0.5), (0.0, 0.0), (1.0, 1.0)),
    Parameter(
        "/scene/sea/tint",
        Kind.COLOR,
        (1.0, 0.5, 0.0, 1.0),
        (0.0,) * 4,
        (1.0,) * 4,
        tags=frozenset({"b", "a"}),
    ),
]


class House:
    def __init__(self):
        hub = LocalHub()
        self.stage, panel = LocalBus(hub), LocalBus(hub)
        self.tree = Tree(PARAMETERS)
        self.publisher = Publisher(self.stage, "sea-sparkle", ("127.0.0.1", 9137))
        self.mirror = Mirror(panel)
        self.panel = panel
        self.now = 100.0

    def frame(self, step=0.05, **signals):
        self.now += step
        self.publisher.publish(self.now, self.tree, **signals)
        self.mirror.refresh(self.now)


@pytest.fixture
def house():
    made = House()
    made.frame()
    return made


def body(house, path, query=""):
    found = answer(house.mirror.view(), path, query)
    assert found.status == 200
    return found.body


@pytest.mark.parametrize(
    ("name", "tag", "value"),
    [
        ("stir", "f", [0.1]),
        ("count", "i", [3]),
        ("on", "F", [False]),
        ("hit", "F", [False]),
        ("mode", "i", [4]),
        ("where", "ff", [0.5, 0.5]),
        ("tint", "ffff", [1.0, 0.5, 0.0, 1.0]),
    ],
)
def test_every_kind_has_its_type_tag_and_value(house, name, tag, value):
    node = body(house, f"/scene/sea/{name}")
    assert (node["TYPE"], node["VALUE"]) == (tag, value)
    assert [type(one) for one in node["VALUE"]] == [type(one) for one in value]
    assert node["ACCESS"] == 3
    assert node["FULL_PATH"] == f"/scene/sea/{name}"
    json.dumps(node, allow_nan=False)


def test_ranges_units_and_descriptions_follow_the_parameter(house):
    stir = body(house, "/scene/sea/stir")
    assert stir["RANGE"] == [{"MIN": 0.0, "MAX": 2.0}]
    assert stir["UNIT"] == ["m/s"]
    assert stir["DESCRIPTION"] == "How hard"
    assert body(house, "/scene/sea/mode")["RANGE"] == [{"VALS": [2, 4]}]
    assert len(body(house, "/scene/sea/where")["RANGE"]) == 2
    tint = body(house, "/scene/sea/tint")
    assert tint["EXTENDED_TYPE"] == ["color.rgba.r", "color.rgba.g", "color.rgba.b", "color.rgba.a"]
    assert tint["TAGS"] == ["a", "b"]
    assert "RANGE" not in body(house, "/scene/sea/on")


def test_containers_list_their_children_down_to_the_leaves(house):
    root = body(house, "/")
    assert root["FULL_PATH"] == "/"
    assert next(iter(root["CONTENTS"])) == "scene"
    assert set(root["CONTENTS"]["scene"]["CONTENTS"]["sea"]["CONTENTS"]) == {
        "stir",
        "count",
        "on",
        "hit",
        "mode",
        "where",
        "tint",
    }
    assert body(house, "/scene", "CONTENTS")["CONTENTS"]["sea"]["CONTENTS"]["stir"]["VALUE"] == [0.1]


def test_one_attribute_alone_and_the_three_ways_to_fail(house):
    assert body(house, "/scene/sea/stir", "VALUE") == {"VALUE": [0.1]}
    assert body(house, "/scene/sea/stir/", "TYPE") == {"TYPE": "f"}
    assert answer(house.mirror.view(), "/scene/sea/stir", "CONTENTS").status == 204
    assert answer(house.mirror.view(), "/scene", "VALUE").status == 204
    assert answer(house.mirror.view(), "/scene/sea/stir", "NONSENSE").status == 400
    assert answer(house.mirror.view(), "/scene/lake", "").status == 404
    assert answer(house.mirror.view(), "/scene/lake", "VALUE").status == 404


def test_commands_that_osc_may_give_are_listed_and_can_only_be_written(house):
    given = {one.address: one for one in COMMANDS.values() if one.osc and "{" not in one.address}
    for address, command in given.items():
        node = body(house, address)
        assert (node["ACCESS"], node["DESCRIPTION"]) == (2, command.help)
        assert "VALUE" not in node
        assert answer(house.mirror.view(), address, "VALUE").status == 204
    assert body(house, "/")["CONTENTS"]["go"]["TYPE"] == "I"
    assert body(house, "/rate")["TYPE"] == "f"
    assert answer(house.mirror.view(), "/quit", "").status == 404
    house.tree.add([Parameter("/blackout", Kind.BOOL, (0.0,), (0.0,), (1.0,))])
    house.frame()
    assert body(house, "/blackout")["ACCESS"] == 3
    assert answer(Mirror(LocalBus(LocalHub())).view(), "/go", "").status == 404


def test_host_info_says_where_osc_goes_and_promises_nothing_that_is_missing(house):
    info = body(house, "/", "HOST_INFO")
    assert info["NAME"] == "Photophore sea-sparkle"
    assert (info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("127.0.0.1", 9137, "UDP")
    assert info["EXTENSIONS"]["LISTEN"] is True
    assert info["EXTENSIONS"]["CRITICAL"] is False
    assert "WS_PORT" not in info
    told = answer(house.mirror.view(), "/", "HOST_INFO", ("192.168.1.5", 8137)).body
    assert (told["WS_IP"], told["WS_PORT"], told["OSC_IP"]) == ("192.168.1.5", 8137, "127.0.0.1")


def test_values_are_the_effective_ones(house):
    house.tree.set("/scene/sea/stir", [1.0])
    house.tree.settle()
    house.tree.effective[house.tree.slot("/scene/sea/stir")] = 1.25
    house.frame()
    assert body(house, "/scene/sea/stir", "VALUE") == {"VALUE": [1.25]}


def test_signals_are_read_only_and_slots_of_private_ones_stay_zero(house):
    values = np.array([0.25, 77.0, 0.75])  # the middle one is private
    house.frame(signals={"/osc/hand": 0, "/mouse/x": 2}, signal_values=values)
    hand = body(house, "/osc/hand")
    assert (hand["ACCESS"], hand["VALUE"]) == (1, [0.25])
    assert body(house, "/mouse/x", "VALUE") == {"VALUE": [0.75]}
    assert 77.0 not in house.mirror.values
    assert body(house, "/scene/sea/stir", "VALUE") == {"VALUE": [0.1]}


@pytest.mark.filterwarnings("error")
def test_a_signal_beyond_single_precision_is_told_as_the_largest_number(house):
    house.frame(signals={"/osc/hand": 0, "/osc/foot": 1}, signal_values=np.array([1e300, -1e300]))
    (hand,), (foot,) = (body(house, f"/osc/{name}", "VALUE")["VALUE"] for name in ("hand", "foot"))
    assert hand == -foot == pytest.approx(3.4028235e38)


def test_values_are_sent_at_most_thirty_times_a_second_and_only_when_they_change(house):
    heard = house.panel.subscribe(VALUES, capacity=1000)
    for step in range(600):  # ten seconds at 60 Hz
        house.tree.effective[0] = step / 600
        house.frame(1 / 60)
    assert 299 <= len(heard.drain()) <= 301
    for _ in range(60):
        house.frame(1 / 60)
    assert len(heard.drain()) <= 1


def test_a_changed_tree_is_described_anew_and_old_values_are_not_mistaken_for_new_ones(house):
    house.tree.remove("/scene/sea/stir")
    house.frame()
    assert answer(house.mirror.view(), "/scene/sea/stir", "").status == 404
    assert body(house, "/scene/sea/count", "VALUE") == {"VALUE": [3]}


def test_a_panel_that_missed_the_description_asks_for_it_again(house):
    house.stage.kept[DESCRIPTION] = b""
    lost = Mirror(house.panel)
    lost.refresh(house.now)
    assert not lost.directory.nodes
    house.tree.add([Parameter("/late", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    house.frame()
    lost._descriptions.drain()
    lost._early = unpack_values(house.stage.kept[VALUES])
    for _ in range(30):
        house.tree.effective[0] += 0.001
        house.frame()
        lost.refresh(house.now)
    assert "/late" in lost.directory.nodes


def test_the_mirror_is_stale_until_it_hears_the_stage_and_again_when_it_goes(house):
    assert house.mirror.stale(house.now)
    house.publisher.telemetry(house.now, StageStatus(scene="sea"))
    house.mirror.refresh(house.now)
    assert not house.mirror.stale(house.now + STALE - 0.1)
    assert house.mirror.stale(house.now + STALE + 0.1)
    assert house.mirror.telemetry == StageStatus(scene="sea")


def test_telemetry_goes_out_twice_a_second(house):
    heard = house.panel.subscribe(TELEMETRY, capacity=100)
    for step in range(600):
        house.publisher.telemetry(step / 60, StageStatus())
    assert len(heard.drain()) == 20


def test_pictures_are_wanted_five_times_a_second_and_only_while_somebody_watches(house):
    assert not house.publisher.wants_picture(1.0)
    end = house.panel.alive(WATCHING)
    assert house.publisher.wants_picture(1.0)
    house.publisher.picture(1.0, b"jpeg")
    assert not house.publisher.wants_picture(1.1)
    assert house.publisher.wants_picture(1.21)
    end()
    assert not house.publisher.wants_picture(2.0)


@given(st.sampled_from([DESCRIPTION, VALUES, TELEMETRY, PICTURE]), st.binary(max_size=200))
def test_no_bytes_on_the_bus_break_the_mirror(key, payload):
    house = House()
    house.frame()
    house.stage.put(key, payload)
    house.mirror.refresh(house.now)
    for path in ("/", "/scene/sea/stir"):
        answer(house.mirror.view(), path, "")


@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=50),
    st.integers(0, 2**64 - 1),
)
def test_values_survive_the_wire(values, version):
    found = unpack_values(pack_values(version, np.array(values, np.float32)))
    assert found is not None
    assert found[0] == version
    assert found[1].tolist() == values


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_request_gets_an_answer(path, query):
    house = House()
    house.frame()
    assert answer(house.mirror.view(), path, query).status in {200, 204, 400, 404}
