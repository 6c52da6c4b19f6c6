import pytest

from installation.operator.twin import Twin, Twins, step_value
from installation.surface.library import load_controllers

CONTROLLERS = load_controllers()


def twin(address: str) -> Twin:
    return Twin(CONTROLLERS[address])


def test_a_fader_sends_seven_bits_at_its_address_and_only_when_it_moves() -> None:
    made = twin("nanokontrol2")
    fader = made.profile.by_name["fader/1"]

    assert made.act(fader, "place", 0.5) == ("/midi/nanokontrol2/cc/0", 64 / 127)
    assert made.act(fader, "place", 0.501) is None
    assert made.act(fader, "place", 7.0) == ("/midi/nanokontrol2/cc/0", 1.0)


def test_a_button_sends_1_when_pressed_and_0_when_let_go_once_each() -> None:
    made = twin("nanokontrol2")
    button = made.profile.by_name["s/1"]

    assert made.act(button, "release") is None
    assert made.act(button, "press") == ("/midi/nanokontrol2/cc/32", 1.0)
    assert made.act(button, "release") == ("/midi/nanokontrol2/cc/32", 0.0)
    assert made.act(button, "release") is None


@pytest.mark.parametrize(("relative", "up", "down"), [("offset", 65, 63), ("twos", 1, 127), ("sign", 1, 65)])
def test_an_encoder_sends_the_bytes_of_its_kind_of_steps(relative: str, up: int, down: int) -> None:
    assert step_value(relative, up=True) * 127 == pytest.approx(up)
    assert step_value(relative, up=False) * 127 == pytest.approx(down)


def test_an_encoder_without_end_takes_steps_only() -> None:
    made = next(
        Twin(one) for one in CONTROLLERS.values() if any(control.relative for control in one.controls)
    )
    encoder = next(control for control in made.profile.controls if control.relative)

    assert made.act(encoder, "place", 0.5) is None
    sent = made.act(encoder, "step", -1.0)

    assert sent is not None
    assert sent == (made.address(encoder), step_value(encoder.relative, up=False))


@pytest.mark.parametrize("address", CONTROLLERS)
def test_every_control_of_a_twin_lies_within_it_and_none_has_no_size(address: str) -> None:
    for box in twin(address).boxes():
        assert box.width > 0
        assert box.height > 0
        assert box.x >= -1e-9
        assert box.x + box.width <= 1 + 1e-9
        assert box.y >= -1e-9
        assert box.y + box.height <= 1 + 1e-9


def test_a_light_of_the_twin_is_what_the_device_shows() -> None:
    pads, korg = twin("apc-mini-mk2"), twin("nanokontrol2")
    pad, button = pads.profile.by_name["pad/1"], korg.profile.by_name["s/1"]
    fader = korg.profile.by_name["fader/1"]

    red, green, blue = pads.light(pad, (1.0, 0, 1.0, 0.0, 0.0)) or (0.0, 0.0, 0.0)
    assert red > 0.5 > max(green, blue)
    assert pads.light(pad, (0.0, 0, 1.0, 0.0, 0.0)) is None
    assert korg.light(button, (1.0, 1, 0.0, 1.0, 0.0)) is not None
    assert korg.light(button, (0.15, 0, 1.0, 1.0, 1.0)) is None  # it is only on or off
    assert korg.light(fader, (1.0, 0, 1.0, 1.0, 1.0)) is None  # it has none


def test_the_twin_of_what_is_plugged_in_is_looked_at_until_another_is_chosen() -> None:
    twins = Twins([twin("apc-mini-mk2"), twin("nanokontrol2")])

    assert twins.number(lambda _device: False) == 0
    assert twins.number(lambda device: device == "/midi/nanokontrol2") == 1
    twins.chosen = 0
    assert twins.number(lambda device: device == "/midi/nanokontrol2") == 0


def test_a_controller_is_told_of_as_long_as_nothing_of_it_is_bound() -> None:
    twins = Twins([twin("apc-mini-mk2")])
    (one,) = twins.each
    told = ("/midi/apc-mini-mk2/twin", 1.0)

    assert twins.announce(one, ["/midi/apc-mini-mk2/note/1"], 10.0) is None
    assert twins.announce(one, ["/midi/apc-mini/note/1", "/osc/hand"], 10.0) == told
    assert twins.announce(one, [], 11.0) is None
    assert twins.announce(one, [], 16.0) == told


def test_a_controller_with_nothing_to_move_is_told_of_more_and_more_seldom() -> None:
    twins = Twins([twin("apc-mini-mk2")])
    (one,) = twins.each
    told = [second for second in range(2000) if twins.announce(one, [], float(second))]
    assert told == [0, 5, 15, 35, 75, 155, 315, 615, 915, 1215, 1515, 1815]
    assert twins.announce(one, [f"{one.profile.prefix}/note/1"], 2000.0) is None
    assert twins.announce(one, [], 2001.0), "the stage has forgotten it"
    assert twins.announce(one, [], 2006.0)
