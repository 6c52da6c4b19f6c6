"""Files of weather as stations write them, and what is told of them."""

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from installation.nature import WEATHER, Weather, climate, parse_weather, weather_signals
from installation.player.surroundings import nature_of
from installation.player.surroundings.weather import WeatherFile
from installation.show.venue_model import Place
from installation.values import Frame

CSV = "time,temperature,wind,rain,cloud\n2026-01-01T11:00,-3,2,0,0.1\n2026-01-01T12:00,-2.5,7.5,1.2,0.9\n"
TOML = "temperature = -2.5\nwind = 7.5\nrain = 1.2\ncloud = 0.9\ntime = 2026-01-01T12:00:00Z\n"
SAID = Weather(-2.5, 7.5, 1.2, 0.9, datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", CSV),
        ("a.csv", CSV.replace("\n", "\r\n")),
        ("a.csv", "\ufeff" + CSV.replace(",", ";").replace(".", ",")),
        ("a.tsv", CSV.replace(",", "\t").upper().replace("T11", "t11")),
        ("a.toml", TOML),
    ],
)
def test_the_newest_line_of_any_station_counts(name: str, text: str) -> None:
    said, findings = parse_weather(text, name)

    assert (said, findings) == (SAID, [])


@pytest.mark.parametrize(
    ("name", "text", "where", "message"),
    [
        ("a.csv", "temperature,wind\n1,fast\n", "a.csv:2:3", "wind: 'fast' is not a number from 0 to 120"),
        ("a.csv", "temperature,wind\n900,1\n", "a.csv:2:1", "is not a number from -90 to 60"),
        ("a.csv", "temperature,wnd\n9,1\n", "a.csv:2:3", "wnd: no weather"),
        ("a.csv", "temperature,wind\n9\n", "a.csv:2", "1 values for 2 columns"),
        ("a.csv", "", "a.csv:1", "no line of values"),
        ("a.csv", "time,rain\nyesterday,1\n", "a.csv:2:1", "time: 'yesterday' is not an ISO 8601 time"),
        ("a.toml", "rain = 1\nwind = true\n", "a.toml:2", "wind: 'True' is not a number"),
        ("a.toml", "rain = \n", "a.toml:1", "is no TOML"),
        ("a.toml", "format = 1\n", "a.toml:1", "says nothing of the weather"),
    ],
)
def test_what_is_wrong_is_left_out_and_found(name: str, text: str, where: str, message: str) -> None:
    said, findings = parse_weather(text, name)

    assert len(findings) == 1
    assert str(findings[0]).startswith(where)
    assert message in findings[0].message
    assert said.wind in (None, 1.0)
    assert said.temperature in (None, 1.0, 9.0)


def test_signals_are_0_to_1_and_mix_with_what_one_expects() -> None:
    expected = Weather(10.0, 2.0, 0.0, 0.5)
    told = [weather_signals(SAID, expected, trust) for trust in (0.0, 1.0)]

    assert tuple(told[0]) == WEATHER
    assert list(told[0].values()) == pytest.approx([0.5, 0.1, 0.0, 0.5, 0.0])
    assert list(told[1].values()) == pytest.approx([17.5 / 60, 0.375, 0.12**0.5, 0.9, 1.0])
    assert weather_signals(Weather(wind=200.0), expected, 1.0)["/nature/wind"] == 1.0
    assert weather_signals(Weather(wind=1.0), expected, 1.0)["/nature/cloud"] == 0.5


def test_one_expects_summers_warmer_than_winters_and_the_equator_warmer_than_both() -> None:
    summer, winter = climate(60.0, 0.3, 0.6, 1.0), climate(60.0, 0.8, 0.1, 0.0)
    tropics = climate(2.0, 0.3, 0.6, 1.0)

    assert winter.temperature is not None
    assert summer.temperature is not None
    assert tropics.temperature is not None
    assert winter.temperature < -2.0 < 10.0 < summer.temperature < tropics.temperature < 40.0


def test_a_file_is_read_again_when_it_is_saved_and_an_error_keeps_the_last(tmp_path: Path) -> None:
    path = tmp_path / "station.csv"
    station = WeatherFile(path)
    station.look()
    assert station.report is None
    path.write_text(CSV)
    station.look()
    assert station.report is not None
    assert (station.report.weather, station.report.time) == (SAID, SAID.time)

    path.write_text("temperature,wind\nx,y\n")
    station.look()
    assert station.report.weather == SAID
    assert "is not a number" in station.refusals.report()[0].example
    path.write_text("temperature\n4.5\n")
    os.utime(path, (5000.0, 5000.0))
    station.look()
    assert (station.report.weather.temperature, station.report.time) == (4.5, 5000.0)
    path.unlink()
    station.look()
    assert station.report.weather.temperature == 4.5


def test_old_weather_falls_back_slowly_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "station.csv"
    path.write_text(CSV.replace("-2.5", "30"))
    place = Place(60.0, 25.0, "UTC", weather="station.csv", weather_stale=1.0)
    monkeypatch.setattr(WeatherFile, "follow", WeatherFile.look)
    nature = nature_of(place, None, tmp_path)
    assert SAID.time is not None
    began = SAID.time + 50 * 60

    def at(seconds: int) -> dict[str, float]:
        nature._now = lambda time: began + time
        readings = nature.readings(Frame(seconds, float(seconds), 1.0), 0.0)
        return {one.address: float(one.values[0]) for one in readings}

    said = [at(second) for second in range(900)]
    assert said[0]["/nature/temperature"] == pytest.approx(50 / 60)
    assert said[0]["/nature/weather"] == 1.0
    status = [nature.status()]
    assert said[-1]["/nature/weather"] < 0.01
    assert said[-1]["/nature/temperature"] < 0.45
    steps = [abs(a["/nature/temperature"] - b["/nature/temperature"]) for a, b in itertools.pairwise(said)]
    assert max(steps) < 0.03
    assert (status[0].weather, status[0].weather_age_s) == ("stale", 50 * 60 + 899)
    assert status[0].tide == "imagined"


def test_a_film_takes_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("wind = 10\ntime = 1999-01-01T00:00:00Z\n")
    nature = nature_of(Place(weather="station.toml"), datetime(2026, 1, 1, 12), tmp_path)
    said = {one.address: one.values[0] for one in nature.readings(Frame(0, 0.0, 0.0), 0.0)}

    assert said["/nature/wind"] == 0.5
    assert nature.status().weather == "file"
