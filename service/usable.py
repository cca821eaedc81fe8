"""What the settings name, looked at before anything is started."""

import structlog

from policy.policy import Policy
from policy.policy_file import read_policy, shipped_policy
from service.callers import callers_of
from service.decision_log import expect_writable
from service.serve import expect_sound
from service.settings import Settings


def policy_of(settings: Settings) -> Policy:
    """The policy that the settings name. Raises PolicyFault."""
    return shipped_policy() if settings.policy is None else read_policy(settings.policy)


def expect_usable(settings: Settings) -> None:
    """
    Look at the settings, and at the files that they name, for a fault in one would end every worker.

    raises: PolicyFault, BadInput, Unavailable
    """
    callers_of(settings)
    expect_sound(settings)
    policy_of(settings)
    expect_writable(settings.decision_log)
    if settings.trusted_documents is not None:
        from service.app import expect_documents  # noqa: PLC0415 - the parent of the workers needs no schema for anything else

        expect_documents(settings)


def warn_of_old(settings: Settings) -> None:
    """Say in the log which settings mean nothing any more."""
    if settings.greatest_age is not None:
        structlog.get_logger().warning("VOCERO_GREATEST_AGE means nothing any more, and is taken until 0.3.0; take it out")
