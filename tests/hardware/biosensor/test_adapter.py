"""The adapter of the simulated people, beyond what every adapter promises."""

import msgspec
import pytest

from hardware.biosensor import MOST_PEOPLE, Crowd, MixedCrowd, VirtualPeople, VirtualPeopleSettings


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


def test_a_factor_lets_people_go_and_others_come_and_leaves_those_who_stay_alone() -> None:
    alone = Crowd(6, 3, walking=0.7)
    mixed = MixedCrowd(lambda count, more: Crowd(count, 3 + more, walking=0.7), 6)

    def people(factor: float) -> dict[str, float]:
        mixed.mix(factor)
        for crowd in (alone, mixed):
            crowd.advance(0.5)
        said = mixed.readings(0.0, "people")
        return {one.address: float(one.values[0]) for one in said if one.address.endswith("/x")}

    def own() -> dict[str, float]:
        said = alone.readings(0.0, "people")
        return {one.address: float(one.values[0]) for one in said if one.address.endswith("/x")}

    assert people(1.0) == own()
    assert len(people(0.5)) == mixed.count == 3
    assert people(0.0) == {}
    twice = people(2.0)
    assert len(twice) == 12 == mixed.count
    assert twice == twice | own()
    assert len({round(x, 9) for x in twice.values()}) == 12, "each is somewhere else"
    assert len(people(float("nan"))) == 12, "no value changes nothing"
    full = MixedCrowd(Crowd, MOST_PEOPLE)
    full.mix(2.0)
    assert full.count == MOST_PEOPLE


def test_the_adapter_lets_as_many_in_as_the_show_asks_for() -> None:
    adapter = VirtualPeople("people", VirtualPeopleSettings(people=4, rate=60.0))
    adapter.open()
    try:
        adapter.see((float("nan"), float("nan"), 1.5))
        readings = list(adapter.receive(1.0))
    finally:
        adapter.close()

    assert {reading.address.split("/")[2] for reading in readings} == {"1", "2", "3", "4", "5", "6"}
