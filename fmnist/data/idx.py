"""The four official files: names, sizes, checksums, and reading their bytes strictly. No disk, no network."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from math import prod

import numpy as np

from fmnist.data.facts import CLASSES, IMAGE_SHAPE, TEST_IMAGES, TRAIN_IMAGES
from fmnist.language import N_, _

UNSIGNED_BYTE = 0x08  # the IDX code for the type of the values


class DataError(Exception):
    """A file that is not what it should be; the message is a sentence for a person, naming file and fault."""


@dataclass(frozen=True)
class OfficialFile:
    """One of the four files as its makers published it."""

    name: str
    size: int  # bytes, packed
    sha256: str
    shape: tuple[int, ...]  # (count, 28, 28) for images, (count,) for labels

    @property
    def header(self) -> bytes:
        """The first bytes of the unpacked file: magic number, then each dimension, big endian."""
        magic = UNSIGNED_BYTE << 8 | len(self.shape)
        return b"".join(number.to_bytes(4, "big") for number in (magic, *self.shape))


# Sizes, checksums and shapes as measured on the files of github.com/zalandoresearch/fashion-mnist.
OFFICIAL_FILES = (
    OfficialFile(
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        (TRAIN_IMAGES, *IMAGE_SHAPE),
    ),
    OfficialFile(
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        (TRAIN_IMAGES,),
    ),
    OfficialFile(
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        (TEST_IMAGES, *IMAGE_SHAPE),
    ),
    OfficialFile(
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        (TEST_IMAGES,),
    ),
)


def check(packed: bytes, file: OfficialFile) -> None:
    """Accept the official bytes and nothing else.

    Parameters
    ----------
    packed
        The bytes of the ``.gz`` file.
    file
        Which of the official files they should be.

    Raises
    ------
    DataError
        If the SHA-256 differs; the message says as exactly as possible what is wrong with the bytes.
    """
    found = hashlib.sha256(packed).hexdigest()
    if found == file.sha256:
        return
    for other in OFFICIAL_FILES:
        if other.sha256 == found:
            raise DataError(_("{file} has the content of {other}.").format(file=file.name, other=other.name))
    if packed.lstrip()[:1] == b"<":
        raise DataError(_("{file} is a web page, not the packed images or labels.").format(file=file.name))
    read(packed, file)  # a fault of the content is more telling than a checksum
    message = _("{file} is not the official file: its SHA-256 starts with {found}, not {wanted}.")
    raise DataError(message.format(file=file.name, found=found[:12], wanted=file.sha256[:12]))


def read(packed: bytes, file: OfficialFile) -> np.ndarray:
    """The array in a packed IDX file.

    Parameters
    ----------
    packed
        The bytes of the ``.gz`` file.
    file
        Gives the shape the array must have, and the name for the message.

    Returns
    -------
    numpy.ndarray
        uint8 of shape ``file.shape``, read-only; labels are 0 to 9.

    Raises
    ------
    DataError
        If the bytes are not gzip or cut off, or magic number, dimensions, length or a label are wrong.
    """
    header = file.header
    raw = _unpacked(packed, file.name, limit=len(header) + prod(file.shape))
    _check_header(raw, file)
    if len(raw) != len(header) + prod(file.shape):
        message = _("{file} holds {found:,} values after its header, not {wanted:,}.")
        raise DataError(message.format(file=file.name, found=len(raw) - len(header), wanted=prod(file.shape)))
    array = np.frombuffer(raw, np.uint8, offset=len(header)).reshape(file.shape)
    if len(file.shape) == 1 and array.size and array.max() >= CLASSES:
        place = int(np.argmax(array >= CLASSES))
        message = _("{file} has the label {label} at position {place}; labels are 0 to 9.")
        raise DataError(message.format(file=file.name, label=array[place], place=place))
    return array


def _unpacked(packed: bytes, name: str, limit: int) -> bytes:
    """The unpacked bytes. No more than `limit` is ever unpacked, so a small file cannot fill the memory."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: gzip header and check sum
    try:
        raw = unpacker.decompress(packed, limit)
        more = b"" if unpacker.eof else unpacker.decompress(unpacker.unconsumed_tail, 1)
    except zlib.error:
        raise DataError(_("{file} is not a gzip file, or is damaged.").format(file=name)) from None
    if more:
        message = _("{file} holds more than the {limit:,} bytes it should when unpacked.")
        raise DataError(message.format(file=name, limit=limit))
    if not unpacker.eof:
        raise DataError(_("{file} is cut off: the packed data end too early.").format(file=name))
    if unpacker.unused_data:
        message = _("{file} has {count:,} bytes too many at its end.")
        raise DataError(message.format(file=name, count=len(unpacker.unused_data)))
    return raw


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
            raise DataError(_(message).format(file=file.name, **numbers))
