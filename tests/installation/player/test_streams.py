"""The ``[[send]]`` of a show, frame by frame."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.player.outgoing.streams import Streams
from installation.player.player import Player
from installation.show import load_show
from installation.values import Command, Reading
from tests.installation.player.test_player import make, order

Told = tuple[str, tuple[object, ...]]


def sending(folder: Path, *sends: str) -> tuple[Player, Streams]:
    show = folder / "show.toml"
    show.write_text(show.read_text() + "".join(f"\n[[send]]\n{one}\n" for one in sends))
    player = make(folder)
    return player, Streams(player.show.sends, player.tree, player.signals, player.refusals)


def step(player: Player, streams: Streams, *entries: Reading | Command) -> list[Told]:
    done = player.step(entries, 0.0)
    assert done.refused == ()
    return [(one.address, one.values) for one in streams.messages(done.frame)]


def hear(address: str, *values: float, private: bool = False) -> Reading:
    return Reading(address.removeprefix("/osc"), values, 0.0, "osc", private)  # as it comes in


def run(player: Player, streams: Streams, frames: int) -> list[Told]:
    return [one for _ in range(frames) for one in step(player, streams)]


def test_a_signal_is_sent_when_it_changes_and_not_again(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/osc/x"\nto = "c"\naddress = "/out"')
    assert step(player, streams) == []  # nobody knows it yet
    assert step(player, streams, hear("/osc/x", 0.5)) == [("/out", (0.5,))]
    assert run(player, streams, 30) == []
    assert step(player, streams, hear("/osc/x", 0.5)) == []
    assert step(player, streams, hear("/osc/x", 0.75)) == [("/out", (0.75,))]


def test_only_digits_that_arrive_count(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/osc/x"\nto = "c"\naddress = "/out"')
    assert step(player, streams, hear("/osc/x", 0.5))
    assert step(player, streams, hear("/osc/x", 0.5 + 1e-12)) == []


def test_it_is_sent_again_where_a_keep_alive_is_stated(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/osc/x"\nto = "c"\naddress = "/out"\nkeep_alive = 0.5')
    assert step(player, streams, hear("/osc/x", 0.5)) == [("/out", (0.5,))]
    assert run(player, streams, 29) == []
    assert run(player, streams, 31) == 2 * [("/out", (0.5,))]


def test_modulators_apply(small_show: Path) -> None:
    shape = "shape = [{ remap = [0, 1, 10, 20] }]"
    player, streams = sending(small_show, f'from = "/osc/x"\nto = "c"\naddress = "/out"\n{shape}')
    assert step(player, streams, hear("/osc/x", 0.5)) == [("/out", (15.0,))]


def test_a_point_is_one_message_with_its_fixed_arguments_first(small_show: Path) -> None:
    lines = 'from = "/osc/{x,y}"\nto = "c"\naddress = "/pad"\nvalues = [2, "in"]'
    player, streams = sending(small_show, lines)
    assert step(player, streams, hear("/osc/x", 0.25)) == []  # not before all of it is known
    assert step(player, streams, hear("/osc/y", 0.5)) == [("/pad", (2, "in", 0.25, 0.5))]


def test_a_parameter_is_sent_as_it_is_effective(small_show: Path) -> None:
    tint = 'from = "/scene/one/tint"\nto = "c"\naddress = "/tint"'
    glow = 'from = "/scene/one/glow"\nto = "c"\naddress = "/glow"\ntype = "int"'
    glow += "\nshape = [{ remap = [0, 1, 0, 100] }]"
    player, streams = sending(small_show, tint, glow)
    first = dict(step(player, streams))
    assert first == {"/tint": (0.0, 0.5, 1.0, 1.0), "/glow": (25,)}
    said = step(player, streams, order("set", "/scene/one/glow", 0.5))
    assert said == [("/glow", (50,))]
    assert type(said[0][1][0]) is int


def test_midi_is_scaled_clamped_and_sent_only_as_a_byte_changes(small_show: Path) -> None:
    lines = ('from = "/osc/x"\nmidi = "cc 1 7"', 'from = "/osc/b"\nmidi = "pitch 2"')
    player, streams = sending(small_show, *lines)
    assert step(player, streams, hear("/osc/x", 0.5), hear("/osc/b", -0.5)) == [
        ("/cc/1/7", (64,)),
        ("/pitch/2", (-4096,)),
    ]
    assert step(player, streams, hear("/osc/x", 0.501)) == []
    assert step(player, streams, hear("/osc/x", 7.0), hear("/osc/b", 7.0)) == [
        ("/cc/1/7", (127,)),
        ("/pitch/2", (8191,)),
    ]


def test_a_rise_sends_once_also_a_tap_within_a_frame(small_show: Path) -> None:
    player, streams = sending(
        small_show, 'from = "/osc/p"\nto = "c"\naddress = "/go"\nvalues = [1]\non = "rise"'
    )
    assert step(player, streams, hear("/osc/p", 1.0)) == [("/go", (1,))]
    assert run(player, streams, 5) == []
    step(player, streams, hear("/osc/p", 0.0))
    taps = step(
        player, streams, hear("/osc/p", 1.0), hear("/osc/p", 0.0), hear("/osc/p", 1.0), hear("/osc/p", 0.0)
    )
    assert taps + run(player, streams, 10) == 2 * [("/go", (1,))]


def test_a_note_hears_a_tap_within_a_frame_and_is_an_event(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/osc/p"\nmidi = "note 10 36"')
    step(player, streams, hear("/osc/p", 0.0))
    said = step(player, streams, hear("/osc/p", 1.0), hear("/osc/p", 0.0)) + run(player, streams, 3)
    assert said == [("/note/10/36", (127,)), ("/note/10/36", (0,))]
    done = player.step([hear("/osc/p", 1.0)], 0.0)
    assert [one.stream for one in streams.messages(done.frame)] == [False]


def test_a_parameter_that_stands_high_at_the_start_is_no_rise(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/scene/two/glow"\nto = "c"\naddress = "/go"\non = "rise"')
    assert run(player, streams, 3) == []
    step(player, streams, order("set", "/scene/two/glow", 0.0))
    assert step(player, streams, order("set", "/scene/two/glow", 1.0)) == [("/go", ())]


def test_what_is_private_is_never_sent_and_that_is_counted(small_show: Path) -> None:
    lines = (
        'from = "/osc/heart"\nto = "c"\naddress = "/heart"',
        'from = "/osc/heart"\nto = "c"\naddress = "/beat"\non = "rise"',
        'from = "/scene/one/glow"\nto = "c"\naddress = "/glow"',
        'from = "/osc/{heart,x}"\nto = "c"\naddress = "/both"',
    )
    player, streams = sending(small_show, *lines)
    assert step(player, streams) == [("/glow", (0.25,))]
    hand = hear("/hand", 0.875, private=True)  # the show's own route takes it to the parameter
    said = step(player, streams, hear("/osc/x", 0.5), hear("/heart", 0.875, private=True), hand)
    said += run(player, streams, 60)
    assert said == []  # of the parameter its base, which has not moved
    assert player.tree.hidden.any()
    (refused,) = (one for one in player.refusals.report() if "private" in one.reason)
    assert refused.count >= 3
    assert "0.875" not in str(refused)


def test_a_stale_signal_falls_back_or_is_released(small_show: Path) -> None:
    lines = (
        'from = "/osc/x"\nto = "c"\naddress = "/a"\nfallback = 0.0\nstale = 0.1',
        'from = "/osc/x"\nto = "c"\naddress = "/b"\nfallback = "release"\nstale = 0.1\nkeep_alive = 0.02',
    )
    player, streams = sending(small_show, *lines)
    assert step(player, streams, hear("/osc/x", 0.5)) == [("/a", (0.5,)), ("/b", (0.5,))]
    later = run(player, streams, 60)
    assert [values for address, values in later if address == "/a"] == [(0.0,)]
    assert 1 < len([1 for address, _ in later if address == "/b"]) < 10


def test_an_edit_keeps_what_goes_on_and_begins_what_is_new(small_show: Path) -> None:
    player, streams = sending(small_show, 'from = "/osc/x"\nto = "c"\naddress = "/old"')
    assert step(player, streams, hear("/osc/x", 0.5)) == [("/old", (0.5,))]
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(text + '\n[[send]]\nfrom = "/osc/x"\nto = "c"\naddress = "/new"\n')
    streams.replace(load_show(small_show).sends)
    assert step(player, streams) == [("/new", (0.5,))]
    streams.replace(())
    assert step(player, streams, hear("/osc/x", 0.75)) == []


def test_a_new_scene_moves_slots_and_nothing_is_sent_for_it(small_show: Path) -> None:
    from installation.parameter import Kind, Parameter

    player, streams = sending(small_show, 'from = "/scene/two/glow"\nto = "c"\naddress = "/glow"')
    assert step(player, streams)
    player.tree.add([Parameter("/a/new/one", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    player.tree.remove("/scene/one")
    values = run(player, streams, 3)
    assert all(0.5 <= value <= 1.0 for _, (value,) in values)  # noise on 0.75


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('from = "/osx/x"\nto = "c"\naddress = "/x"', "from: no signal and no parameter /osx/x"),
        (
            'from = "/scene/one/tint"\nto = "c"\naddress = "/x"\non = "rise"',
            "which do not rise",
        ),
        ('from = "/scene/one/tint"\nmidi = "cc 1 7"', "several numbers, and the message takes one"),
        ('from = "/osc/x"\nto = "c"\naddress = "/x"\nshape = [{ smoth = 1 }]', "smoth"),
    ],
)
def test_what_cannot_be_sent_is_found_before_the_show_begins(small_show: Path, lines, said) -> None:
    with pytest.raises(ShowError, match=said) as caught:
        sending(small_show, lines)
    assert all("show.toml" in one.where.file for one in caught.value.findings)


def test_the_same_inbox_gives_the_same_messages(small_show: Path) -> None:
    def night() -> Iterable[Told]:
        player = make(small_show)
        streams = Streams(player.show.sends, player.tree, player.signals, player.refusals)
        said = []
        for frame in range(200):
            entries = [hear("/osc/x", frame / 200)] if frame % 3 == 0 else []
            said += step(player, streams, *entries)
        return said

    show = small_show / "show.toml"
    for name in ("/osc/x", "/signal/wave", "/scene/two/glow"):
        show.write_text(show.read_text() + f'\n[[send]]\nfrom = "{name}"\nto = "c"\naddress = "/a{name}"\n')
    first = list(night())
    assert len(first) > 300
    assert first == list(night())
