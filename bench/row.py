from dataclasses import dataclass, field


@dataclass
class Row:
    """
    One line of the table.

    value:    in `unit`; of times and sizes less is better, of anything else more
    *_cpu_ms: CPU time of one answer
    driver:   the same Cypher by the bare driver, in `unit`
    route:    a bare route that returns the same bytes, in `unit`
    compared: the same work by another engine, in `unit`
    entries:  how long the list is that is measured, where it is one
    slower:   `item_ms` as a multiple of that of another run
    goal:     how many times as good as the best of these it has to be; for a size or a time by itself, what it may be at most
    """

    name: str
    said: str
    unit: str
    value: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    service_cpu_ms: float | None = None
    neo4j_cpu_ms: float | None = None
    driver: float | None = None
    route: float | None = None
    compared: dict[str, float] = field(default_factory=dict)
    entries: int | None = None
    slower: float | None = None
    goal: float | None = None

    @property
    def less_is_better(self) -> bool:
        """Is the value a time or a size?"""
        return self.unit in {"ms", "s", "MB"}

    @property
    def item_ms(self) -> float | None:
        """What is told of two books of different sizes: the median, of a list or a load the time of an entry."""
        if self.unit == "MB":
            return None
        if self.unit == "/s":
            return self.p50_ms if self.p50_ms is not None and self.entries is None else 1e3 / (self.value * (self.entries or 1))
        return self.value / (self.entries or 1)

    @property
    def times(self) -> float | None:
        """How many times as good as the best of those that it is compared with."""
        if not self.compared:
            return None
        if self.less_is_better:
            return min(self.compared.values()) / self.value
        return self.value / max(self.compared.values())

    @property
    def reached(self) -> bool | None:
        """Is it what it has to be? None = there is no goal, or nothing to hold it against."""
        if self.goal is None:
            return None
        if self.times is not None:
            return self.times >= self.goal
        return self.value <= self.goal if self.alone else None

    @property
    def alone(self) -> bool:
        """Is its goal a value by itself?"""
        return self.unit in {"s", "MB"}
