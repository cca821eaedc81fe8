from typing import NamedTuple

from policy.caller import Caller
from policy.policy import Policy


class Judging(NamedTuple):
    """By which policy it is judged, and for whom."""

    policy: Policy
    caller: Caller
