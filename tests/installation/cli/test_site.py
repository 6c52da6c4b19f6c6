"""``photophore site``, ``hub`` and what the doctor says of a site."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import installation.cli.site.table as table
from installation.cli.site.examine import site_checks
from installation.cli.site.garden import DOOR, HUBS, venue_text
from installation.cli.site.router import print_router
from installation.cli.site.start import hub_command, hub_size
from installation.cli.site.table import lines, site
from installation.errors import NotRunningError, PhotophoreError
from installation.hub.options import HubOptions
from installation.ipc.feeds.site import Station, View
from installation.ipc.ports import free_port
from installation.show import load_venue
from installation.show.load import examine_venue
from installation.show.resolve import venue_references
from installation.status import DecisionStatus
from tests.installation.hub.authority import Authority, openssl

VENUE = """format = 1

[canvas]
width = 640
height = 360

[[hub]]
name = "north"
position = [0.5, 0.5]
fixtures = ["lamp"]

[[fixture]]
name = "lamp"
profile = "rgb"
universe = 1
channel = 1
position = [0.5, 0.5]

[site]
name = "garden"
hub = "north"
listen = ["127.0.0.1:17447"]
connect = ["127.0.0.1:17448"]
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "north.toml"
    path.write_text(text)
    return str(path)


def test_the_table_shows_hubs_leader_shares_clocks_and_trouble() -> None:
    view = View(
        at=1.0, site="garden", hub="north", role="leader", leader="north", epoch=4, error=0.0,
        budget=60.0, gini=0.25, jain=0.9, order=0.75, stories=12, trouble="an address is missing",
        stations=(
            Station(name="east", state="away", version="0.1.0", note="its connection is lost", share=20.0),
            Station(
                name="north", version="0.1.0", cue="7", pad=True, people=3, demand=41.5, error=0.0021,
                age=0.1, has=0.62,
            ),
            Station(name="middle", leaving=True, flashing=True, age=0.1),
            Station(name="new", coming=True, age=0.1),
            Station(name="gone", state="away", leaving=True, age=99.0),
            Station(name="south", age=12.0), Station(name="west", state="away", reserved=True, age=99.0),
        ),
        reserved=20.0, ledger=(DecisionStatus(at=0.0, text="north dimmed to 62 %: east asked for more"),),
    )  # fmt: skip
    told = {**msgspec.to_builtins(view), "age_s": 0.2}
    text = "\n".join(lines(told))
    for words in (
        "site garden, hub north (leader), 4 of 7 hubs here",
        "leader north, epoch 4",
        "budget 60 W, 20 W reserved, Gini 0.25, Jain 0.90",
        "OLD: its stage has been silent for 12 s",
        "north dimmed to 62 %: east asked for more",
        " 62 %",
        "keeps its share",
        "in step 0.75; stories 12",
        "an address is missing",
        "north*",
        "its connection is lost",
        "held",
        "41.5 W",
        "20.0 W",
        "+-2.1 ms",
    ):
        assert words in text
    assert text.count("a story sets out") == text.count("a story comes") == 1
    assert text.count("OLD") == 1, "of a hub that is away everybody knows that it is old"
    old = list(lines({**told, "age_s": 9.0}))
    assert old[0] == "OLD: the hub process has been silent for 9 s; so the site looked then"


def test_what_another_hub_calls_itself_does_not_steer_the_terminal() -> None:
    view = View(at=1.0, site="garden", hub="north", stations=(Station(name="\x1b[2Jeast", note="a\nb\r"),))

    text = list(lines(msgspec.to_builtins(view)))

    assert all(line.isprintable() for line in text)
    assert "?[2Jeast" in text[-1]


def test_the_site_is_json_too_and_no_show_is_an_error_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told: dict[str, Any] = {"site": "garden", "age_s": 0.1}
    monkeypatch.setattr(table, "request", lambda _verb: told)
    assert site(as_json=True, once=False) == 0
    assert json.loads(capsys.readouterr().out) == told
    monkeypatch.undo()
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))
    with pytest.raises(NotRunningError):
        site(as_json=False, once=True)


def test_a_hub_is_told_its_site_and_draws_a_small_picture(tmp_path: Path) -> None:
    venue = written(tmp_path, VENUE)
    command = hub_command(load_venue(venue))
    assert command is not None
    options = msgspec.json.decode(command[-1], type=HubOptions)
    assert (options.site, options.hub, options.hubs) == ("garden", "north", ("north",))
    assert options.listen == ("127.0.0.1:17447",)
    assert hub_size(venue) == "160x90"

    alone = written(tmp_path, VENUE[: VENUE.index("[site]")])
    assert hub_command(load_venue(alone)) is None
    with pytest.raises(PhotophoreError, match="no \\[site\\]"):
        hub_size(alone)


