"""A topic as it stands in a sentence."""

from policy.phrases import phrases
from policy.policy import Topic
from policy.policy_file import shipped_policy
from policy.terms import Language


def spoken_topic(topic: Topic, language: Language) -> str:
    """The topic as it stands after `about`, with its article; its name where an operator's policy file added or reworded it."""
    shipped, row = shipped_policy().topics.get(topic.code), phrases().get(f"topic.{topic.code}")
    return row[language] if row and shipped and shipped.name == topic.name else topic.name[language]
