"""Communication between processes: bus, shared memory, links, control protocol, exit codes."""
