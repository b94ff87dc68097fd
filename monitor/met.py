"""Who was met before, in a fixed amount of memory: authors, and authors in threads and hours."""

from __future__ import annotations

from typing import Any

from monitor.windows import DAY, pack, unpack

BITS_EACH = 11  # bits per member of a filter when a generation is full
_BITS = (1, 2, 4, 8, 16, 32, 64, 128)


class Met:
    """Who was met before: two generations of a Bloom filter (Bloom 1970), in at most 2 x `most_bits` bits.

    Says "met" about a stranger in about one case of a hundred; never forgets anybody of the younger generation.
    A generation that fills up in less than `keep_days` is followed by one twice as large.
    """

    def __init__(self, bits: int = 1 << 14, most_bits: int = 1 << 17, keep_days: float = 14) -> None:
        self.most_bits, self.keep_days = most_bits, keep_days
        self.young, self.old = bytearray(bits // 8), bytearray(bits // 8)
        self.members = 0
        self.since = -1  # the minute in which the younger generation began

    def meet(self, number: int, minute: int) -> bool:
        """True: met before. From now on it is met."""
        if self.since < 0:
            self.since = minute
        # Two halves make four hashes (Kirsch and Mitzenmacher 2006); sizes are powers of two. Unrolled: asked most.
        # Cut to the size first: Python counts faster in numbers below 2 to the 30.
        young = self.young
        bits = len(young) * 8
        mask = bits - 1
        a, step = number & mask, (number >> 32 | 1) & mask
        b = a + step & mask
        c = b + step & mask
        d = c + step & mask
        at_a, at_b, at_c, at_d = a >> 3, b >> 3, c >> 3, d >> 3
        bit_a, bit_b, bit_c, bit_d = _BITS[a & 7], _BITS[b & 7], _BITS[c & 7], _BITS[d & 7]
        if young[at_a] & bit_a and young[at_b] & bit_b and young[at_c] & bit_c and young[at_d] & bit_d:
            return True
        young[at_a] |= bit_a
        young[at_b] |= bit_b
        young[at_c] |= bit_c
        young[at_d] |= bit_d
        old = self.old
        if len(old) != len(young):
            # Its bits are the same; its places are these, taken by its own size.
            size = len(old) - 1
            if len(old) < len(young):
                at_a, at_b, at_c, at_d = at_a & size, at_b & size, at_c & size, at_d & size
            else:
                step = number >> 32 | 1
                at_a, at_b = number >> 3 & size, number + step >> 3 & size
                at_c, at_d = number + 2 * step >> 3 & size, number + 3 * step >> 3 & size
        known = old[at_a] & bit_a and old[at_b] & bit_b and old[at_c] & bit_c and old[at_d] & bit_d
        self.members = members = self.members + 1
        if members * BITS_EACH >= bits:
            self._next_generation(minute)
        return known != 0

    def _next_generation(self, minute: int) -> None:
        is_hasty = minute - self.since < self.keep_days * DAY
        size = min(len(self.young) * (2 if is_hasty else 1), self.most_bits // 8)
        self.old, self.young = self.young, bytearray(size)
        self.members, self.since = 0, minute

    def state(self) -> list[Any]:
        return [self.members, self.since, pack(bytes(self.young)), pack(bytes(self.old))]

    def load(self, state: list[Any]) -> None:
        self.members, self.since = state[0], state[1]
        self.young, self.old = bytearray(unpack(state[2])), bytearray(unpack(state[3]))
