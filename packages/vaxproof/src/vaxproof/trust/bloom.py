"""Bloom filters in the binary form of the EU's library (dgc-bloomfilter, as its Java code writes it).

Big-endian: int16 version 1, int8 number of hashes k, int8 hash function 0 (SHA-256), float32 false-positive rate,
int32 entries planned, int32 entries added, int32 number of 32-bit words, the words. Bit 0 is the highest bit of the
first word. Hash i of an element is SHA-256 over the element and one byte i, read as a *signed* big-endian number,
modulo the number of bits. (The library's README has another order of fields; readers follow the code.)
"""

import math
import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice

import numpy as np
import numpy.typing as npt

from vaxproof.errors import Code, ProofError

_HEAD = struct.Struct(">hbbfiii")
_VERSION, _SHA256 = 1, 0
_WORD_BYTES, _WORD_BITS = 4, 32
_MAX_HASHES = 127
_MAX_WORDS = 2**26 - 1  # the number of bits must fit a Java int
_AT_ONCE = 4096
_REFUSAL = Code.REVOCATION_LIST_INVALID


class BloomFilter:
    """Says of an element: certainly not added, or probably added.

    `rate`: false positives once `planned` elements are in it, as float32 holds it. `bits`: a bit array, highest bit
    of each byte first.
    """

    def __init__(self, hashes: int, rate: float, planned: int, bits: bytearray, added: int = 0) -> None:
        self.hashes = hashes
        self.rate = rate
        self.planned = planned
        self.added = added
        self.bits = bits

    @classmethod
    def sized_for(cls, planned: int, rate: float) -> "BloomFilter":
        """An empty filter for so many elements; its size as the EU's library computes it.

        Raises:
            ValueError: no such filter: nothing planned, a rate outside 0 to 1, too many bits or hashes.
        """
        rate = _as_float32(rate)
        if planned <= 0 or not 0 < rate <= 1:
            raise ValueError("needs at least one element and a rate between 0 and 1")
        wanted_bytes = math.ceil(planned * math.log(rate) / math.log(1 / 2 ** math.log(2))) // 8 + 1
        words = wanted_bytes // _WORD_BYTES + wanted_bytes % _WORD_BYTES
        hashes = max(1, math.floor(words * _WORD_BITS / planned * math.log(2) + 0.5))
        if words > _MAX_WORDS or hashes > _MAX_HASHES:
            raise ValueError("the filter would be too large")
        return cls(hashes, rate, planned, bytearray(words * _WORD_BYTES))

    @property
    def size(self) -> int:
        """Number of bits."""
        return len(self.bits) * 8

    def add_all(self, elements: Iterable[bytes]) -> None:
        """Add many; some thousand at a time, so that memory does not grow with their number."""
        remaining = iter(elements)
        bits = np.frombuffer(self.bits, dtype=np.uint8)
        while chunk := list(islice(remaining, _AT_ONCE)):
            places = self._places_of(chunk)
            np.bitwise_or.at(bits, places >> 3, (0x80 >> (places & 7)).astype(np.uint8))
            self.added += len(chunk)

    def might_contain(self, element: bytes) -> bool:
        """False: certainly not added."""
        size, bits = self.size, self.bits
        for number in range(self.hashes):
            place = place_of(element, number, size)
            if not bits[place >> 3] & 0x80 >> (place & 7):
                return False
        return True

    def to_bytes(self) -> bytes:
        """The binary form."""
        words = len(self.bits) // _WORD_BYTES
        head = _HEAD.pack(_VERSION, self.hashes, _SHA256, self.rate, self.planned, self.added, words)
        return head + bytes(self.bits)

    @classmethod
    def from_bytes(cls, data: bytes) -> "BloomFilter":
        """Raises ProofError REVOCATION_LIST_INVALID."""
        if len(data) < _HEAD.size:
            raise ProofError(_REFUSAL, "filter cut off")
        version, hashes, function, rate, planned, added, words = _HEAD.unpack_from(data)
        if (version, function) != (_VERSION, _SHA256) or not 0 < hashes <= _MAX_HASHES:
            raise ProofError(_REFUSAL, "filter of an unknown kind")
        if not 0 < rate <= 1 or planned < 0 or added < 0:
            raise ProofError(_REFUSAL, "filter head")
        if not 0 < words <= _MAX_WORDS or len(data) != _HEAD.size + words * _WORD_BYTES:
            raise ProofError(_REFUSAL, "filter length")
        return cls(hashes, rate, planned, bytearray(data[_HEAD.size :]), added)

    def _places_of(self, elements: Sequence[bytes]) -> npt.NDArray[np.int64]:
        """Bit numbers of all hashes of all elements, as `place_of` gives them, by table arithmetic."""
        seeds = [bytes((number,)) for number in range(self.hashes)]
        digests = b"".join([sha256(element + seed).digest() for element in elements for seed in seeds])
        words = np.frombuffer(digests, dtype=">u4").reshape(-1, 8).astype(np.uint64)
        size = np.uint64(self.size)
        rest = np.zeros(len(words), dtype=np.uint64)
        for column in range(8):
            rest = ((rest << np.uint64(32)) | words[:, column]) % size
        below_zero = words[:, 0] >> np.uint64(31)  # two's complement: 2^256 less
        rest = (rest + below_zero * np.uint64(-(1 << 256) % self.size)) % size
        return rest.astype(np.int64)


def place_of(element: bytes, number: int, size: int) -> int:
    """The bit that hash `number` of the element stands for, in a filter of `size` bits."""
    digest = sha256(element + bytes((number,))).digest()
    return int.from_bytes(digest, "big", signed=True) % size


def _as_float32(value: float) -> float:
    packed: float = struct.unpack(">f", struct.pack(">f", value))[0]
    return packed
