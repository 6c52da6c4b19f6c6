"""The list of devices, with a real sound server and without one."""

import pytest

from installation.cli.audio import audio_devices, sound_checks
from installation.sound.devices import scan
from tests.installation.sound.live.server import SoundServer, home

pytestmark = pytest.mark.device


def test_devices_are_listed_with_a_server_and_their_lack_is_told_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with home() as environment:
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "JACK_NO_START_SERVER"):
            monkeypatch.setenv(name, environment[name])
        assert scan().devices == ()
        assert list(audio_devices("", None)) == []
        checks = {name: (state, fix) for name, state, _, fix in sound_checks()}
        assert checks.keys() == {"sound output", "sound input"}
        assert {state for state, _ in checks.values()} == {"warn"}
        assert all("start PulseAudio or PipeWire" in fix for _, fix in checks.values())

        server = SoundServer(environment)
        server.start()
        try:
            rows = {str(row["name"]): row for row in audio_devices("", None)}
            assert rows["pulse"]["outputs"] >= 2
            assert [name for name, row in rows.items() if row["used as"] == "output and input"] == ["default"]
            assert (rows["Null Output"]["api"], rows["Null Output"]["outputs"]) == ("PulseAudio", 2)
            assert {state for _, state, _, _ in sound_checks()} == {"ok"}
        finally:
            server.kill()
