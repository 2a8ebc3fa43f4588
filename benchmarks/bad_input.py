"""Bad input: hundreds of broken and hostile files through the two ways in; each must end in a sentence or a picture.

python -m benchmarks.bad_input
"""

import io
import random
import struct
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator

from PIL import Image

from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging.mask_files import read_mask
from core.imaging.upload import take_in

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
SLOW_SECONDS = 5.0
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">{}</svg>'
DRAWINGS = {
    "svg with a script": "<script>alert(1)</script>",
    "svg reaching for a file": '<image href="file:///etc/passwd" width="9" height="9"/>',
    "svg reaching for the network": '<image href="http://127.0.0.1:9/" width="9" height="9"/>',
    "svg nested deeply": "<g>" * 5000 + "</g>" * 5000,
    "svg cut off": "<rect",
}


def encoded(format: str, mode: str = "RGB", size: tuple[int, int] = (48, 32), **options: object) -> bytes:
    image = Image.effect_noise(size, 60).convert("RGB").convert(mode)
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png(width: int, height: int, depth: int, colour: int, body: bytes) -> bytes:
    def chunk(kind: bytes, payload: bytes) -> bytes:
        return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def corpus() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, the same in every run."""
    chance = random.Random(2026)
    yield from _crafted(chance)
    for format in FORMATS:
        data = encoded(format)
        for part in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
            yield f"{format} cut at {part:.0%}", data[: int(len(data) * part)]
        for number in range(20):
            yield f"{format} with a fuzzed header {number}", _fuzzed(data, chance, 64, 3)
        for number in range(15):
            yield f"{format} fuzzed {number}", _fuzzed(data, chance, len(data), 12)
        yield f"{format} with rubbish behind it", data + chance.randbytes(500)
        yield f"{format} behind rubbish", chance.randbytes(10) + data
        yield f"{format} of zeros after its signature", data[:16] + bytes(5000)


def _fuzzed(data: bytes, chance: random.Random, within: int, changes: int) -> bytes:
    broken = bytearray(data)
    for _ in range(changes):
        broken[chance.randrange(min(within, len(broken)))] = chance.randrange(256)
    return bytes(broken)


def _crafted(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    for length in (1, 2, 8, 100, 10_000, 1_000_000):
        yield f"{length} random bytes", chance.randbytes(length)
        yield f"{length} zeros", bytes(length)
    for text in ("hello", "<html><body>404</body></html>", "%PDF-1.7", "{}", '{"error": 1}', "GIF89a", "BM", "\ufeff"):
        yield f"text {text[:8]!r}", text.encode()
    yield "a program", b"\x7fELF" + chance.randbytes(500)
    yield "a zip", b"PK\x03\x04" + chance.randbytes(500)
    yield "a PostScript file", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"
    for width, height in (
        (0, 0),
        (0, 9),
        (9, 0),
        (50_000, 50_000),
        (2**31 - 1, 2**31 - 1),
        (10_000, 9_000),
        (1, 10**6),
    ):
        yield f"png that says {width}x{height}", png(width, height, 8, 2, zlib.compress(bytes(1000)))
    yield "png bomb of 2.5 GB", png(50_000, 50_000, 1, 0, zlib.compress(bytes(20_000_000), 9))
    yield "png with too much inside", png(8, 8, 8, 2, zlib.compress(bytes(50_000_000), 9))
    for depth, colour in ((3, 2), (8, 1), (16, 3), (0, 0), (255, 255)):
        yield f"png of depth {depth} and colour {colour}", png(8, 8, depth, colour, zlib.compress(bytes(1000)))
    yield "png without pixels", png(8, 8, 8, 2, b"")
    for mode in ("1", "L", "P", "LA", "RGBA", "I;16"):
        base = "L" if mode == "I;16" else mode
        yield f"png whole, {mode}", encoded("PNG", base)
    yield "jpeg whole, CMYK", encoded("JPEG", "CMYK")
    yield "gif bomb", b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + bytes(6) + b"\x2c" + bytes(20)
    yield "bmp bomb", b"BM" + bytes(12) + struct.pack("<IiiHHIIiiII", 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0)
    yield "tiff that points at itself", b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 256, 4, 1, 8, 8) * 4
    frames = [Image.new("P", (20, 20), colour) for colour in range(50)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    yield "gif of 50 frames", out.getvalue()
    yield "gif of 50 frames cut off", out.getvalue()[:-300]
    for name, inside in DRAWINGS.items():
        yield name, SVG.format(inside).encode()
    yield "svg with entities", b'<!DOCTYPE s [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    yield "svg without a size", b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield "svg of a million pixels across", SVG.format("").replace("40", "999999").encode()
    yield "svg in UTF-16", SVG.format("").encode("utf-16")


def ends(data: bytes, way: str) -> str:
    """How one file ends: taken, refused with a sentence, or something that must not be."""
    started = time.perf_counter()
    try:
        if way == "take_in":
            take_in(data)
        else:
            read_mask(data, Size(48, 32))
        outcome = "taken"
    except InvalidImageError as error:
        outcome = "refused" if str(error).endswith(".") and len(str(error)) < 400 else f"no sentence: {error}"
    except Exception as error:  # noqa: BLE001 - to count what must not happen is what this is for
        outcome = f"{type(error).__name__}: {error}"
    return "hang" if time.perf_counter() - started > SLOW_SECONDS else outcome


def main() -> None:
    warnings.simplefilter("ignore")
    counts, slowest, number = Counter[str](), (0.0, ""), 0
    for number, (name, data) in enumerate(corpus(), 1):  # noqa: B007 - the last number is their count
        for way in ("take_in", "read_mask"):
            started = time.perf_counter()
            outcome = ends(data, way)
            slowest = max(slowest, (time.perf_counter() - started, name))
            counts[outcome if outcome in ("taken", "refused") else "wrong"] += 1
            if outcome not in ("taken", "refused"):
                print(f"{way}, {name}: {outcome}")
    print(
        f"{number} files, each through take_in and read_mask: {counts['refused']} refused with a sentence, "
        f"{counts['taken']} taken, {counts['wrong']} tracebacks or hangs; slowest {slowest[0]:.2f} s ({slowest[1]})"
    )


if __name__ == "__main__":
    main()
