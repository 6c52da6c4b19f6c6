"""Gesture loops by themselves: any order of presses, touches and tempi."""

from hypothesis import given, settings
from hypothesis import strategies as st

from installation.tempo.loops import MOST_BARS, Loop, Touch
from installation.values import Beat

PRESS = st.sampled_from(
    ["record", "play", "stop", "clear", "touch", "touch", "other", "take", "leap", "none"]
)


@given(
    st.lists(st.tuples(PRESS, st.floats(0.001, 0.25), st.floats(20.0, 300.0)), max_size=250),
    st.booleans(),
    st.sampled_from([None, 1, 2, 16]),
)
@settings(max_examples=150)
def test_a_loop_plays_only_what_was_touched_in_order_and_never_what_somebody_holds(
    events: list[tuple[str, float, float]], known: bool, bars: int | None
) -> None:
    loop, position, time, held = Loop(), 0.0, 0.0, set[str]()
    number = 0
    for press, dt, bpm in events:
        passes = loop._pass
        match press:
            case "record":
                loop.record(Beat(position, bpm, 4), time, known=known, bars=bars)
            case "play":
                loop.play(Beat(position, bpm, 4), time)
            case "stop":
                loop.stop()
            case "clear":
                loop.clear()
            case "leap":
                position += 37.0
        time, position = time + dt, position + dt * bpm / 60.0
        played = list(loop.advance(Beat(position, bpm, 4), time))
        if press == "leap" or loop._pass != passes or not loop.plays:
            held.clear()
        assert all(isinstance(one, Touch) for one in played)
        assert len({one.address for one in played}) == len(played)
        assert not held & {one.address for one in played}
        if press in ("touch", "other"):
            number += 1
            loop.touch(f"/{press}", (float(number),))
        elif press == "take":
            loop.take({"/touch"})
        if loop.plays and press in ("touch", "other", "take"):
            held.add("/touch" if press == "take" else f"/{press}")
        places = [one.at for one in loop.touches]
        assert places == sorted(places)
        assert all(place >= 0.0 for place in places)
        if loop.plays and not loop.free:
            assert loop.length <= MOST_BARS * 4
            assert loop.length % 4 == 0
            assert loop.length > 0
        if loop.state == "empty":
            assert loop.touches == ()


def test_what_was_touched_in_one_frame_is_played_in_its_order() -> None:
    loop = Loop()
    loop.record(Beat(0.0), 0.0, known=True, bars=1)
    for frame in range(1, 45):
        list(loop.advance(Beat(frame / 10), frame / 20))
        if frame == 10:
            loop.touch("/a", (1.0,))
            loop.touch("/a", (2.0,))
            loop.touch("/b", (3.0,))

    found = [list(loop.advance(Beat(frame / 10), frame / 20)) for frame in range(45, 80)]

    assert [(one.address, one.values) for played in found for one in played] == [
        ("/a", (2.0,)),
        ("/b", (3.0,)),
    ]
