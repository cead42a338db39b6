"""`python -m vaxproof._cli`."""

from vaxproof._cli import main

main()
