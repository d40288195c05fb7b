"""A layout proposed from the names, labels and categories of a delivered file."""

from barometer.microdata.proposal.proposal import LayoutProposal, propose_layout

__all__ = ["LayoutProposal", "propose_layout"]
