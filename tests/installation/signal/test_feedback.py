import pytest

from tests.installation.signal.build import Bench, edge, number


def loop(saturation: str, gain: float, base: float = 0.5, **more: object) -> Bench:
    """A parameter that feeds itself, and nothing else."""
    own = edge("a", "/a", "/a", gain=gain, saturation=saturation, **more)
    return Bench([number("/a", base)], [], feedback=[own])


def test_an_edge_hears_its_source_one_frame_late_and_adds_half_the_range_each_way() -> None:
    bench = Bench(
        [number("/a", 0.75), number("/b", 10, 0, 20)],
        [],
        feedback=[edge("e", "/a", "/b", gain=1, saturation="clip")],
    )
    bench.run()
    assert bench.get("/b") == 15

    bench.tree.set("/a", (0.25,))
    bench.run()
    assert bench.get("/b") == 15
    bench.run()
    assert bench.get("/b") == 5


def test_a_folded_loop_is_the_tent_map() -> None:
    bench, x = loop("fold", 3.0), 0.1
    bench.run()
    bench.tree.effective[0] = 0.55
    for _ in range(30):
        bench.run()
        t = (3.0 * x - 1) / 4
        x = 1 - 4 * abs(t - round(t))
        assert 2 * bench.get("/a") - 1 == pytest.approx(x, abs=1e-3)
        bench.tree.effective[0] = (x + 1) / 2


def test_gain_zero_changes_nothing() -> None:
    bench = loop("fold", 0.0, 0.3)
    bench.run(100)
    assert bench.get("/a") == 0.3
