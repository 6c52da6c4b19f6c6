import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.clock import ManualClock
from installation.errors import ShowError
from installation.signal import open_replay, record_line, replay, trace_line
from installation.values import Command, Frame, Reading
from tests.installation.signal.build import Bench, number, route, signal, step

SCALARS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53), st.booleans(), st.text()
)
ENTRIES = st.one_of(
    st.builds(
        Reading,
        st.text(),
        st.lists(SCALARS).map(tuple),
        st.floats(0, 1e6),
        st.text(max_size=5),
        st.just(False),
    ),
    st.builds(Command, st.text(), st.lists(SCALARS).map(tuple), st.floats(0, 1e6), st.text(max_size=5)),
)


@given(st.integers(0, 2**40), st.floats(0, 1), st.lists(ENTRIES, max_size=4))
def test_what_was_recorded_reads_back_the_same(index: int, dt: float, inbox: list[Reading | Command]) -> None:
    line = record_line(Frame(index, 0.0, dt), inbox)
    (back,) = replay([line], "night.jsonl")

    assert "\n" not in line
    assert (back.index, back.dt, list(back.inbox)) == (index, dt, inbox)


def test_private_readings_are_never_recorded() -> None:
    secret, open_ = Reading("/osc/heart", (71.5,), 0.0, private=True), Reading("/osc/x", (1,), 0.0)

    assert json.loads(record_line(Frame(0, 0, 0), [secret, open_]))["inbox"] == [
        {"address": "/osc/x", "source": "", "time": 0.0, "values": [1]}
    ]


@given(st.one_of(st.text(), st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["frame", "dt", "inbox", "verb", "values", "address"]), inner),
    ),
).map(json.dumps)))  # fmt: skip
def test_anything_else_is_our_one_error_with_its_line(line: str) -> None:
    said = ""
    try:
        list(replay(["", line], "night.jsonl"))
    except ShowError as error:
        said = str(error)

    assert said == "" or said.startswith("night.jsonl:2:1: not a frame")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="cannot be read"):
        list(open_replay(tmp_path / "none.jsonl"))


def test_bytes_that_are_not_text_are_said(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(ShowError, match="cannot be read"):
        list(open_replay(path))


def test_a_replayed_night_makes_the_same_trace(tmp_path: Path) -> None:
    def stage() -> Bench:
        return Bench(
            [number("/a"), number("/b", 0.5)],
            [
                route("/osc/x", "/a", "replace", step("smooth", 0.2), fallback=0.0, stale=0.1),
                route("/signal/n", "/b", "add", step("delay", 0.1)),
            ],
            [signal("n", "noise", rate=2.0, low=-1)],
        )

    live, lines, trace = stage(), [], []
    clock = ManualClock(1 / 60)
    for index in range(90):
        frame = clock.tick()
        inbox = [Reading("/osc/x", (index / 90,), 1000.0 + index)] if index % 13 < 3 else []
        for entry in inbox:
            live.signals.receive(entry, frame.time)
        live.chain.process(frame)
        lines.append(record_line(frame, inbox))
        trace.append(trace_line(frame, live.signals, live.tree))
    path = tmp_path / "night.jsonl"
    path.write_text("\n".join(lines) + "\n")

    again, clock = stage(), ManualClock(1 / 60)
    for recorded, line in zip(open_replay(path), trace, strict=True):
        frame = clock.tick()
        assert (recorded.index, recorded.dt) == (frame.index, frame.dt)
        for entry in recorded.inbox:
            assert isinstance(entry, Reading)
            again.signals.receive(entry, frame.time)
        again.chain.process(frame)
        assert trace_line(frame, again.signals, again.tree) == line
