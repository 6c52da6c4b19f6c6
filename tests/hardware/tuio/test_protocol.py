"""TUIO's frames: alive, set, fseq."""

import pytest

from hardware.tuio.protocol import MOST_SESSIONS, Frame, Refused, Tracker


def cursor(session: int, x: float, y: float) -> tuple[object, ...]:
    return ("set", session, x, y, 0.0, 0.0, 0.0)


def take(tracker: Tracker, *messages: tuple[object, ...]) -> list[Frame]:
    frames = [tracker.take(message, 1.0) for message in messages]  # type: ignore[arg-type]
    return [frame for frame in frames if frame is not None]


def test_a_frame_ends_with_its_number_and_not_before() -> None:
    tracker = Tracker("2Dcur")
    assert take(tracker, ("alive", 3, 4), cursor(3, 0.1, 0.2)) == []
    assert tracker.waiting
    assert take(tracker, ("fseq", 1)) == [Frame(frozenset({3, 4}), {3: (0.1, 0.2)})]
    assert not tracker.waiting


def test_a_late_frame_is_dropped_whole_and_the_next_is_taken() -> None:
    tracker = Tracker("2Dcur")
    take(tracker, ("alive", 3), ("fseq", 50))
    with pytest.raises(Refused, match="late"):
        take(tracker, ("alive",), ("fseq", 49))
    assert take(tracker, ("fseq", 51)) == [Frame(frozenset({3}), {})]


def test_a_tracker_that_was_started_again_is_not_late() -> None:
    tracker = Tracker("2Dcur")
    take(tracker, ("alive", 3), ("fseq", 5000))
    assert take(tracker, ("alive", 1), ("fseq", 1))[0].alive == {1}


def test_a_frame_in_several_bundles_and_one_that_repeats() -> None:
    tracker = Tracker("2Dcur")
    first, second, third = take(
        tracker,
        ("alive", 1, 2), cursor(1, 0.1, 0.1), ("fseq", 9),
        ("alive", 1, 2), cursor(2, 0.2, 0.2), ("fseq", 9),
        ("alive", 1, 2), cursor(1, 0.3, 0.3), ("fseq", -1),
    )  # fmt: skip
    assert (set(first.places), set(second.places), third.places[1]) == ({1}, {2}, (0.3, 0.3))


def test_a_place_of_a_session_that_is_not_alive_is_left_out() -> None:
    assert take(Tracker("2Dcur"), ("alive", 1), cursor(2, 0.5, 0.5), ("fseq", 1)) == [
        Frame(frozenset({1}), {}, 1)
    ]


@pytest.mark.parametrize(
    ("profile", "message", "place"),
    [
        ("2Dcur", ("set", 7, 0.25, 0.75, 0.0, 0.0, 0.0), (0.25, 0.75)),
        ("2Dobj", ("set", 7, 3, 0.25, 0.75, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0), (0.25, 0.75)),
        ("2Dblb", ("set", 7, 0.25, 0.75, 1.5, 0.1, 0.2, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0), (0.25, 0.75)),
        ("2Dcur", ("set", 7, -0.1, 1.1, 0.0, 0.0, 0.0), (0.0, 1.0)),
    ],
)
def test_every_profile_has_its_place(
    profile: str, message: tuple[object, ...], place: tuple[float, float]
) -> None:
    (frame,) = take(Tracker(profile), ("alive", 7), message, ("fseq", 1))
    assert frame.places == {7: place}


@pytest.mark.parametrize(
    "message",
    [
        (), ("alive", "one"), ("alive", True), ("alive", *range(MOST_SESSIONS + 1)), ("set",),
        ("set", 1, 0.5),
        ("set", 1.5, 0.5, 0.5, 0.0, 0.0, 0.0), ("set", 1, "x", 0.5, 0.0, 0.0, 0.0),
        ("set", 1, 7.0, 0.5, 0.0, 0.0, 0.0), ("fseq",), ("fseq", 1.5), ("fseq", True), ("hello", 1),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_to_do(message: tuple[object, ...]) -> None:
    with pytest.raises(Refused) as caught:
        take(Tracker("2Dcur"), message)
    assert caught.value.remedy


def test_places_without_an_end_are_bounded() -> None:
    tracker = Tracker("2Dcur")
    take(tracker, *(cursor(session, 0.5, 0.5) for session in range(MOST_SESSIONS)))
    with pytest.raises(Refused):
        take(tracker, cursor(MOST_SESSIONS, 0.5, 0.5))
