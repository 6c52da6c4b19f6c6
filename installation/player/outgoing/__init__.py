"""What a frame sends to consoles and other programs."""
