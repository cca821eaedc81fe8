"""The whole of one world at one instant: the service against the oracle in every direction."""

from tests.oracle.acceptance import World
from tests.oracle.facts import compare_facts
from tests.oracle.findings import Findings
from tests.oracle.outreach import compare_outreach
from tests.oracle.questions import FIRST_TOPICS, Inquiry, compare_bulk, compare_fields, compare_lists, compare_single
from tests.oracle.random_books import Instant
from tests.oracle.reverse import compare_filters, compare_reverse
from tests.oracle.service import Service
from tests.oracle.twice import Twice

COMPARISONS = (
    compare_bulk,
    compare_single,
    compare_lists,
    compare_fields,
    compare_reverse,
    compare_facts,
    compare_filters,
    compare_outreach,
)


async def compare_everything(
    service: Service,
    world: World,
    instant: Instant,
    *,
    told: str,
    topics: dict[str, str] | None = None,
    page_size: int = 50,
) -> None:
    """
    Every question about the world that the service holds, at that instant, asked twice; a difference fails with what was asked and given.

    told:   the world in words, for the failure
    topics: category -> the topic that stands for it
    """
    findings = Findings(told, instant)
    inquiry = Inquiry(Twice(service), world, instant, findings, topics or dict(FIRST_TOPICS), page_size)
    for compare in COMPARISONS:
        await compare(inquiry)
    findings.report()
