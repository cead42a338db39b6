"""Which foreign keys may be accepted and what a withdrawal says: pure."""
