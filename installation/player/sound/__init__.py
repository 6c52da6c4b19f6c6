"""What the show tells the sound, live and in films."""
