"""The load: wrk, which takes far less than what it drives."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

LONGEST = 3600
PATIENCE = 60
LONGER = 4
JSON = {"Content-Type": "application/json"}


class Rate(NamedTuple):
    """What was measured: answers a second, the median and the 99th percentile of the time that one took, how many they were."""

    rate: float
    p50_ms: float
    p99_ms: float
    answers: int


class NotMeasured(RuntimeError):  # noqa: N818  # it says what became of the measurement
    """A load that could not be driven, or got answers of an error's status."""


def installed() -> bool:
    """Is there a wrk on the path?"""
    return shutil.which("wrk") is not None


def drive(
    url: str, bodies: Path, seconds: float, *, connections: int = 16, after: int = 0, once: bool = False, headers: Mapping[str, str] = JSON
) -> Rate:
    """
    The rate at which bodies are answered that are sent in turn over so many connections.

    bodies: file with a body a line
    after:  how many of them to begin after
    once:   stop when each was sent once
    raises: NotMeasured
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise NotMeasured("there is no wrk on the path; install it, `apt-get install wrk`")
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    with as_file(files("bench").joinpath("wrk.lua")) as script:
        command = [wrk, "-t1", f"-c{connections}", f"-d{LONGEST}s", "--timeout", f"{PATIENCE}s", *told, "-s", str(script), url, "--"]
        arguments = [str(bodies), str(after), "once" if once else "again"]
        with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            said = _said(process, seconds)
    # a wrk that was interrupted before it could listen for that has said nothing, and measured nothing yet
    rate = None if process.returncode == -signal.SIGINT else _read(said, url)
    if rate is None:
        return drive(url, bodies, LONGER * seconds, connections=connections, after=after, once=once, headers=headers)
    return rate


def _said(process: subprocess.Popen[str], seconds: float) -> str:
    """What wrk says when it has been interrupted, after this time or by itself; its own -d knows whole seconds only."""
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        pass
    try:
        for _ in range(PATIENCE):
            process.send_signal(signal.SIGINT)  # again, for one that comes just before it sleeps does not wake it
            try:
                return process.communicate(timeout=1)[0]
            except subprocess.TimeoutExpired:
                pass
        raise NotMeasured(f"wrk did not end within {PATIENCE} s")
    finally:
        process.kill()


def _read(said: str, url: str) -> Rate | None:
    """What was measured; None where nothing was answered yet."""
    line = next((line for line in said.splitlines() if line.startswith("MEASURED ")), None)
    if line is None:
        raise NotMeasured(f"wrk said nothing of {url}: {said}")
    answers, micros, p50, p99, bad = map(int, line.split()[1:])
    if bad:
        raise NotMeasured(f"{url}: {bad} bad answers beside {answers}: {said}")
    if not answers:
        return None
    return Rate(answers / (micros / 1e6), p50 / 1e3, p99 / 1e3, answers)
