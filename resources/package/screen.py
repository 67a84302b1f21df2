"""A virtual X11 screen whose pixels can be read: Xvfb keeps them in a file that is mapped."""

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

SIZE = "1280x720x24"
# Where the fields are in the header of an X window dump, in 32-bit words (XWDFile.h).
_WORDS = 25
_HEADER_SIZE, _HEIGHT, _BYTES_PER_LINE, _COLORS = 0, 5, 12, 19
_BYTES_PER_COLOR = 12


def available() -> bool:
    """Whether Xvfb is installed."""
    return shutil.which("Xvfb") is not None


class VirtualScreen:
    """Xvfb while the ``with`` block lasts; ``name`` is for DISPLAY."""

    def __enter__(self) -> "VirtualScreen":
        self._folder = tempfile.TemporaryDirectory(prefix="hhgui-screen-")
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp"]
        self._server = subprocess.Popen(
            [*command, "-fbdir", self._folder.name], pass_fds=[writer], stderr=subprocess.DEVNULL
        )
        os.close(writer)
        with os.fdopen(reader) as answer:
            self.name = f":{answer.readline().strip()}"
        if self.name == ":":
            raise OSError("Xvfb did not start")
        with Path(self._folder.name, "Xvfb_screen0").open("rb") as pixels:
            self._pixels = mmap.mmap(pixels.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(f">{_WORDS}I", self._pixels[: 4 * _WORDS])
        self.height, self._line = header[_HEIGHT], header[_BYTES_PER_LINE]
        self._start = header[_HEADER_SIZE] + _BYTES_PER_COLOR * header[_COLORS]
        return self

    def __exit__(self, *_: object) -> None:
        self._pixels.close()
        self._server.terminate()
        self._server.wait()
        self._folder.cleanup()

    def checksum(self, top: int, bottom: int) -> int:
        """A number that changes with any pixel of the lines from ``top`` to before ``bottom``."""
        first, last = self._start + top * self._line, self._start + bottom * self._line
        return zlib.crc32(self._pixels[first:last])
