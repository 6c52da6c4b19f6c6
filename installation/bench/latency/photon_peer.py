"""The peer: a JACK client and a window of pygame that is filled with the grey of the last control change.

It runs as a script, ``photon_peer.py WIDTH HEIGHT``, without anything of Photophore: the least that a picture
played by MIDI does.
"""

import sys

__all__ = ["main"]


def main(width: int, height: int) -> None:
    """Show the last value, sixty times a second, until the process is ended."""
    import jack
    import pygame

    level = 0
    client = jack.Client("peer", no_start_server=True)
    port = client.midi_inports.register("in")

    def process(_frames: int) -> None:
        nonlocal level
        for _, data in port.incoming_midi_events():
            heard = bytes(data)
            if len(heard) == 3 and heard[0] & 0xF0 == 0xB0:
                level = 2 * heard[2]

    client.set_process_callback(process)
    client.activate()
    pygame.display.init()
    window, clock = pygame.display.set_mode((width, height)), pygame.time.Clock()
    while True:
        pygame.event.get()
        window.fill((level, level, level))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
