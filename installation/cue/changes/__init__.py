"""What is on its way to what a cue says: bases that fade, the scene that changes, the panic."""
