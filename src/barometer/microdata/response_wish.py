"""How a wave wishes its design weights to be given over to those who answered: as data, without any statistics."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from barometer.codebook.parsing import Table

ResponseMethod = Literal["cells", "propensity"]
PropensityRule = Literal["classes", "inverse"]
ModelWeight = Literal["design", "none"]
RESPONSE_METHODS: tuple[str, ...] = get_args(ResponseMethod)
RULES: tuple[str, ...] = get_args(PropensityRule)
MODEL_WEIGHTS: tuple[str, ...] = get_args(ModelWeight)
CLASSES = 5
OWN_KEYS = {"cells": ("minimum", "largest", "within"), "propensity": ("rule", "classes", "model_weight")}
"""What can be said of one method only."""


@dataclass(frozen=True, slots=True)
class ResponseAdjustment:
    """
    The wish that those who answered stand for those drawn who did not.

    It begins from the design weights, units of the frame over units drawn, and needs the frame.

    Attributes
    ----------
    domains : tuple of str
        Registers of the frame. Of cells all are crossed; of propensities each is a variable of the model, and
        "sector x size" a crossed one.
    method : {"cells", "propensity"}
    minimum : int
        Cells with fewer answers are joined to another; 0: none is for this reason.
    largest : float or None
        So are cells with a larger factor.
    within : str
        One of the domains, across whose groups no cells are joined; empty: any can be.
    rule : {"classes", "inverse"}
        Weighting classes by propensity, or one over the propensity.
    classes : int
        Of "classes".
    model_weight : {"design", "none"}
        Whether the likelihood of the propensities is weighted.
    replicates : int
        Replicates of the sample from which standard errors come, each with factors of its own; 0: by linearization.
    """

    domains: tuple[str, ...]
    method: ResponseMethod = "cells"
    minimum: int = 0
    largest: float | None = None
    within: str = ""
    rule: PropensityRule = "classes"
    classes: int = CLASSES
    model_weight: ModelWeight = "design"
    replicates: int = 0

    @property
    def title(self) -> str:
        """What is done, in a few words and codes."""
        named = "cells" if self.method == "cells" else f"propensity ({self.rule})"
        return f"{named} of {', '.join(self.domains)}"

    def describe(self) -> dict[str, Any]:
        """Return it as plain values, for the metadata of a file."""
        return asdict(self)

    @classmethod
    def from_description(cls, facts: Mapping[str, Any]) -> "ResponseAdjustment":
        """Make the adjustment that `describe` told."""
        return cls(**{**facts, "domains": tuple(facts["domains"])})


def response_of(table: Table) -> ResponseAdjustment:
    """Read a section [weighting] of a layout whose method is of non-response."""
    method = table.choice("method", ResponseMethod)
    for key in OWN_KEYS["propensity" if method == "cells" else "cells"]:
        if table.has(key):
            table.fault(f'{key} does not belong to method = "{method}"; take it out')
    found = ResponseAdjustment(
        domains=table.texts("domains"),
        method=method,
        minimum=table.optional_integer("minimum") or 0,
        largest=table.number("largest") if table.has("largest") else None,
        within=table.text("within", ""),
        rule=table.choice("rule", PropensityRule, "classes"),
        classes=CLASSES if (classes := table.optional_integer("classes")) is None else classes,
        model_weight=table.choice("model_weight", ModelWeight, "design"),
        replicates=table.optional_integer("replicates") or 0,
    )
    for fault in response_faults(found):
        table.fault(fault)
    table.close()
    return found


def response_faults(wish: ResponseAdjustment) -> list[str]:
    """Return what cannot be in a wish, whatever the codebook."""
    faults = []
    if not wish.domains:
        faults.append('domains must name registers of the frame, for instance ["sector", "size"]')
    if wish.minimum < 0:
        faults.append(f"minimum must be a whole number of answers, got {wish.minimum}")
    if wish.largest is not None and not wish.largest > 1.0:
        faults.append(
            f"largest must be above 1, which is the factor of a cell in which all answered; got {wish.largest:g}"
        )
    if wish.within and wish.within not in wish.domains:
        faults.append(f"within must be one of the domains, {', '.join(wish.domains)}; got {wish.within!r}")
    if wish.classes < 2:
        faults.append(f"classes must be 2 or more, got {wish.classes}")
    if wish.replicates and wish.replicates < 2:
        faults.append(f"replicates must be 2 or more, or 0 for linearization; got {wish.replicates}")
    return faults
