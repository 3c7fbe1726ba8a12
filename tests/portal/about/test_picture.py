# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A logo is drawn anew: small, without what else was in the file, or refused with the reason."""

import io
import random
import zlib

import pytest
from PIL import Image, PngImagePlugin

from jobcenter_portal.about.picture import BOX, MAX_UPLOAD, MOST_BYTES, Fault, PictureRefused, picture_of
from tests.portal.about.conftest import picture_file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_usual_kinds_become_a_small_png(kind: str) -> None:
    drawn = picture_of(picture_file(kind, (1200, 400)))
    with Image.open(io.BytesIO(drawn.png)) as image:
        assert (image.format, image.size) == ("PNG", (432, 144))
    assert (drawn.width, drawn.height) == (432, 144)
    assert len(drawn.png) <= MOST_BYTES


def test_a_photograph_becomes_smaller_until_a_phone_can_afford_it() -> None:
    noise = random.Random(1).randbytes(600 * 200 * 3)
    target = io.BytesIO()
    Image.frombytes("RGB", (600, 200), noise).save(target, "PNG")
    drawn = picture_of(target.getvalue())
    assert len(drawn.png) <= MOST_BYTES
    assert drawn.width < BOX[0]


def test_what_else_was_in_the_file_is_gone() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Erika Geheim")
    target = io.BytesIO()
    Image.new("RGB", (100, 100), "#1d5c3a").save(target, "PNG", pnginfo=words)
    assert b"Geheim" in target.getvalue()
    assert b"Geheim" not in picture_of(target.getvalue()).png


def test_an_empty_edge_is_cut_off() -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((29, 92, 58, 255), (100, 130, 200, 170))
    target = io.BytesIO()
    image.save(target, "PNG")
    drawn = picture_of(target.getvalue())
    assert (drawn.width, drawn.height) == (100, 40)


def test_the_same_picture_has_the_same_address() -> None:
    assert picture_of(picture_file()).digest == picture_of(picture_file()).digest
    assert picture_of(picture_file()).digest != picture_of(picture_file(colour="#7a1f4b")).digest


def _bomb() -> bytes:
    """Few bytes that say they are 30,000 × 30,000 points."""
    head = bytearray(picture_file("PNG", (10, 10)))
    head[16:24] = (30_000).to_bytes(4, "big") * 2
    head[29:33] = zlib.crc32(head[12:29]).to_bytes(4, "big")
    return bytes(head)


@pytest.mark.parametrize(
    ("upload", "fault"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Fault.SVG),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<SVG>', Fault.SVG),
        (b"GIF89a" + b"x" * 50, Fault.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, Fault.UNREADABLE),
        (b"%PDF-1.7", Fault.UNREADABLE),
        (b"", Fault.UNREADABLE),
        (picture_file()[:60], Fault.UNREADABLE),
        (_bomb(), Fault.TOO_LARGE),
        (picture_file("JPEG", (2500, 2500)), Fault.TOO_LARGE),
        (b"x" * (MAX_UPLOAD + 1), Fault.TOO_LARGE),
        (picture_file("PNG", (200, 10)), Fault.TOO_SMALL),
    ],
    ids=["svg", "svg in capitals", "gif", "broken", "pdf", "nothing", "cut off", "bomb", "pixels", "bytes", "thin"],
)
def test_what_is_no_logo_is_refused_with_the_reason(upload: bytes, fault: Fault) -> None:
    with pytest.raises(PictureRefused) as refused:
        picture_of(upload)
    assert refused.value.fault is fault
