"""The made-up controller's file, in the folder of a user."""

from pathlib import Path

import pytest

from tests.installation.player.controls.desk import PROFILE, Desk


@pytest.fixture
def desk(small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A small show with a controller that only the test knows."""
    user = tmp_path / "user"
    (user / "controllers").mkdir(parents=True)
    (user / "controllers" / "tiny.toml").write_text(PROFILE)
    monkeypatch.setenv("PHOTOPHORE_USER", str(user))
    return Desk(small_show)
