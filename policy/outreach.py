"""Who has to send a notice to a customer, and why nobody has to."""

from collections.abc import Mapping

from policy.another import ANOTHER
from policy.named import Names, closed
from policy.phrases import say
from policy.policy import Policy, Topic
from policy.remembered import known_candidates
from policy.situation import Situation
from policy.standing import scopes_of, standings
from policy.terms import Category, Channel, Language, RelationshipType, Verdict
from policy.topic_text import spoken_topic


def expected_communicators(at: Situation, category: Category, policy: Policy) -> tuple[str, ...]:
    """Whoever has a ruling EXPECTED in some scope, by name; nothing is stronger, so one standing that gives it is enough."""
    if at.cloud not in policy.clouds:
        return ()
    return tuple(
        who for who in known_candidates(at) if any(_is_expected(at, who, scope, category, policy) for scope in scopes_of(at, who, category))
    )


def _is_expected(at: Situation, who: str, scope: str, category: Category, policy: Policy) -> bool:
    return any(policy.table[each, category].verdict is Verdict.EXPECTED for each in standings(at, who, scope))


def why_uncovered(  # noqa: PLR0917 - the situation, then all that is needed to say it
    at: Situation, topic: Topic, policy: Policy, language: Language, names: Mapping[str, str], then: Mapping[str, str]
) -> str:
    """Why a customer has no expected communicator, in one sentence."""
    unbilled = [each for each in at.subscriptions if at.channel(each) is Channel.UNBILLED]
    if at.cloud not in policy.clouds:
        phrase = "CLOUD"
    elif ANOTHER in at.partners:
        phrase = "OTHERS"
    elif at.scopes == (at.customer,) and not at.to(RelationshipType.RESELLER_FOR, at.customer):
        phrase = "NOTHING"
    elif len(unbilled) == len(at.scopes):
        phrase = "UNBILLED"
    else:
        phrase = "NOBODY"
    named = Names({at.customer, *unbilled}, names, language, then)
    return closed(
        say(
            language,
            f"uncovered.{phrase}",
            customer=named.nodes([at.customer]),
            cloud=say(language, f"cloud.{at.cloud}"),
            scopes=named.scopes(unbilled),
            topic=spoken_topic(topic, language),
        )
    )
