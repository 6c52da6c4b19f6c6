"""What a show sends to consoles and other programs: read from its files, with positions."""
