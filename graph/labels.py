from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, str]] = {
    "customer": "Customer",
    "partner": "Partner",
    "operator": "Operator",
    "subscription": "Subscription",
    "agreement": "Agreement",
}
"""Kind of an id -> label of its nodes."""
