"""The allow-list and the token buckets, under a clock of our own."""

from ipaddress import ip_network

from hardware.osc.gate import BURST, SOURCES, Gate


def test_only_allowed_networks_pass() -> None:
    gate = Gate([ip_network("192.168.1.0/24"), ip_network("fe80::/10")], 100)
    gate.refill(0.0)
    assert gate.admit("192.168.1.7")
    assert gate.admit("fe80::1%eth0")
    assert not gate.admit("192.168.2.7")


def test_bucket_empties_and_fills_with_time() -> None:
    gate = Gate([ip_network("10.0.0.0/8")], 10)
    gate.refill(0.0)
    assert [gate.admit("10.0.0.1") for _ in range(7)].count(True) == int(10 * BURST)
    gate.refill(0.2)
    assert [gate.admit("10.0.0.1") for _ in range(7)].count(True) == 2


def test_one_loud_sender_leaves_room_for_another() -> None:
    gate = Gate([ip_network("10.0.0.0/8")], 10)
    gate.refill(0.0)
    while gate.admit("10.0.0.1"):
        pass
    assert gate.admit("10.0.0.2")


def test_forged_senders_share_one_budget_and_little_memory() -> None:
    gate = Gate([ip_network("10.0.0.0/8")], 10)
    gate.refill(0.0)
    passed = sum(gate.admit(f"10.0.{high}.{low}") for high in range(10) for low in range(200))
    assert passed == int(2 * 10 * BURST)
    assert len(gate._tokens) <= SOURCES


def test_a_bundle_pays_for_all_its_messages() -> None:
    gate = Gate([ip_network("10.0.0.0/8")], 10)
    gate.refill(0.0)
    assert gate.admit("10.0.0.1")
    gate.charge("10.0.0.1", 63)
    gate.refill(1.0)
    assert not gate.admit("10.0.0.1")


def test_charged_senders_take_no_more_memory_than_admitted_ones_and_debtors_are_not_forgotten() -> None:
    gate = Gate([ip_network("10.0.0.0/8")], 10)
    gate.refill(0.0)
    gate.charge("10.0.0.1", 100)
    for number in range(10 * SOURCES):
        gate.charge(f"10.1.0.{number}", 0.01)
    assert len(gate._tokens) <= SOURCES
    gate.refill(5.0)
    assert not gate.admit("10.0.0.1")
