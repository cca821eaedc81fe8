"""The communications that were recorded, and what today's knowledge of their instants says of them."""

from graph.communications import Communication, CommunicationTest, count_of_communications, page_of_communications
from graph.time_slices import wait_for
from policy.errors import NotFound
from policy.policy import Topic
from policy.terms import Language
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, list_id_of, page_of
from resolvers.permission import Answer, Question, permission


def communications(operation: Operation, test: CommunicationTest, paging: Paging) -> Page[Communication]:
    """One page of those that pass the test, newest first. Raises BadInput, Unavailable."""
    list_id = list_id_of("communications", list(test))
    span = paging.span(list_id)
    return page_of(list_id, span, wait_for(page_of_communications(operation.graph, test, span, operation.revision().number)))


def count_communications(operation: Operation, test: CommunicationTest) -> int:
    """How many pass it. Raises Unavailable."""
    return wait_for(count_of_communications(operation.graph, test, operation.revision().number))


def today(operation: Operation, communication: Communication) -> Answer | None:
    """The answer at its instant as it is known now; None where what it names is not known of that instant any more. Raises Unavailable."""
    kept = communication.kept
    question = Question(kept.communicator, kept.customer, kept.topic, kept.scope)
    try:
        return permission(operation, question, AsOf(valid_at=kept.at))
    except NotFound:
        return None


def is_changed(operation: Operation, communication: Communication) -> bool:
    """Whether the verdict of today is another one, or none. Raises Unavailable."""
    answer = today(operation, communication)
    return answer is None or answer.decision.verdict is not communication.kept.verdict


def topic_of(operation: Operation, communication: Communication) -> Topic:
    """What it was about; a topic that the policy has no more is named by its code."""
    code, category = communication.kept.topic, communication.kept.category
    return operation.policy.topics.get(code) or Topic(code, category, dict.fromkeys(Language, code), dict.fromkeys(Language, ""))
