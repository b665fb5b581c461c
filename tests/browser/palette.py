"""A screenshot as a PNG of 256 colours: a page of text has few, and a third of the bytes holds them."""

import base64
import struct
import zlib
from collections.abc import Iterator

from playwright.sync_api import Page

__all__ = ["reduced"]

# The colours that are there most often, and for every other the nearest of them; Chromium reads the picture.
_COUNT = """async (png) => {
    const bytes = Uint8Array.from(atob(png), (each) => each.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(picture, 0, 0);
    const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
    const many = new Map();
    for (const each of pixels) many.set(each, (many.get(each) || 0) + 1);
    const palette = [...many].sort((a, b) => b[1] - a[1]).slice(0, 256).map((each) => each[0]);
    const far = (a, b) => [0, 8, 16].reduce((sum, by) => sum + ((a >> by & 255) - (b >> by & 255)) ** 2, 0);
    const nearest = new Map(palette.map((each, at) => [each, at]));
    for (const each of many.keys()) {
        if (nearest.has(each)) continue;
        let [best, least] = [0, Infinity];
        palette.forEach((one, at) => { const d = far(one, each); if (d < least) [best, least] = [at, d]; });
        nearest.set(each, best);
    }
    let text = '';
    for (const each of pixels) text += String.fromCharCode(nearest.get(each));
    return { width, height, palette: palette.map((one) => [one & 255, one >> 8 & 255, one >> 16 & 255]),
             rows: btoa(text) };
}"""


def reduced(page: Page, png: bytes) -> bytes:
    told = page.evaluate(_COUNT, base64.b64encode(png).decode())
    width, height = told["width"], told["height"]
    pixels = base64.b64decode(told["rows"])
    rows = b"".join(b"\0" + pixels[at * width : (at + 1) * width] for at in range(height))
    colours = bytes(channel for colour in told["palette"] for channel in colour)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(parts))


def _chunks(parts: tuple[tuple[bytes, bytes], ...]) -> Iterator[bytes]:
    for name, held in parts:
        yield struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))
