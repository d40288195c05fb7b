"""Disclosure control: what may be published of a result."""

from barometer.publication.disclosure.audit import Audit
from barometer.publication.disclosure.differencing import Differencing, check_differencing
from barometer.publication.disclosure.moments import MomentsRelease, check_moments, release_moments
from barometer.publication.disclosure.moments_report import MomentsReport
from barometer.publication.disclosure.policy import POLICIES, DisclosurePolicy
from barometer.publication.disclosure.protecting import Protected, protect, protect_all

__all__ = [
    "POLICIES",
    "Audit",
    "Differencing",
    "DisclosurePolicy",
    "MomentsRelease",
    "MomentsReport",
    "Protected",
    "check_differencing",
    "check_moments",
    "protect",
    "protect_all",
    "release_moments",
]
