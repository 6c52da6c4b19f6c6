"""Which device the name in a venue file means."""

import pytest

from installation.errors import AdapterError
from installation.sound.devices.names import Device, Inventory, choose

FOUND = Inventory(
    devices=(
        Device(index=0, name="HDA Intel PCH: ALC257 Analog (hw:0,0)", api="ALSA", outputs=2, inputs=2),
        Device(index=1, name="Scarlett 18i20 USB: Audio (hw:1,0)", api="ALSA", outputs=20, inputs=18),
        Device(index=2, name="USB Microphone", api="ALSA", inputs=1),
        Device(index=3, name="pulse", api="ALSA", outputs=32, inputs=32),
        Device(index=4, name="default", api="ALSA", outputs=32, inputs=32),
    ),
    output=4,
    input=4,
)


@pytest.mark.parametrize(
    ("wanted", "way", "index"),
    [
        ("", "output", 4),
        ("scarlett", "output", 1),
        ("ALC257", "output", 0),
        ("usb", "input", 2),
        ("usb", "output", 1),
        ("PULSE", "input", 3),
    ],
)
def test_a_part_of_a_name_in_any_case_finds_a_device(wanted: str, way: str, index: int) -> None:
    assert way in ("output", "input")
    found = choose(wanted, FOUND, "output" if way == "output" else "input")
    assert found is not None
    assert found.index == index


def test_a_name_that_nobody_has_is_an_error_with_the_nearest() -> None:
    with pytest.raises(AdapterError, match="there is no output device 'pulze'; did you mean pulse"):
        choose("pulze", FOUND, "output")
    with pytest.raises(AdapterError, match="there is no output device 'USB Microphone'"):
        choose("USB Microphone", FOUND, "output")  # it cannot play


def test_no_device_at_all_is_no_error() -> None:
    assert choose("scarlett", Inventory(), "output") is None
    assert choose("", Inventory(devices=FOUND.devices[2:3]), "output") is None


def test_without_a_default_the_first_able_device_is_taken() -> None:
    found = choose("", Inventory(devices=FOUND.devices[1:3]), "input")
    assert found is not None
    assert found.index == 1


def test_jack_is_the_server_itself_and_not_alsas_way_to_it() -> None:
    way = Device(index=5, name="jack", api="ALSA", outputs=2, inputs=2)
    own = Device(index=6, name="system", api="JACK Audio Connection Kit", outputs=8, inputs=8)
    found = choose("JACK", Inventory(devices=(*FOUND.devices, way, own)), "output")
    assert found is own
    found = choose("jack", Inventory(devices=(*FOUND.devices, way)), "output")
    assert found is way, "PortAudio was built without JACK"


def test_a_device_is_also_found_by_what_its_server_calls_it() -> None:
    card = Device(index=9, name="Scarlett 4i4", api="PulseAudio", outputs=4, alias="alsa_output.usb-x")
    found = choose("output.usb", Inventory(devices=(*FOUND.devices, card)), "output")
    assert found is card
