"""Messages over a pipe: pickle protocol 5, with arrays sent beside the pickle, not copied into it."""

from __future__ import annotations

import pickle
import struct
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CHUNK_BYTES = 1 << 20

PackedMessage = tuple[memoryview, ...]


def pack(message: object) -> PackedMessage:
    """Return the parts of ``message``: the pickle, then each array's bytes, without a copy.

    Raises
    ------
    Exception
        What pickle raises for an object that cannot be pickled.
    """
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    return (memoryview(body), *(buffer.raw() for buffer in buffers))


class Wire:
    """Sends and receives whole messages; sending is safe from several threads, receiving from one.

    Parameters
    ----------
    connection : multiprocessing.connection.Connection
        One end of a two-way pipe.
    """

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, message: PackedMessage) -> None:
        """Send a packed message; blocks while the other side is slow.

        Raises
        ------
        OSError
            The other side is gone.
        """
        with self._sending:
            self._connection.send_bytes(struct.pack(f"<{len(message)}Q", *(part.nbytes for part in message)))
            for part in message:
                # Small chunks keep the time short for which the interpreter lock is held.
                for start in range(0, part.nbytes, CHUNK_BYTES):
                    self._connection.send_bytes(part[start:start + CHUNK_BYTES])

    def receive(self) -> object:
        """Wait for the next message and return it; its arrays can be written to.

        Raises
        ------
        EOFError, OSError
            The other side is gone.
        Exception
            What pickle raises; the message is then used up and the next one can be received.
        """
        header = self._connection.recv_bytes()
        sizes = struct.unpack(f"<{len(header) // 8}Q", header)
        body, *buffers = [self._receive_part(size) for size in sizes]
        return pickle.loads(body, buffers=buffers)  # noqa: S301 - the peer is our own process

    def _receive_part(self, size: int) -> memoryview:
        part = np.empty(size, np.uint8).data  # unlike a bytearray, it costs no time to create
        filled = 0
        while filled < size:
            chunk = self._connection.recv_bytes()
            part[filled:filled + len(chunk)] = chunk
            filled += len(chunk)
        return part
