# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes of whatever somebody uploads a small PNG of our own, or says why not. No Django, no database."""

import hashlib
import io
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PIL import Image

MAX_UPLOAD: Final = 1024 * 1024
MOST_PIXELS: Final = 4_000_000
"""A picture of few kilobytes can unfold to gigabytes; its head says so before anything is unpacked."""
BOX: Final = (480, 144)
"""Twice the size it is shown at, so that it is sharp on phones."""
MOST_BYTES: Final = 10 * 1024
"""The first page has 100 KB in all, and people pay for them."""
SMALLEST: Final = 24
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_COLOURS: Final = (255, 64, 24)
_SHRINK: Final = 0.8


class Fault(Enum):
    SVG = "a program may hide in it"
    UNREADABLE = "no PNG, JPEG or WebP"
    TOO_LARGE = "too many pixels or bytes"
    TOO_SMALL = "nothing would be seen"
    TOO_DETAILED = "it stays too heavy however small it gets"


class PictureRefused(ValueError):
    """The upload cannot become a logo: `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo ready to be served. `digest` is of the bytes, so an address with it never shows anything else."""

    png: bytes
    width: int
    height: int
    digest: str


def picture_of(upload: bytes) -> Picture:
    """Draw the upload anew: what else was in the file (place, camera, hidden data) is gone. Raises PictureRefused."""
    if len(upload) > MAX_UPLOAD:
        raise PictureRefused(Fault.TOO_LARGE)
    image = _cropped(_opened(upload))
    if min(image.size) < SMALLEST:
        raise PictureRefused(Fault.TOO_SMALL)
    image.thumbnail(BOX, Image.Resampling.LANCZOS)
    while min(image.size) >= SMALLEST // 2:
        for colours in _COLOURS:
            png = _as_png(image, colours)
            if len(png) <= MOST_BYTES:
                return Picture(png, image.width, image.height, hashlib.blake2b(png, digest_size=12).hexdigest())
        smaller = (int(image.width * _SHRINK), int(image.height * _SHRINK))
        image = image.resize(smaller, Image.Resampling.LANCZOS)
    raise PictureRefused(Fault.TOO_DETAILED)


def _opened(upload: bytes) -> Image.Image:
    if b"<svg" in upload[:4096].lower():
        raise PictureRefused(Fault.SVG)
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            drawn = image.convert("RGBA") if image.width * image.height <= MOST_PIXELS else None
    except Image.DecompressionBombError as bomb:
        raise PictureRefused(Fault.TOO_LARGE) from bomb
    except (OSError, ValueError, SyntaxError) as broken:
        raise PictureRefused(Fault.UNREADABLE) from broken
    if drawn is None:
        raise PictureRefused(Fault.TOO_LARGE)
    return drawn


def _cropped(image: Image.Image) -> Image.Image:
    """Without the empty edge that many files have: beside the name it would look like a mistake."""
    edges = image.getchannel("A").getbbox()
    if edges is None:
        raise PictureRefused(Fault.TOO_SMALL)
    return image.crop(edges)


def _as_png(image: Image.Image, colours: int) -> bytes:
    target = io.BytesIO()
    image.quantize(colours, method=Image.Quantize.FASTOCTREE).save(target, "PNG", optimize=True)
    return target.getvalue()
