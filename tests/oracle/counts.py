"""
How often each case of policy.md is reached: `python -m tests.oracle.counts [ANSWERS [LEAST [FIRST_SEED]]]`, without Neo4j.

Prints a line for each case, those reached most seldom last, and exits 1 if one is reached fewer than LEAST times.
"""

import sys
from collections import Counter

from tests.oracle.asking import asked
from tests.oracle.reached import every_case, reached

ANSWERS, LEAST = 1_000_000, 100


def count(answers: int, first_seed: int = 0) -> Counter[str]:
    """Case -> by how many of so many answers it is reached; 0 for what is not."""
    counts = Counter(dict.fromkeys(every_case(), 0))
    for each in asked(answers, first_seed):
        counts.update(reached(each))
    return counts


def main(answers: int = ANSWERS, least: int = LEAST, first_seed: int = 0) -> bool:
    """Whether each case is reached often enough."""
    counts = count(answers, first_seed)
    for case, times in counts.most_common():
        print(f"{times:>9,}  {case}")  # noqa: T201
    seldom = sum(times < least for times in counts.values())
    print(f"{len(counts):,} cases in {answers:,} answers; {seldom:,} of them fewer than {least:,} times")  # noqa: T201
    return not seldom


if __name__ == "__main__":
    sys.exit(0 if main(*map(int, sys.argv[1:])) else 1)
