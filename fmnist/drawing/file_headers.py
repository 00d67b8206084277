"""What the first bytes of picture files say, read without decoding a pixel."""

from __future__ import annotations

import re
import struct

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# Texts, profiles and times of a PNG say nothing of its pixels, but may be as long as memory.
PNG_KEPT = (b"tRNS", b"eXIf")
# Within the pixels of a JPEG, 0xFF is followed by 0 or by the number of a restart; else a new part begins.
JPEG_PART = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
JPEG_END, JPEG_SCAN = 0xD9, 0xDA
JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}  # parts without a length


def is_heic(data: bytes) -> bool:
    """Whether these are the bytes of a HEIC or HEIF file (ISO/IEC 23008-12)."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS


def is_webp(data: bytes) -> bool:
    """Whether these are the bytes of a WebP file, long enough to tell its size."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP file (RFC 9649, sections 2.5 to 2.7).

    Pillow cannot tell them without reserving memory for the whole canvas.
    """
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def png_without_texts(data: bytes) -> bytes:
    """A PNG file without what is not needed to show it; what cannot be followed is left as it is."""
    kept, at = [PNG_START], len(PNG_START)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if kind[:1].isupper() or kind in PNG_KEPT:
            kept.append(data[at:end])
        at = end
    return b"".join(kept) + data[at:]


def jpeg_scans(data: bytes) -> int:
    """In how many scans the first picture of a JPEG file is painted: 1, or more if it is progressive."""
    scans, at = 0, 2
    while part := JPEG_PART.search(data, at):
        kind, at = data[part.start() + 1], part.end()
        if kind == JPEG_END:
            break
        scans += kind == JPEG_SCAN
        if kind not in JPEG_ALONE:
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    return scans
