"""Sun, moon, tide and season against published values and an independent program."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.nature import (
    SIGNALS,
    Almanac,
    Constituent,
    day_length,
    daylight,
    moon_lit,
    season,
    sun_elevation,
    tide,
)
from installation.nature.sky import days_since_2000
from tests.parts import lacking

PLACES = ((0.0, 0.0), (52.52, 13.4), (-33.87, 151.2), (69.65, 18.96), (-77.85, 166.7), (40.71, -74.0))
HOURS = st.floats(-40.0, 60.0).map(lambda years: years * 365.25)


def day(*when: int) -> float:
    return days_since_2000(datetime(*when, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


def highest(latitude: float, longitude: float, *date: int) -> tuple[float, float]:
    """Least and greatest elevation of the sun within a day."""
    seen = [sun_elevation(day(*date) + step / 720, latitude, longitude) for step in range(721)]
    return min(seen), max(seen)


# Equinoxes and solstices of the US Naval Observatory's table of the seasons, UT.
EQUINOX, SOLSTICE, AUTUMN, WINTER = (2024, 3, 20, 3, 6), (2024, 6, 20, 20, 51), (2024, 9, 22, 12, 44), (
    2024, 12, 21, 9, 21,
)  # fmt: skip


@pytest.mark.parametrize("latitude", [0.0, 23.44, 52.52, -33.87, 66.0])
def test_the_suns_greatest_height_is_what_latitude_and_declination_say(latitude: float) -> None:
    for date, declination in (((2024, 3, 20), 0.0), ((2024, 6, 20), 23.44), ((2024, 12, 21), -23.44)):
        assert highest(latitude, 10.0, *date)[1] == pytest.approx(90 - abs(latitude - declination), abs=0.45)


def test_the_sun_stands_overhead_where_almanacs_say_so() -> None:
    # At the equinox the point below the sun lies on the equator; the equation of time is -7.4 min.
    assert sun_elevation(day(*EQUINOX), 0.0, 180 - 3.1 * 15 + 7.4 / 4) == pytest.approx(90.0, abs=0.3)
    # Lahaina noon of Honolulu, 26 May 2024, 12:28 local time (Bishop Museum): no shadow.
    assert sun_elevation(day(2024, 5, 26, 22, 28), 21.31, -157.86) > 89.5


def test_against_astral() -> None:
    try:
        import astral.sun
    except ImportError:
        lacking("astral")
    for latitude, longitude in PLACES:
        place = astral.Observer(latitude, longitude)
        for hour in range(0, 365 * 24, 101):
            when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
            judged = astral.sun.elevation(place, when, with_refraction=False)
            mine = sun_elevation(days_since_2000(when.timestamp()), latitude, longitude)
            assert mine == pytest.approx(judged, abs=0.03)


def test_polar_day_and_polar_night() -> None:
    tromso = (69.65, 18.96)
    assert highest(*tromso, 2024, 6, 20)[0] > 2.5
    assert -4.0 < highest(*tromso, 2024, 12, 21)[1] < -2.5
    assert highest(-90.0, 0.0, 2024, 12, 21) == pytest.approx((23.44, 23.44), abs=0.02)
    assert daylight(highest(-90.0, 0.0, 2024, 6, 20)[1]) == 0.0
    for latitude in (90.0, -90.0):
        assert Almanac(latitude, 0.0).at(1.8e9).keys() == set(SIGNALS)


def test_day_comes_through_civil_twilight() -> None:
    assert [daylight(h) for h in (-20.0, -6.0, -0.833, 30.0)] == [0.0, 0.0, 1.0, 1.0]
    assert 0.0 < daylight(-4.0) < daylight(-2.0) < 1.0


# Greatest eclipse, UT, of NASA's catalogues: of the sun at new moon, of the moon at full moon.
NEW = ((2017, 8, 21, 18, 25), (2019, 7, 2, 19, 23), (2024, 4, 8, 18, 17), (2026, 8, 12, 17, 46))
FULL = ((2015, 9, 28, 2, 47), (2018, 7, 27, 20, 22), (2022, 11, 8, 10, 59), (2025, 3, 14, 6, 59))


@pytest.mark.parametrize("when", NEW)
def test_the_moon_is_dark_when_it_hides_the_sun(when: tuple[int, ...]) -> None:
    assert moon_lit(day(*when)) < 1e-4


@pytest.mark.parametrize("when", FULL)
def test_the_moon_is_full_in_the_shadow_of_the_earth(when: tuple[int, ...]) -> None:
    assert moon_lit(day(*when)) > 1 - 1e-4


def test_the_moon_of_a_textbook() -> None:
    # Meeus, Astronomical Algorithms, example 48.a: 12 April 1992, 0h TD, k = 0.6786.
    assert moon_lit(day(1992, 4, 12)) == pytest.approx(0.6786, abs=0.003)


def test_seasons_begin_when_the_table_says_and_half_a_year_later_in_the_south() -> None:
    for quarter, when in enumerate((EQUINOX, SOLSTICE, AUTUMN, WINTER)):
        north, south = season(day(*when), 50.0), season(day(*when), -50.0)
        assert (north - quarter / 4 + 0.5) % 1 == pytest.approx(0.5, abs=1e-4)
        assert (south - quarter / 4) % 1 == pytest.approx(0.5, abs=1e-4)


def test_the_waves_of_the_imagined_tide_have_their_real_periods() -> None:
    from installation.nature.tide import _imagined

    before, after = _imagined(9000.0, 12.0), _imagined(9001.0, 12.0)
    periods = [24.0 / (b[1] - a[1]) for a, b in zip(before, after, strict=True)]

    assert periods == pytest.approx([12.4206, 12.0, 12.6583, 23.9345, 25.8193], abs=1e-4)


def spread(first: float) -> float:
    seen = [tide(first + hour / 48, 0.0) for hour in range(-30, 31)]
    return max(seen) - min(seen)


def test_springs_come_with_full_and_new_moon_and_neaps_between() -> None:
    springs = [spread(day(*when)) for when in (*NEW, *FULL)]
    neaps = [spread(day(*when) + 7.4) for when in (*NEW, *FULL)]

    assert min(springs) > max(neaps) + 0.05


def test_a_places_own_constants_are_summed() -> None:
    waves = (Constituent(12.0, 3.0, 0.0), Constituent(24.0, 1.0, 90.0))

    assert tide(0.0, 0.0, waves) == pytest.approx(0.5 + 0.5 * 3 / 4)
    assert tide(0.25, 0.0, waves) == pytest.approx(0.5 + 0.5 * (-3 - 1) / 4)
    assert tide(0.25, 0.0, (Constituent(12.0, 0.0, 0.0),)) == 0.5


@given(HOURS, st.floats(-90, 90), st.floats(-180, 180))
def test_everything_stays_in_0_to_1(days: float, latitude: float, longitude: float) -> None:
    said = Almanac(latitude, longitude).at(946_728_000 + days * 86_400)

    assert tuple(said) == SIGNALS
    assert all(0.0 <= value <= 1.0 for value in said.values())


def test_the_day_follows_the_clocks_of_the_place_or_its_mean_sun() -> None:
    summer = datetime(2024, 7, 1, 12)
    berlin = Almanac(52.5, 13.4, ZoneInfo("Europe/Berlin"))
    sun = Almanac(52.5, 13.4)

    assert berlin.moment(summer) == datetime(2024, 7, 1, 10, tzinfo=UTC).timestamp()
    assert berlin.at(berlin.moment(summer))["/nature/day"] == pytest.approx(0.5)
    assert sun.at(sun.moment(summer))["/nature/day"] == pytest.approx(0.5)
    assert sun.moment(summer) == datetime(2024, 7, 1, 12, tzinfo=UTC).timestamp() - 13.4 * 240


def test_day_length_is_that_of_astrals_sunrise_and_sunset_also_where_there_is_none() -> None:
    try:
        import astral.sun
    except ImportError:
        lacking("astral")
    polar = set()
    for latitude, longitude in PLACES:
        place = astral.Observer(latitude, longitude)
        for number in range(0, 365, 9):
            date = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
            noon = days_since_2000(date.timestamp()) - longitude / 360.0
            mine = day_length(noon, latitude)
            try:
                rise = astral.sun.sunrise(place, date.date())
                after = astral.sun.sunset(place, date.date())
            except ValueError:  # the sun does not rise, or does not set
                polar.add(mine)
                continue
            judged = ((after - rise).total_seconds() / 86_400) % 1.0
            assert mine == pytest.approx(judged, abs=0.012 if abs(latitude) < 60 else 0.04)

    assert {0.0, 1.0} <= polar
    assert all(one < 0.08 or one > 0.92 for one in polar)


def test_against_ephem() -> None:
    try:
        import ephem
    except ImportError:
        lacking("ephem")
    for latitude, longitude in PLACES:
        place = ephem.Observer()
        place.lat, place.lon, place.pressure = str(latitude), str(longitude), 0
        for hour in range(0, 365 * 24, 397):
            when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
            place.date = when.replace(tzinfo=None)
            days = days_since_2000(when.timestamp())
            sun = ephem.Sun(place)
            assert sun_elevation(days, latitude, longitude) == pytest.approx(
                float(sun.alt) * 57.29577951, abs=0.05
            )
            assert moon_lit(days) == pytest.approx(ephem.Moon(place).phase / 100, abs=0.006)


def test_day_length_at_the_poles_and_through_the_year() -> None:
    solstice = day(*SOLSTICE)
    assert (day_length(solstice, 90.0), day_length(solstice, -90.0)) == (1.0, 0.0)
    assert day_length(solstice, 0.0) == pytest.approx(12.12 / 24, abs=0.002)
    assert day_length(day(*EQUINOX), 60.0) == pytest.approx(0.508, abs=0.005)
    year = [day_length(solstice + number, 60.0) for number in range(365)]
    assert (max(year) * 24, min(year) * 24) == pytest.approx((18.9, 5.9), abs=0.15)
