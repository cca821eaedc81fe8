"""What lies between a service and its Neo4j: a connection can be made to break, or to go silent, at a moment of a write."""

import socket
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from threading import Event, Thread

from graph.address import Address

COMMIT = bytes.fromhex("0002b0120000")
"""Bolt's message COMMIT in its frame."""
SIZE = 1 << 16


class Moment(Enum):
    """When a connection breaks: at which message of the service to Neo4j, and whether Neo4j still gets that."""

    IN_ITS_WORK = (b"CREATE (change:Change", False)
    BEFORE_ITS_COMMIT = (COMMIT, False)
    AFTER_ITS_COMMIT = (COMMIT, True)


Strike = Callable[[], object]


class Wire:
    """What lies between a service and its Neo4j: a connection can be made to break at a moment of an apply."""

    def __init__(self, neo4j: Address) -> None:
        self._port = int(neo4j.uri.rpartition(":")[2])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = neo4j._replace(uri=f"bolt://127.0.0.1:{self._listening.getsockname()[1]}")
        self._fault: tuple[Moment, Strike] | None = None
        self.broken = Event()
        Thread(target=self._accept, daemon=True).start()

    def break_at(self, moment: Moment, strike: Strike = lambda: None) -> None:
        """Have the first connection that comes to the moment call `strike` and break."""
        self.broken.clear()
        self._fault = moment, strike

    def close(self) -> None:
        """Take no more connections."""
        with self._listening:
            cut(self._listening)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                service, _ = self._listening.accept()
                neo4j = socket.create_connection(("127.0.0.1", self._port))
                for each in (service, neo4j):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                strikes: list[Strike] = []
                Thread(target=self._carry_messages, args=(service, neo4j, strikes), daemon=True).start()
                Thread(target=self._carry_answers, args=(neo4j, service, strikes), daemon=True).start()

    def _carry_messages(self, service: socket.socket, neo4j: socket.socket, strikes: list[Strike]) -> None:
        with service, neo4j:
            with suppress(OSError):
                while message := service.recv(SIZE):
                    if fault := self._fault_at(message):
                        moment, strike = fault
                        strikes.append(strike)  # no answer passes from now on
                        if not moment.value[1]:
                            self._break(strike)
                            break
                    neo4j.sendall(message)
            cut(service, neo4j)

    def _carry_answers(self, neo4j: socket.socket, service: socket.socket, strikes: list[Strike]) -> None:
        with suppress(OSError):
            while answer := neo4j.recv(SIZE):
                if strikes:
                    self._break(strikes[0])
                    break
                service.sendall(answer)
        cut(service, neo4j)

    def _fault_at(self, message: bytes) -> tuple[Moment, Strike] | None:
        if self._fault is None or self._fault[0].value[0] not in message:
            return None
        fault, self._fault = self._fault, None  # one write at a time holds the store's lock, so no other connection comes here
        return fault

    def _break(self, strike: Strike) -> None:
        strike()
        self.broken.set()


def cut(*connections: socket.socket) -> None:
    """End them at once; closing alone would leave a thread waiting, and the other end without a word."""
    for each in connections:
        with suppress(OSError):  # it has ended
            each.shutdown(socket.SHUT_RDWR)
