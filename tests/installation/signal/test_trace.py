import json

from installation.parameter import Kind, Parameter
from installation.signal import trace_line
from installation.values import Frame, Reading
from tests.installation.signal.build import Bench, number, route


def test_a_line_has_the_stated_keys_sorted_and_floats_that_read_back() -> None:
    colour = Parameter("/c", Kind.COLOR, (1, 1, 1, 1), (0,) * 4, (1,) * 4)
    bench = Bench([number("/b", 0.1), colour, number("/a")], [route("/osc/x", "/a")])
    bench.feed(x=0.1 + 0.2)
    bench.run()
    guard = {"reduction": 0.5, "active": True}
    line = trace_line(Frame(3, 0.1, 1 / 60), bench.signals, bench.tree, guard, scene="sea", cue="5")

    assert line == (
        '{"cue":"5","frame":3,"guard":{"active":true,"reduction":0.5},'
        '"parameters":{"/a":0.30000000000000004,"/b":0.1,"/c":[1.0,1.0,1.0,1.0]},"scene":"sea",'
        '"signals":{"/osc/x":0.30000000000000004},"time":0.1}'
    )


def test_private_signals_never_reach_the_trace() -> None:
    bench = Bench([], [])
    bench.signals.receive(Reading("/osc/heart", (71.5,), 0.0, private=True), 0.0)
    line = trace_line(Frame(0, 0.0, 0.0), bench.signals, bench.tree)

    assert "heart" not in line
    assert "71.5" not in line


def test_the_effective_value_is_traced_not_the_base() -> None:
    bench = Bench([number("/a", 0.2)], [route("/osc/x", "/a")])
    bench.feed(x=0.9)
    bench.run()

    assert json.loads(trace_line(Frame(0, 0, 0), bench.signals, bench.tree))["parameters"] == {"/a": 0.9}
