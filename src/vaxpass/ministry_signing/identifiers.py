"""Fresh passport identifiers: `URN:UVCI:01:VN:<facility code>/<20 random letters and digits>#<check>`."""

import os

from vaxproof import uvci

LENGTH = 20  # 36 ** 20 is more than 2 ** 103
_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FAIR = 256 - 256 % len(_ALPHABET)  # bytes from here on would make some letters likelier
_TABLE = bytes(_ALPHABET[value % len(_ALPHABET)] for value in range(256))
_UNFAIR = bytes(range(_FAIR, 256))


def random_part() -> str:
    """Give 20 letters and digits from the system's random source, each equally likely."""
    letters = b""
    while len(letters) < LENGTH:
        letters += os.urandom(LENGTH + 4).translate(_TABLE, _UNFAIR)
    return letters[:LENGTH].decode()


def fresh_uvci(facility_code: str) -> str:
    """Give a new identifier for a passport whose latest dose this facility gave."""
    return uvci.build("VN", facility_code, random_part())
