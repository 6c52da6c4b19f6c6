"""The render scale, with a machine whose frames take a fixed part and a part that grows with the pixels."""

from installation.stage.render_scale import STEPS, RenderScale


class Machine:
    """Plays frames at a rate and obeys the scale."""

    def __init__(self, rows: int = 1080, rate: float = 60.0) -> None:
        self.scale = RenderScale(rate, rows)
        self.period = 1.0 / rate
        self.now = 100.0
        self.changes: list[float] = []

    def play(self, seconds: float, fixed: float, pixels: float, scene: str = "one") -> float:
        """Return the share of the last second's frames that took longer than their period."""
        end, late = self.now + seconds, []
        while self.now < end:
            work = fixed + pixels * self.scale.scale**2
            late.append((self.now, work > self.period))
            self.now += max(work, self.period)
            for command in self.scale.look(work, scene, self.now):
                assert command.verb == "render-scale"
                assert command.arguments == (self.scale.scale,)
                self.changes.append(self.scale.scale)
        last = [missed for time, missed in late if time > end - 1.0]
        return sum(last) / len(last)


def test_a_machine_that_is_fast_enough_draws_all_of_it() -> None:
    machine = Machine()
    machine.play(60.0, fixed=0.004, pixels=0.010)
    assert machine.changes == []


def test_scenes_are_drawn_smaller_until_the_rate_holds() -> None:
    machine = Machine()
    assert machine.play(20.0, fixed=0.004, pixels=0.020) == 0.0
    assert machine.scale.scale == 0.7  # 4 + 20 * 0.49 = 13.8 ms of 16.7; 0.85 would take 18.5


def test_the_scale_comes_back_when_there_is_room_again() -> None:
    machine = Machine()
    machine.play(20.0, fixed=0.004, pixels=0.020)
    machine.play(30.0, fixed=0.002, pixels=0.008)
    assert machine.scale.scale == 1.0


def test_it_does_not_swing_between_two_scales() -> None:
    machine = Machine()
    machine.play(20.0, fixed=0.004, pixels=0.020)
    machine.changes.clear()
    machine.play(300.0, fixed=0.004, pixels=0.020)
    assert machine.changes == []


def test_a_step_that_does_not_help_is_taken_back_and_not_tried_again_for_a_minute() -> None:
    machine = Machine()
    machine.play(50.0, fixed=0.030, pixels=0.0005)
    assert machine.changes == [0.6, 1.0]
    machine.play(60.0, fixed=0.030, pixels=0.0005)
    assert machine.changes == [0.6, 1.0, 0.6, 1.0]


def test_another_scene_is_tried_anew() -> None:
    machine = Machine()
    machine.play(30.0, fixed=0.030, pixels=0.0005)
    machine.play(20.0, fixed=0.004, pixels=0.020, scene="two")
    assert machine.scale.scale == 0.7


def test_never_fewer_than_360_rows() -> None:
    small, middle = Machine(rows=360), Machine(rows=540)
    small.play(30.0, fixed=0.01, pixels=0.05)
    middle.play(30.0, fixed=0.01, pixels=0.05)
    assert small.scale.scale == 1.0
    assert middle.scale.scale == 0.7
    large = Machine(rows=2160)
    large.play(60.0, fixed=0.01, pixels=0.05)
    assert large.scale.scale == STEPS[-1]


def test_a_scale_that_somebody_else_has_set_is_set_back() -> None:
    scale = RenderScale(60.0, 1080)
    (command,) = scale.look(0.005, "one", 100.0, drawn=0.3)
    assert command.arguments == (1.0,)
    assert scale.look(0.005, "one", 100.5, drawn=0.3) == (), "it takes a moment"
    assert scale.look(0.005, "one", 102.0, drawn=1.0) == ()
