"""Answers of workplaces for tests of the Innovationstest."""

from typing import Any

from barometer.codebook.answer_codes import WorkplaceAnswers

INNOVATIVE: dict[str, Any] = {
    "introduced": {"product": "yes", "service": "no", "process_org": "no", "communication": "dont_know"},
    "novelty": "copy",
    "initiator": ["employees", "abroad"],
    "partner": ["none"],
    "value": ["dont_know"],
    "factor": {"employees": "hampered_high", "citizens": "not_relevant"},
    "evaluated": "external_help",
    "shared": "yes",
    "culture": {"risk": "disagree_fully", "curious": "agree_partly"},
}
NOT_INNOVATIVE: dict[str, Any] = {
    "introduced": {"product": "no", "service": "no", "process_org": "no", "communication": "no"},
    "culture": {"risk": "agree_fully"},
}


def group(size: int) -> list[WorkplaceAnswers]:
    """Return a group that differs in its culture: every third disagrees that it tries new paths."""
    rows = ("curious", "cooperation", "recognition", "openness", "errors", "time")
    found = []
    for number in range(size):
        culture = {row: "agree_fully" if number >> place & 1 else "agree_partly" for place, row in enumerate(rows)}
        culture["risk"] = "disagree_fully" if number % 3 == 0 else "agree_fully"
        found.append(WorkplaceAnswers({"sector": "state_culture"}, INNOVATIVE | {"culture": culture}))
    return found
