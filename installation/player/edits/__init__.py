"""What an edit brings, how it is taken over, and what to fall back on."""
