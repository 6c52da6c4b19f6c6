"""What crosses processes: the bus, shared memory, links, the control protocol, exit codes."""
