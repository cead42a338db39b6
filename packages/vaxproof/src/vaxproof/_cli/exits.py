"""Exit codes of the command line."""

VALID = 0
NOT_VALID = 1
CANNOT_TELL = 2
MISUSE = 64
INTERRUPTED = 130
