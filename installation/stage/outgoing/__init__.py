"""From the show to other programs and remotes: messages to their targets, values to surfaces."""
