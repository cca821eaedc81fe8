import io


class Outlet(io.RawIOBase):
    """A file for a writer that wants one: what is written waits here until it is taken, and goes nowhere else."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Yes; and it can't be sought in."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any buffer; the name of its type is not in the library yet
        """Append."""
        self._waiting += data
        return memoryview(data).nbytes

    def take(self) -> bytes:
        """All that was written since the last call."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
