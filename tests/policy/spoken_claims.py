"""What the sentences of an explanation claim, read back out of the text, and whether it is so: by the records alone."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from policy.facts import History, Relationship
from policy.phrases import phrases
from policy.terms import Language

CLAIMS = """
DIRECT_BILLER                 who BILLS scopes, nobody_else RESELLS scopes
RESELLER                      who RESELLS scopes, billers BILLS scopes
RESELLER_PROVIDED             who RESELLS scopes, billers BILLS scopes, billers PROVIDES_FOR who
PROVIDER                      who BILLS scopes, resellers RESELLS scopes
PROVIDER_PROVIDED             who BILLS scopes, resellers RESELLS scopes, who PROVIDES_FOR provided
RELATED                       who RESELLER_FOR customer
RELATED_PROVIDER              who RESELLER_FOR customer, who PROVIDES_FOR provided
RELATED_UNRECORDED            who RESELLER_FOR customer
RELATED_BESIDES               who RESELLER_FOR customer
SUPPORT_CONTACT               who SUPPORTS scopes
ADMINISTRATOR                 who ADMINISTERS customer
ADMINISTRATOR_OF_CUSTOMER     who ADMINISTERS customer
FORMER_BILLER_ENDED           who BILLED scopes
FORMER_RESELLER_ENDED         who RESOLD scopes
CLOSING_PARTNER               who EVER_BILLED scopes
CLOSING_PARTNER_ENDED         who EVER_BILLED scopes
CLOSING_PARTNER_RESELLS       who EVER_RESOLD scopes
CLOSING_PARTNER_RESELLS_ENDED who EVER_RESOLD scopes
OTHER_PARTNER                 who BILLS other, customer HOLDS other
OTHER_PARTNER_RESELLS         who RESELLS other, customer HOLDS other
UNBILLED_RESELLER             who RESELLS scopes, nobody BILLS scopes
OPERATOR_OF_CSP               billers BILLS scopes
OPERATOR_DIRECT               billers BILLS scopes
OPERATOR_DIRECT_OF_AGREEMENT  customer PARTY_TO scopes
OPERATOR_UNBILLED             nobody BILLS scopes
OPERATOR_DIRECT_GOVERNED      agreements GOVERNS scopes
OPERATOR_FORMER_ENDED         who BILLED scopes
OPERATOR_CLOSING              who EVER_BILLED scopes
OPERATOR_CLOSING_ENDED        who EVER_BILLED scopes
OPERATOR_ONLY                 customer HOLDS nothing
NONE                          who NOT scopes, who NOT_ADMINISTERS customer
NONE_OPERATOR                 who OPERATES nothing
NONE_OF_AGREEMENT             who NOT_ADMINISTERS customer
NONE_OF_CUSTOMER              who NOT customer
NONE_RESELLS                  who RESELLS scopes, billers BILLS scopes
NONE_RELATED                  who RESELLER_FOR customer, who NOT scopes
"""
"""Each sentence of a standing -> what has to be so for every pair of those that it names."""
CLAIMED = {name: claims.split(", ") for name, claims in (line.split(maxsplit=1) for line in CLAIMS.strip().splitlines())}
GAPS = {"ended": "(?:until|hasta) .+?", "among": "(?:, among others|, entre otras)?", "lead": ".*?", "about": ".*?"}
"""What may stand in a gap, where that is not just anything."""
GAP = re.compile(r"\\\{(\w+)\\\}")


@cache
def patterns(group: str, language: Language, who: str = "", customer: str = "") -> dict[str, re.Pattern[str]]:
    """Phrase -> what matches its sentences. who, customer: what those two are called."""
    known = GAPS | {"who": re.escape(who), "customer": re.escape(customer)}
    return {name: re.compile(_pattern(text[language], known)) for name, text in phrases().items() if name.startswith(f"{group}.")}


def _pattern(template: str, known: dict[str, str]) -> str:
    seen: set[str] = set()

    def gap(match: re.Match[str]) -> str:
        name, pattern = match[1], known.get(match[1]) or ".+?"
        if name in seen:
            return pattern
        seen.add(name)
        return f"(?P<{name}>{pattern})"

    return GAP.sub(gap, re.sub(r"\b(a|de)\\ (\\\{(?:scopes|agreements|other)\\\})", r"(?:\1\ |\1l\ )\2", re.escape(template)))


OF_A_SUBSCRIPTION = ("BILLS", "RESELLS", "SUPPORTS")
OF_A_CUSTOMER = ("RESELLER_FOR", "ADMINISTERS")


class Facts:
    """The records of a history at an instant, looked through one by one."""

    def __init__(self, history: History, valid_at: int, deleted: set[str]) -> None:
        self.history, self.valid_at, self.deleted = history, valid_at, deleted
        self.cloud = history.nodes[history.customer][0].properties["cloud"]
        self.live = {
            (each.type.value, each.start, each.end)
            for each in history.relationships
            if each.valid_from <= valid_at and (each.valid_to is None or valid_at < each.valid_to)
        }

    def faults(self, claim: str, named: dict[str, set[str]]) -> Iterator[str]:
        """What is claimed of the named ones, and is not so."""
        start_gap, type_, end_gap = claim.split()
        for end in sorted(named.get(end_gap, {"nothing"})):
            for start in sorted(named.get(start_gap, {start_gap})):
                if not self._is_so(start, type_, end, named["who"]):
                    yield f"{start} {type_} {end}"

    def _is_so(self, start: str, type_: str, end: str, who: set[str]) -> bool:
        foreign = "operator:microsoft" if self.cloud == "CHINA" else "operator:21vianet"  # whose BILLS sells nothing here
        of_type = {each for live, each, to in self.live if (live, to) == (type_, end)} - {foreign}
        if start in {"nobody", "nobody_else"}:
            return of_type <= (who if start == "nobody_else" else set())
        rule = self._rules.get(type_)
        return start in of_type if rule is None or (type_ == "HOLDS" and end != "nothing") else rule(start, end)

    @property
    def _rules(self) -> dict[str, Callable[[str, str], bool]]:
        """What is claimed, where it is no relationship that is live."""
        return {
            "HAS": lambda start, end: end in {"nothing", start} or self._is_tied(start, end, "HOLDS", "PARTY_TO"),
            "HOLDS": lambda start, _: not any(each[:2] == ("HOLDS", start) and each[2] not in self.deleted for each in self.live),
            "BILLED": lambda start, end: any(self._ended(each) for each in self._records("BILLS", start, end)),
            "RESOLD": lambda start, end: any(self._ended(each) for each in self._records("RESELLS", start, end)),
            "EVER_BILLED": lambda start, end: bool(self._records("BILLS", start, end)),
            "EVER_RESOLD": lambda start, end: bool(self._records("RESELLS", start, end)),
            "NOT": lambda start, end: not self._is_tied(start, end, *(OF_A_CUSTOMER if end.startswith("customer:") else OF_A_SUBSCRIPTION)),
            "NOT_ADMINISTERS": lambda start, end: not self._is_tied(start, end, "ADMINISTERS"),
            "OPERATES": lambda start, _: (start == "operator:21vianet") is not (self.cloud == "CHINA"),
        }

    def _is_tied(self, start: str, end: str, *types: str) -> bool:
        return any((type_, start, end) in self.live for type_ in types)

    def has_others(self, who: str, named: set[str], *, resold: bool) -> bool:
        """Is there another subscription that it bills, or resells?"""
        return bool({end for live, start, end in self.live if (live, start) == ("RESELLS" if resold else "BILLS", who)} - named)

    def _records(self, type_: str, start: str, end: str) -> list[Relationship]:
        return [each for each in self.history.relationships if (each.type, each.start, each.end) == (type_, start, end)]

    def _ended(self, record: Relationship) -> bool:
        return record.valid_to is not None and record.valid_to <= self.valid_at

    def last_days(self, who: str, subscription: str, language: Language) -> Iterator[str]:
        """On which its sale, or what the customer held, may have ended, in words of their own; what ended within a day, on that day."""
        sold = [each for type_ in ("BILLS", "RESELLS") for each in self._records(type_, who, subscription)]
        for each in (*sold, *self._records("HOLDS", self.history.customer, subscription)):
            if each.valid_to is not None and self._ended(each):
                yield _day(each.valid_to, language)


def _day(end: int, language: Language) -> str:
    last = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=end - 1)
    months = phrases()["date.month"][language].split()
    return (" " if language is Language.EN else " de ").join([str(last.day), months[last.month - 1], str(last.year)])
