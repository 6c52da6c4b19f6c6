"""What ``photophore doctor --venue`` says of the hubs that answer at the addresses of a venue."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from installation.cli.site.cables import possible
from installation.cli.site.examine import site_checks
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from tests.installation.hub.authority import Authority
from tests.installation.hub.test_security import free_tcp_port
from tests.parts import NAMESPACES, needs, require

HOST = "127.0.0.1"
HUBS = "".join(f'[[hub]]\nname = "{name}"\nposition = [0.5, 0.5]\n' for name in ("north", "hall"))

Checked = dict[tuple[str, str], str]


class Street:
    """A neighbour that runs, and the venue file of the hub that is examined."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack, self.port = folder, stack, free_tcp_port()

    def hall(self, site: str = "garden", **more: object) -> None:
        """Start the neighbour."""
        options = HubOptions(site=site, hub="hall", listen=(f"{HOST}:{self.port}",), **more)  # type: ignore[arg-type]
        self._stack.callback(SiteMesh(options).close)

    def examine(self, site: str = "garden", files: dict[str, str] | None = None, **more: object) -> Checked:
        text = f'format = 1\n{HUBS}[site]\nname = "{site}"\nhub = "north"\n'
        said = {"listen": [f"{HOST}:{free_tcp_port()}"], "connect": [f"{HOST}:{self.port}"], **more}
        for name, value in {**said, **(files or {})}.items():
            shown = str(value).replace("'", '"') if isinstance(value, list) else f'"{value}"'
            text += f"{ {'private_key': 'key'}.get(name, name) } = {shown}\n"
        (self.folder / "north.toml").write_text(text)
        found = site_checks(str(self.folder / "north.toml"))
        return {(name, state): f"{detail} -> {fix}" for name, state, detail, fix in found if name != "clock"}


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with ExitStack() as stack:
        yield Street(tmp_path, stack)


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    require("openssl")
    authority = Authority(tmp_path_factory.mktemp("authority"))
    return lambda name: authority.issue(name, HOST)


def failures(found: Checked) -> list[str]:
    return [words for (_, state), words in found.items() if state == "fail"]


def test_a_hub_of_the_site_is_heard_and_the_doctor_is_not_taken_for_one(street: Street) -> None:
    street.hall()

    found = street.examine()

    assert failures(found) == []
    assert "hall of 'garden' heard" in found["site hubs", "ok"]
    assert ("site security", "ok") in found, "loopback only"


def test_another_name_of_the_site_is_told(street: Street) -> None:
    street.hall("meadow")

    (words,) = failures(street.examine())

    assert "of the site 'meadow', not 'garden'" in words


def test_what_can_be_reached_from_outside_without_certificates_is_told(street: Street) -> None:
    near = street.examine(listen=["192.168.7.1:7447"])
    far = street.examine(listen=["8.8.8.8:7447"])

    assert "whoever reaches 192.168.7.1:7447 may speak" in near["site security", "warn"]
    assert "8.8.8.8:7447 is a public address" in far["site security", "fail"]


def test_admitted_hubs_are_heard_and_a_wrong_list_is_told(
    street: Street, issue: Callable[[str], dict[str, str]]
) -> None:
    admit = ["north", "hall"]
    street.hall(**issue("hall"), admit=tuple(admit))
    ours = issue("north")

    good = street.examine(files=ours, admit=admit)
    without_us = street.examine(files=ours, admit=["hall"])
    without_them = street.examine(files=ours, admit=["north", "hal"])
    other_name = street.examine(files=issue("south"), admit=[*admit, "south"])
    plain = street.examine()

    assert failures(good) == []
    assert ("site hubs", "ok") in good
    assert "this hub's own certificate is of 'north'" in without_us["site admission", "fail"]
    assert "this hub is north, and its certificate is of 'south'" in other_name["site admission", "fail"]
    assert "is 'hall', whom `admit` does not let speak" in without_them["site neighbour", "fail"]
    assert "it has north, hal" in without_them["site neighbour", "fail"]
    assert "hal may speak, and is no [[hub]]" in without_them["site admission", "warn"]
    assert "speaks TLS, this hub does not" in plain["site neighbour", "fail"]


def test_a_neighbour_that_does_not_admit_this_hub_is_told(
    street: Street, issue: Callable[[str], dict[str, str]]
) -> None:
    street.hall(**issue("hall"), admit=("hall", "east"))

    (words,) = failures(street.examine(files=issue("north"), admit=["north", "hall"]))

    assert "`admit`, which has to name this hub" in words


def test_a_neighbour_without_certificates_is_told(
    street: Street, issue: Callable[[str], dict[str, str]]
) -> None:
    street.hall()

    (words,) = failures(street.examine(files=issue("north")))

    assert "speaks no TLS" in words


@needs(NAMESPACES, there=possible())
def test_a_site_that_finds_itself_by_multicast_is_listened_to(street: Street) -> None:
    found = street.examine(listen=[f"{HOST}:{free_tcp_port()}"], connect=[], interface="lo")

    assert "no hub of 'garden' is heard, also by multicast on lo" in found["site hubs", "warn"]
