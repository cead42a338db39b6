"""Settings become adapters here: the only file that knows both the stations' ports and the outside world."""
