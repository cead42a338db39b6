"""The integrators' desk: published files, the verification API, how to check us without trusting us."""
