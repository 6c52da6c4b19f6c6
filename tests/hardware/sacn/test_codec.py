import uuid

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hardware.sacn import codec

CID = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def test_a_data_packet_has_the_bytes_of_the_standard():
    packet = bytes(codec.data_packets(np.array([0x1234]), CID, "Fjord", 150)[0])

    root = bytes.fromhex("0010 0000 4153432d45312e3137000000 726e 00000004 00112233445566778899aabbccddeeff")
    framing = bytes.fromhex("7258 00000002") + b"Fjord".ljust(64, b"\0") + bytes.fromhex("96 0000 00 00 1234")
    dmp = bytes.fromhex("720b 02 a1 0000 0001 0201 00")

    assert packet[: codec.DATA] == root + framing + dmp
    assert len(packet) == 638


def test_preview_is_the_top_bit_of_the_options():
    packet = codec.data_packets(np.array([1]), CID, "x", 100, preview=True)[0]

    assert packet[112] == 0x80


@given(st.text(min_size=1, max_size=100))
def test_a_source_name_is_cut_between_characters_and_always_ends(name):
    packet = bytes(codec.data_packets(np.array([1]), CID, name, 100)[0])
    field = packet[44:108]

    assert field[63] == 0
    assert name.encode().startswith(field[:63].rstrip(b"\0").decode().rstrip("\0").encode())


@given(st.sets(st.integers(1, codec.MAX_UNIVERSE), max_size=1500))
def test_discovery_pages_list_every_universe_once_in_order(universes):
    pages = codec.discovery_packets(list(universes), CID, "x")
    listed = []
    for number, page in enumerate(pages):
        assert int.from_bytes(page[16:18], "big") & 0xFFF == len(page) - 16
        assert int.from_bytes(page[38:40], "big") & 0xFFF == len(page) - 38
        assert int.from_bytes(page[112:114], "big") & 0xFFF == len(page) - 112
        assert page[18:22] == b"\0\0\0\x08"
        assert (page[118], page[119]) == (number, len(pages) - 1)
        listed += [int.from_bytes(page[i : i + 2], "big") for i in range(120, len(page), 2)]

    assert sorted(universes) == listed


def test_groups_are_the_multicast_addresses_of_the_standard():
    assert codec.group(1) == "239.255.0.1"
    assert codec.group(0x1234) == "239.255.18.52"
