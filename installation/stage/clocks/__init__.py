"""What the wall clock starts: the score, and the entries of a schedule."""
