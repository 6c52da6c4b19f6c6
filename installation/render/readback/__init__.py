"""What is read back from the picture: lamps' colours and what the picture says of itself."""
