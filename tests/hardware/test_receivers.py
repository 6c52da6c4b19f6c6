"""What independent receivers make of our light protocols, in a private network."""

import pytest

from tests.hardware.network import in_private_network
from tests.parts import require, require_module

pytestmark = pytest.mark.device


def test_ola_shows_the_512_values_of_our_art_net_and_sacn():
    require("olad", "ola_patch", "ola_dev_info", "setpriv")
    seen = in_private_network("ola")

    assert seen["artnet"]["got"] == seen["artnet"]["sent"]
    assert seen["sacn multicast"]["got"] == seen["sacn multicast"]["sent"]
    assert not any(seen["artnet"]["after"]), "the last look of finish was dark"


def test_tshark_dissects_our_art_net_without_complaint():
    require("tshark")
    rows = in_private_network("tshark")["rows"]
    data = [row for row in rows if row[0] == "0x5000"]

    assert len(rows) == 15
    assert [row[:2] for row in rows if row[0] != "0x5000"] == [["0x5200", "14"]] * 3
    assert [int(row[3]) for row in data] == [14, 15, 16, 17] * 3
    assert all(row[1] == "14" and row[4] == "512" and not row[5] for row in data)
    assert len({row[2] for row in data}) == 3


@pytest.mark.parametrize("way", ["unicast", "multicast"])
def test_the_sacn_package_receives_us_and_understands_our_end(way):
    require_module("sacn")
    seen = in_private_network("sacn", way)[way]

    assert seen["got"] == seen["sent"]
    assert (seen["priority"], seen["name"], seen["universe"], seen["cid"]) == (120, "Fjord", 9, True)
    # The package reports the end once for each of the three packets that say so.
    assert seen["changes"][0] == "available"
    assert set(seen["changes"][1:]) == {"timeout"}


def test_packets_that_the_kernel_cut_arrive_whole_at_the_far_end_of_a_cable():
    seen = in_private_network("cable")

    assert seen["sizes"] == [530]
    assert seen["addresses"] == list(range(130))
    assert seen["equal"]
    assert seen["counters"] == [390, 0, 0]
    assert seen["segmented"] == [True, True]
