"""A camera that sees what a test wants: Chromium plays a video file in its place, again and again."""

from collections.abc import Sequence
from pathlib import Path

import segno

WIDTH, HEIGHT = 640, 480
FRAMES_PER_SECOND = 10
WHITE, BLACK, GREY = 255, 0, b"\x80"


def film(path: Path, scenes: Sequence[tuple[str, float]]) -> list[str]:
    """Make a film of QR codes, each shown for some seconds ("" shows nothing), and give Chromium's flags to play it."""
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420\n".encode()
    no_colour = GREY * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(header)
        for text, seconds in scenes:
            frame = b"FRAME\n" + _picture(text) + no_colour
            for _ in range(round(seconds * FRAMES_PER_SECOND)):
                file.write(frame)
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]


def _picture(text: str) -> bytes:
    if not text:
        return bytes([WHITE]) * (WIDTH * HEIGHT)
    rows = list(segno.make_qr(text, error="m").matrix_iter(border=4))
    side = HEIGHT // len(rows)
    margin = bytes([WHITE]) * ((WIDTH - side * len(rows)) // 2)
    lines = []
    for row in rows:
        line = b"".join(bytes([BLACK if module else WHITE]) * side for module in row)
        lines += [(margin + line).ljust(WIDTH, b"\xff")] * side
    return b"".join(lines).ljust(WIDTH * HEIGHT, b"\xff")
