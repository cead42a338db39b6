"""A tolerant reader of ASN.1 DER: nothing recursive, every length checked against its frame. And a strict writer."""

from typing import NamedTuple

from vaxproof.errors import Code, ProofError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_LONG_TAG = 0x1F
_MAX_LENGTH_BYTES = 3
_MAX_ARC_BITS = 128
_MAX_NESTING = 8
_CONSTRUCTED, _END = 0x20, b"\0\0"


class Element(NamedTuple):
    """One value and where it stands: `start` of its tag, `body` of its content, `end` after it."""

    data: bytes
    tag: int
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        """The value's bytes."""
        return self.data[self.body : self.end]

    @property
    def encoded(self) -> bytes:
        """Tag, length and value."""
        return self.data[self.start : self.end]

    def children(self, limit: int = 256) -> list["Element"]:
        """The values inside.

        Raises:
            ProofError: CERTIFICATE_UNREADABLE (a length beyond its frame, more than `limit`).
        """
        found: list[Element] = []
        position = self.body
        while position < self.end:
            if len(found) == limit:
                raise ProofError(Code.CERTIFICATE_UNREADABLE, "too many values")
            found.append(read(self.data, position, self.end))
            position = found[-1].end
        return found


def read(data: bytes, start: int, end: int) -> Element:
    """The element that begins at `start` and ends at `end` or before.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    if end - start < 2 or data[start] & _LONG_TAG == _LONG_TAG:  # noqa: PLR2004 -- tag and length
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "tag")
    length, body = data[start + 1], start + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= _MAX_LENGTH_BYTES:
            raise ProofError(Code.CERTIFICATE_UNREADABLE, "length")
        length, body = int.from_bytes(data[body : body + size], "big"), body + size
    if body + length > end:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "length")
    return Element(data, data[start], start, body, body + length)


def expect(element: Element, tag: int) -> Element:
    """The element itself, if it has this tag.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    if element.tag != tag:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, f"tag {element.tag:#x}, not {tag:#x}")
    return element


def dotted(oid: bytes) -> str:
    """An object identifier in dotted form.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    arcs: list[int] = []
    value = 0
    for octet in oid:
        value = value << 7 | octet & 0x7F
        if value >> _MAX_ARC_BITS:
            raise ProofError(Code.CERTIFICATE_UNREADABLE, "object identifier")
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    if not arcs or oid[-1] & 0x80:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def definite(data: bytes) -> bytes:
    """The first value of BER, with indefinite lengths (X.690 §8.1.3.6) made definite; all else stays byte for byte.

    Raises:
        ProofError: CERTIFICATE_UNREADABLE.
    """
    return _definite(data, 0, _MAX_NESTING)[0]


def _definite(data: bytes, start: int, nesting: int) -> tuple[bytes, int]:
    """The value at `start` and where it ends."""
    if data[start + 1 : start + 2] != b"\x80":
        element = read(data, start, len(data))
        return element.encoded, element.end
    if not nesting or not data[start] & _CONSTRUCTED:
        raise ProofError(Code.CERTIFICATE_UNREADABLE, "indefinite length")
    contents: list[bytes] = []
    position = start + 2
    while data[position : position + 2] != _END:
        content, position = _definite(data, position, nesting - 1)
        contents.append(content)
    return write(data[start], *contents), position + len(_END)


def write(tag: int, *contents: bytes) -> bytes:
    """One value: tag, length, the contents joined."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 -- the short form ends there
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def write_oid(text: str) -> bytes:
    """An object identifier from its dotted form."""
    first, second, *others = map(int, text.split("."))
    content = b"".join(_arc(value) for value in (40 * first + second, *others))
    return write(OID, content)


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))
