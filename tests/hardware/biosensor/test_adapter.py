"""The adapter of the simulated people, beyond what every adapter promises."""

import msgspec
import pytest

from hardware.biosensor import VirtualPeople, VirtualPeopleSettings


def test_it_sends_private_readings_of_so_many_people() -> None:
    adapter = VirtualPeople("people", VirtualPeopleSettings(people=3, rate=60.0))
    adapter.open()
    try:
        readings = list(adapter.receive(1.0))
    finally:
        adapter.close()

    assert {reading.address.split("/")[2] for reading in readings} == {"1", "2", "3"}
    assert all(reading.private for reading in readings)
    assert adapter.counters.received == len(readings)
    assert adapter.detail == "3 simulated people"


@pytest.mark.parametrize("setting", [{"people": 0}, {"people": 41}, {"walking": 1.5}, {"rate": 1000}])
def test_settings_out_of_range_are_refused_by_name(setting: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(setting))):
        msgspec.convert(setting, VirtualPeopleSettings)
