"""What every server of HTTP here has in common: limits on connections, host names, opening a port, ending."""
