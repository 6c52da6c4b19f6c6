import pytest

from installation.parameter import Kind, Parameter
from installation.show.model import FeedbackSpec, RouteSpec, SignalSpec
from installation.signal import check
from installation.signal.generators import SOURCES
from installation.signal.modulators.table import MODULATORS
from installation.values import Where
from tests.installation.signal.build import WHERE, edge, number, route, signal, step

KNOWN = {
    p.address: p
    for p in (
        number("/scene/sparkle/stir"),
        Parameter("/scene/sparkle/place", Kind.POINT, (0, 0), (0, 0), (1, 1)),
    )
}


def messages(specs: list[SignalSpec], routes: list[RouteSpec]) -> list[str]:
    return [str(finding) for finding in check(specs, routes, KNOWN)]


def test_a_good_show_has_no_findings() -> None:
    specs = [signal("tide", "lfo", value=0.1), signal("e", "envelope", trigger="/osc/drum")]
    routes = [
        route(source, "/scene/sparkle/stir", "add", step("one_euro", 1.0, 0.1), step("invert", True))
        for source in ("/signal/tide", "/osc/x", "/midi/nano/cc/16", "/mouse/x", "/key/a", "/picture/mean")
    ]
    assert messages(specs, [*routes, route("/osc/x", "/scene/sparkle/place", component=1)]) == []


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (signal("x", "lof", rate=1), "unknown kind of signal 'lof'; did you mean lfo?"),
        (signal("x", "lfo"), "lfo needs rate; write rate = a number from 0 to 100 Hz"),
        (
            signal("x", "lfo", rate=1, shape="sinus"),
            "lfo: shape cannot be 'sinus'; write one of sine, triangle",
        ),
        (signal("x", "lfo", rate=-1), "lfo: rate cannot be -1; write a number from 0 to 100 Hz"),
        (signal("x", "lfo", rate=1, hz=2), "lfo has no setting 'hz'; lfo takes rate, shape"),
        (signal("x", "lfo", rate=(1, "saw", 0, 4, 5, 6)), "lfo takes at most 5 values, not 6"),
        (signal("x", "envelope", trigger="/signal/y"), "no signal /signal/y; did you mean /signal/"),
        (signal("x", "envelope", trigger=3), "envelope: trigger cannot be 3; write the address of a signal"),
        (route("/osc/x", "/scene/sparkle/stri"), "no parameter /scene/sparkle/stri; did you mean"),
        (route("/mouse/z", "/scene/sparkle/stir"), "no signal /mouse/z; did you mean /mouse/"),
        (route("/hand/x", "/scene/sparkle/stir"), "no signal /hand/x; did you mean /osc/hand/x?"),
        (route("/osc/", "/scene/sparkle/stir"), "no signal /osc/; did you mean /mouse/"),
        (route("/osc/x", "/scene/sparkle/stir", component=1), "has no component 1; remove component"),
        (route("/osc/x", "/scene/sparkle/place", component=2), "its components are 0 to 1"),
        (route("/osc/x", "/scene/sparkle/stir", "add", step("smoth", 1)), "did you mean smooth?"),
        (route("/osc/x", "/scene/sparkle/stir", "add", step("smooth", "slow")), "time cannot be 'slow'"),
        (route("/osc/x", "/scene/sparkle/stir", "add", step("smooth", float("nan"))), "time cannot be nan"),
        (route("/osc/x", "/scene/sparkle/stir", "add", step("quantise", 1)), "from 2 to 1e+06"),
    ],
)
def test_each_mistake_is_named_with_its_place_and_a_way_out(item: SignalSpec | RouteSpec, words: str) -> None:
    found = messages([item], []) if isinstance(item, SignalSpec) else messages([], [item])

    assert len(found) == 1
    assert found[0].startswith("show.toml:3:1: ")
    assert words in found[0]


def test_all_mistakes_come_at_once_each_at_its_own_key() -> None:
    places = {
        "rate": Where("show.toml", 7, 8),
        "from": Where("show.toml", 9, 1),
        "to": Where("show.toml", 10, 1),
    }
    spec = SignalSpec("x", "lfo", {"rate": "fast"}, WHERE, places)
    bad = RouteSpec("/signal/y", "/nowhere", "add", (step("smoth", 1),), WHERE, places=places)
    found = [str(finding.where) for finding in check([spec, spec], [bad], KNOWN)]

    assert sorted(found) == sorted(
        [
            "show.toml:3:1",
            "show.toml:7:8",
            "show.toml:7:8",
            "show.toml:3:1",
            "show.toml:9:1",
            "show.toml:10:1",
        ]
    )


def test_tables_are_whole() -> None:
    for table in (SOURCES, MODULATORS):
        for kind, item in table.items():
            assert item.spec.kind == kind
            assert item.spec.description
            assert all(s.minimum < s.maximum for s in item.spec.settings)


def test_every_name_in_the_design_exists() -> None:
    wanted = {"remap", "curve", "smooth", "one-euro", "slew", "delay", "gate", "quantise", "envelope"}

    assert wanted <= set(MODULATORS)
    assert {"lfo", "noise", "envelope"} <= set(SOURCES)


STIR = "/scene/sparkle/stir"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            edge("e", "/scene/sparkle/stri", STIR),
            "no parameter and no signal /scene/sparkle/stri; did you mean",
        ),
        (edge("e", "/mouse/z", STIR), "no parameter and no signal /mouse/z; did you mean /mouse/"),
        (edge("e", STIR, "/scene/sparkle/stri"), f"no parameter /scene/sparkle/stri; did you mean {STIR}?"),
        (edge("e", "/scene/sparkle/place", STIR), "has 2 components; write from_component = 0 to 1"),
        (
            edge("e", "/scene/sparkle/place", STIR, source_component=2),
            "has no component 2; its components are",
        ),
        (edge("e", "/picture/centroid/z", STIR), "did you mean /picture/centroid/"),
        (edge("e", STIR, STIR, source_component=1), "has no component 1; remove from_component"),
        (edge("e", STIR, STIR, component=1), "has no component 1; remove component"),
        (edge("e", STIR, STIR, shape=(step("smoth", 1),)), "did you mean smooth?"),
    ],
)
def test_each_mistake_of_a_feedback_edge_is_named(spec: FeedbackSpec, words: str) -> None:
    found = [str(finding) for finding in check([], [], KNOWN, feedback=[spec])]

    assert len(found) == 1
    assert found[0].startswith("show.toml:3:1: ")
    assert words in found[0]


def test_good_edges_have_no_findings_and_two_of_a_name_have_one() -> None:
    good = [
        edge("a", STIR, STIR),
        edge("b", "/picture/zone/1/2", STIR),
        edge("c", "/lamps/power", "/scene/sparkle/place", component=1),
        edge("d", "/scene/sparkle/place", STIR, source_component=1),
    ]
    assert check([], [], KNOWN, feedback=good) == []

    (found,) = check([], [], KNOWN, feedback=[*good, edge("a", STIR, STIR)])
    assert found.message == "duplicate feedback edge 'a'"
    assert found.hint == "the first is at show.toml:3:1"
