"""Prints which letters the fonts `han` and `hangul` keep, as `pyftsubset --unicodes-file` reads them."""

import sys

ROWS = range(0xA1, 0xFF)
BIG5_TRAILS = [*range(0x40, 0x7F), *ROWS]


def letters_of(encoding, leads=ROWS, trails=ROWS):
    """The letters that a national standard encodes in two bytes."""
    for lead in leads:
        for trail in trails:
            text = bytes([lead, trail]).decode(encoding, errors="ignore")
            yield from map(ord, text if len(text) == 1 else "")


def han():
    """China's, Japan's, Korea's and Taiwan's (of Big5 its first level) common ideographs, kana, and full-width signs."""
    common = {*letters_of("gb2312"), *letters_of("euc_jp"), *letters_of("euc_kr")}
    common.update(letters_of("big5", range(0xA4, 0xC7), BIG5_TRAILS))
    ideographs = {letter for letter in common if 0x4E00 <= letter <= 0x9FFF}
    return ideographs | {*range(0x3000, 0x3100), *range(0xFF01, 0xFF66)}


def hangul():
    """All syllables, and the letters they are made of."""
    return {*range(0xAC00, 0xD7A4), *range(0x3131, 0x318F)}


print(",".join(f"U+{letter:04X}" for letter in sorted({"han": han, "hangul": hangul}[sys.argv[1]]())))
