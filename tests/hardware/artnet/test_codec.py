import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hardware.artnet import codec


def test_a_packet_has_the_bytes_of_the_specification():
    packet = codec.dmx_packets(np.array([0x1234]))[0]

    assert bytes(packet[:18]) == bytes.fromhex("4172742d4e657400 0050 000e 00 00 34 12 0200")
    assert len(packet) == 530
    assert not packet[18:].any()


def test_sync_has_the_bytes_of_the_specification():
    assert codec.sync_packet() == bytes.fromhex("4172742d4e657400 0052 000e 0000")


@given(st.lists(st.integers(0, codec.MAX_ADDRESS), min_size=1, max_size=20))
def test_every_port_address_is_split_into_net_and_sub_universe(addresses):
    packets = codec.dmx_packets(np.array(addresses))

    assert [int(p[15]) << 8 | int(p[14]) for p in packets] == addresses
    assert all(p[15] < 128 for p in packets)