def test_venues_of_the_stand_are_good(tmp_path: Path) -> None:
    for number, name in enumerate(HUBS):
        others = [f"127.0.0.1:1800{place}" for place in range(len(HUBS)) if place != number]
        page = 18_148 if name == DOOR else 0
        text = venue_text(name, f"127.0.0.1:1800{number}", others, number, display=number == 0, visitors=page)
        venue = load_venue(written(tmp_path, text))
        assert (venue.visitors.open, venue.visitors.port if page else 0) == (name == DOOR, page)
        assert (venue.site.hub, len(venue.hubs), list(venue.site.connect)) == (name, len(HUBS), others)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hub = "north"', 'hub = "nort"', 'there is no hub "nort"'),
        ('hub = "north"\n', "", "hub: [site] needs it"),
        ('listen = ["127.0.0.1:17447"]', 'listen = ["north:1"]', "is not an IP address"),
        ('listen = ["127.0.0.1:17447"]', 'listen = ["127.0.0.1:70000"]', "no port 1..65535"),
        ('connect = ["127.0.0.1:17448"]', 'connect = ["tcp/10.0.0.1"]', "is no host with a port"),
        ('connect = ["127.0.0.1:17448"]', 'connect = ["10.0.1:7447"]', "is no host with a port"),
        ('connect = ["127.0.0.1:17448"]', 'connect = ["10.0.0.256"]', "is no host with a port"),
        ('connect = ["127.0.0.1:17448"]', 'key = "a.pem"', "TLS also needs `certificate`, `authority`"),
        ('listen = ["127.0.0.1:17447"]', "", "only seen by those"),
        ('connect = ["127.0.0.1:17448"]', 'router = ["10.0.0.1"]', "through a router"),
        ('connect = ["127.0.0.1:17448"]', 'admit = ["east"]', "without certificates"),
        ('connect = ["127.0.0.1:17448"]', "lead = 101", "lead"),
        ('listen = ["127.0.0.1:17447"]\nconnect = ["127.0.0.1:17448"]', "", "can neither be reached nor"),
        ('listen = ["127.0.0.1:17447"]', 'listen = ["0.0.0.0"]', "every network of this machine"),
    ],
)
def test_what_is_wrong_in_a_site_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in VENUE
    path = tmp_path / "north.toml"
    path.write_text(VENUE.replace(old, new))
    venue, findings = examine_venue(path)
    findings = [*findings, *(venue_references(venue) if venue is not None else ())]
    found = [one for one in findings if words in one.message]
    assert found, findings
    assert found[0].where.line > VENUE[: VENUE.index("[site]")].count("\n")
    assert found[0].hint or words == "lead"


def test_addresses_without_a_port_have_the_usual_one(tmp_path: Path) -> None:
    text = VENUE.replace("127.0.0.1:17447", "::1").replace('"127.0.0.1:17448"', '"east.local", "[::1]:5"')
    site_ = load_venue(written(tmp_path, text)).site
    assert site_.listen == ("[::1]:7447",)
    assert site_.connect == ("east.local:7447", "[::1]:5")


def test_the_doctor_looks_at_addresses_and_says_what_to_do(tmp_path: Path) -> None:
    free = VENUE.replace("17447", str(free_port("127.0.0.1", 21_000))).replace("17448", "1")
    found = {(name, state): detail + fix for name, state, detail, fix in site_checks(written(tmp_path, free))}
    assert ("site address", "ok") in found
    assert "firewall" in found["site neighbour", "warn"]
    assert "nobody outside this machine" in found["site security", "ok"]
    far = written(tmp_path, VENUE.replace("127.0.0.1:17447", "192.0.2.1:17447"))
    assert any(state == "fail" and "192.0.2.1" in detail for _, state, detail, _ in site_checks(far))


@pytest.mark.skipif(openssl is None, reason="needs openssl")
def test_the_doctor_looks_at_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ours")
    good = authority.issue("north", "127.0.0.1")

    def checked(**files: str) -> list[tuple[str, str]]:
        said = good | files
        text = "".join(
            f'{name} = "{said[field]}"\n'
            for name, field in (
                ("certificate", "certificate"),
                ("key", "private_key"),
                ("authority", "authority"),
            )
        )
        venue = written(tmp_path, VENUE + text)
        return [(state, detail) for name, state, detail, _ in site_checks(venue) if "certificate" in name]

    assert [state for state, _ in checked()] == ["ok"]
    assert "is not for 127.0.0.1" in checked(**authority.issue("far", "192.0.2.9"))[0][1]
    assert "is not the key" in checked(private_key=authority.issue("b", "127.0.0.1")["private_key"])[0][1]
    stranger = Authority(tmp_path / "theirs").issue("north", "127.0.0.1", authority.certificate)
    assert checked(**stranger)[0][0] == "fail"


def test_the_file_of_a_router_is_printed_for_a_site_and_what_else_it_needs_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venue = written(tmp_path, VENUE)
    assert print_router("192.0.2.1", venue) == 0
    out, told = capsys.readouterr()
    made = json.loads(out)
    assert made["listen"]["endpoints"] == ["tcp/192.0.2.1:7447"]
    assert "access_control" not in made
    assert "whoever reaches the router is heard" in told
    for address, file, words in (
        ("hall", venue, "is not an IP address"),
        ("192.0.2.1:0", venue, "is not an IP address"),
        ("192.0.2.1", None, "needs --venue"),
    ):
        with pytest.raises(PhotophoreError, match=words):
            print_router(address, file)
    alone = written(tmp_path, VENUE[: VENUE.index("[site]")])
    with pytest.raises(PhotophoreError, match="no \\[site\\]"):
        print_router("192.0.2.1", alone)
