"""Signing keys: an encrypted file for the demo, PKCS#12 files, PKCS#11 tokens and HSMs, all behind one port."""
