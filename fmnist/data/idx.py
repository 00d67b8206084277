"""The four official files: names, sizes, checksums, and reading their bytes strictly. No disk, no network."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from math import prod

import numpy as np

from fmnist.data.facts import CLASSES, IMAGE_SHAPE, TEST_IMAGES, TRAIN_IMAGES
from fmnist.language import N_, SaidError

UNSIGNED_BYTE = 0x08  # the IDX code for the type of the values
GZIP = b"\x1f\x8b"  # how each part of a packed file begins


class DataError(SaidError):
    """A file that is not what it should be: the sentence names file and fault."""


@dataclass(frozen=True)
class OfficialFile:
    """One of the four files as its makers published it."""

    name: str
    size: int  # bytes, packed
    sha256: str  # of the packed bytes, as published
    shape: tuple[int, ...]  # (count, 28, 28) for images, (count,) for labels
    unpacked_sha256: str  # of the bytes inside, however they are packed

    @property
    def names(self) -> tuple[str, ...]:
        """What people's programs call it: packed, unpacked, and unpacked as some of them like it."""
        unpacked = self.name.removesuffix(".gz")
        return self.name, unpacked, unpacked.replace("-idx", ".idx")

    @property
    def unpacked_size(self) -> int:
        """Bytes of header and values."""
        return len(self.header) + prod(self.shape)

    @property
    def largest(self) -> int:
        """Bytes that it can take in any packing: one that makes it no smaller adds a little."""
        return self.unpacked_size + self.unpacked_size // 100 + 1024

    @property
    def header(self) -> bytes:
        """The first bytes of the unpacked file: magic number, then each dimension, big endian."""
        magic = UNSIGNED_BYTE << 8 | len(self.shape)
        return b"".join(number.to_bytes(4, "big") for number in (magic, *self.shape))


# Sizes, shapes and both checksums as measured on the files of github.com/zalandoresearch/fashion-mnist.
OFFICIAL_FILES = (
    OfficialFile(
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        (TRAIN_IMAGES, *IMAGE_SHAPE),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    OfficialFile(
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        (TRAIN_IMAGES,),
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    OfficialFile(
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        (TEST_IMAGES, *IMAGE_SHAPE),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    OfficialFile(
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        (TEST_IMAGES,),
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)


def check(content: bytes, file: OfficialFile) -> None:
    """Accept the official bytes, packed as they were published, packed anew or unpacked, and nothing else.

    Parameters
    ----------
    content
        The bytes of the file.
    file
        Which of the official files they should be.

    Raises
    ------
    DataError
        If the SHA-256 differs; the message says as exactly as possible what is wrong with the bytes.
    """
    found = hashlib.sha256(content).hexdigest()
    if found in (file.sha256, file.unpacked_sha256):
        return
    for other in OFFICIAL_FILES:
        if found in (other.sha256, other.unpacked_sha256):
            raise DataError(N_("{file} has the content of {other}."), file=file.name, other=other.name)
    if content.lstrip()[:1] == b"<":
        raise DataError(N_("{file} is a web page, not the packed images or labels."), file=file.name)
    raw = _inside(content, file)
    inside = hashlib.sha256(raw).hexdigest()
    if inside == file.unpacked_sha256:
        return
    _array(raw, file)  # a fault of the content is more telling than a checksum
    message = N_(
        "{file} is not the official file: the SHA-256 of what is in it starts with {found}, not {wanted}."
    )
    raise DataError(message, file=file.name, found=inside[:12], wanted=file.unpacked_sha256[:12])


def read(content: bytes, file: OfficialFile) -> np.ndarray:
    """The array in an IDX file, packed or not.

    Parameters
    ----------
    content
        The bytes of the file.
    file
        Gives the shape the array must have, and the name for the message.

    Returns
    -------
    numpy.ndarray
        uint8 of shape ``file.shape``, read-only; labels are 0 to 9.

    Raises
    ------
    DataError
        If the bytes are neither IDX nor gzip, or cut off, or a number in the header, the length or a label is
        wrong.
    """
    return _array(_inside(content, file), file)


def _inside(content: bytes, file: OfficialFile) -> bytes:
    """The unpacked bytes, no more of them than one too many."""
    if content.startswith(file.header[:3]):  # a file that is not packed; a packed one begins in another way
        return content[: file.unpacked_size + 1]
    return _unpacked(content, file.name, limit=file.unpacked_size)


def _array(raw: bytes, file: OfficialFile) -> np.ndarray:
    header = file.header
    _check_header(raw, file)
    if len(raw) > file.unpacked_size:
        raise _too_much(file.name, file.unpacked_size)
    if len(raw) != file.unpacked_size:
        message = N_("{file} holds {found:,} values after its header, not {wanted:,}.")
        raise DataError(message, file=file.name, found=len(raw) - len(header), wanted=prod(file.shape))
    array = np.frombuffer(raw, np.uint8, offset=len(header)).reshape(file.shape)
    if len(file.shape) == 1 and array.size and array.max() >= CLASSES:
        place = int(np.argmax(array >= CLASSES))
        message = N_("{file} has the label {label} at position {place}; labels are 0 to 9.")
        raise DataError(message, file=file.name, label=array[place], place=place)
    return array


def _unpacked(packed: bytes, name: str, limit: int) -> bytes:
    """The unpacked bytes. No more than `limit` is ever unpacked, so a small file cannot fill the memory.

    Some programs pack a file in several parts, one after another: the format allows that.
    """
    parts: list[bytes] = []
    left = limit
    while True:
        part, rest = _unpacked_part(packed, name, left, limit)
        parts.append(part)
        left -= len(part)
        if not rest.startswith(GZIP):
            break
        packed = rest
    if rest.strip(b"\0"):
        message = N_("{file} has {count:,} bytes too many at its end.")
        raise DataError(message, file=name, count=len(rest))
    return b"".join(parts)


def _unpacked_part(packed: bytes, name: str, left: int, limit: int) -> tuple[bytes, bytes]:
    """What one part holds, at most `left` bytes, and what stands after it."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: gzip header and check sum
    try:
        # With a limit of 0, zlib would have none.
        raw = unpacker.decompress(packed, left) if left else b""
        more = b"" if unpacker.eof else unpacker.decompress(unpacker.unconsumed_tail if left else packed, 1)
    except zlib.error:
        raise DataError(N_("{file} is not a gzip file, or is damaged."), file=name) from None
    if more:
        raise _too_much(name, limit)
    if not unpacker.eof:
        raise DataError(N_("{file} is cut off: the packed data end too early."), file=name)
    return raw, unpacker.unused_data


def _too_much(name: str, limit: int) -> DataError:
    message = N_("{file} holds more than the {limit:,} bytes it should when unpacked.")
    return DataError(message, file=name, limit=limit)


def _check_header(raw: bytes, file: OfficialFile) -> None:
    messages = (
        N_("The magic number in {file} is {found:,}, not {wanted:,}."),
        N_("The count in {file} is {found:,}, not {wanted:,}."),
        N_("The height in {file} is {found:,}, not {wanted:,}."),
        N_("The width in {file} is {found:,}, not {wanted:,}."),
    )
    for place, message in enumerate(messages[: 1 + len(file.shape)]):
        found, wanted = (part[4 * place : 4 * place + 4] for part in (raw, file.header))
        if found != wanted:
            numbers = {"found": int.from_bytes(found, "big"), "wanted": int.from_bytes(wanted, "big")}
            raise DataError(message, file=file.name, **numbers)
