"""What makes the test vectors: written by hand on cbor2 and cryptography, so that wrong things can be made too."""
