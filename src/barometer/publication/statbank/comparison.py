"""Published numbers of StatBank beside computed ones."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import pandas as pd

from barometer.analysis.estimates import HEADINGS
from barometer.analysis.wording import texts
from barometer.codebook.numbers import round_half_up
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.codebook.statbank import StatBankCode
from barometer.errors import ArgumentError, UnknownNameError, check_kind
from barometer.microdata import SYNTHETIC
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.statbank.cells import REASONS, keys
from barometer.publication.statbank.extract import EXTRACT_HEADINGS, StatBankExtract
from barometer.publication.statbank.shares import StatBankShares
from barometer.publication.tables import to_table

REMARKS = REASONS | {
    "unknown": Label("Koden er ukendt i kodebogen", "The code is not known to the codebook"),
    "not_computed": Label("Året er ikke beregnet", "The year was not computed"),
    "not_published": Label("Ikke i udtrækket", "Not in the extract"),
    "no_published_number": Label("Intet offentliggjort tal", "No published number"),
}
COMPARISON_HEADINGS = {
    "published": EXTRACT_HEADINGS["published"],
    "symbol": EXTRACT_HEADINGS["symbol"],
    "computed": Label("Beregnet", "Computed"),
    "difference": Label("Forskel, procentpoint", "Difference, percentage points"),
    "inside": Label("Offentliggjort tal i intervallet", "Published number in the interval"),
    "agrees": Label("Ens, når der afrundes", "Equal when rounded"),
    "remark": Label("Bemærkning", "Remark"),
}
NO_PROOF = Label(
    "Forskellene siger noget om de syntetiske data, ikke om beregningen.",
    "The differences say something about the synthetic data, not about the computation.",
)
SUMMARY = Label(
    "{table}: {both} celler har begge tal; {inside} offentliggjorte ligger i intervallet, {agree} er ens, når der "
    "afrundes. Uden modstykke: {without}.",
    "{table}: {both} cells have both numbers; {inside} published ones lie in the interval, {agree} are equal when "
    "rounded. Without a counterpart: {without}.",
)
_EQUAL = 1e-9
"""Distance of numbers in per cent that are the same."""
NONE = Label("ingen", "none")


@dataclass(frozen=True, eq=False, repr=False)
class StatBankComparison:
    """
    Every cell of an extract beside the computed one.

    Attributes
    ----------
    extract : StatBankExtract
    computed : StatBankShares
    table : DataFrame
        One row per cell of either: StatBank's variables (codes), published, symbol, computed, difference (computed less
        published), ci_low, ci_high (all fractions of one), n, inside (whether the published number lies in the
        interval), agrees (whether the computed one rounds to it), remark (why there is no difference).
    """

    extract: StatBankExtract
    computed: StatBankShares
    table: pd.DataFrame

    @property
    def policy(self) -> DisclosurePolicy:
        """The policy that the computed numbers were made under."""
        return self.computed.policy

    @property
    def is_synthetic(self) -> bool:
        """Whether the computed numbers come from artificial microdata."""
        return self.computed.is_synthetic

    @property
    def is_equal(self) -> bool:
        """Whether there are cells with both numbers, and each computed one rounds to the published."""
        both = self.table["agrees"].dropna()
        return bool(len(both) and both.all())

    @property
    def without_counterpart(self) -> dict[str, tuple[str, ...]]:
        """Codes that the codebook has nothing for, or does not know, by variable."""
        kinds = {name: self.extract.record.variable(name) for name in keys(self.extract.record)}
        return {
            name: found
            for name, variable in kinds.items()
            if (
                found := tuple(
                    c for c in dict.fromkeys(self.table[name]) if _kind(variable.find, c) in ("none", "unknown")
                )
            )
        }

    def summary(self, lang: Lang = "en") -> str:
        """Say how many numbers could be compared, how many agree, and which codes have no counterpart."""
        both = self.table[self.table["difference"].notna()]
        without = [f"{name} {', '.join(codes)}" for name, codes in self.without_counterpart.items()]
        text = SUMMARY.text(lang).format(
            table=self.extract.record.id,
            both=len(both),
            inside=int((both["inside"] == True).sum()),  # noqa: E712  (None where there is no interval)
            agree=int((both["agrees"] == True).sum()),  # noqa: E712
            without="; ".join(without) or NONE.text(lang),
        )
        return f"{SYNTHETIC.text(lang)}. {NO_PROOF.text(lang)} {text}" if self.is_synthetic else text

    def differing(self) -> "StatBankComparison":
        """Return the same of the cells alone whose computed number does not round to the published."""
        return replace(self, table=self.table[self.table["agrees"] == False])  # noqa: E712  (None: nothing to compare)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with headings in words; the difference in percentage points.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        remarks = texts(REMARKS, lang)
        shown = self.table.assign(
            difference=100.0 * self.table["difference"], remark=[remarks[code] for code in self.table["remark"]]
        )
        return shown.rename(columns=texts({**HEADINGS, **COMPARISON_HEADINGS}, lang))

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        words = {**HEADINGS, **COMPARISON_HEADINGS}
        shares = tuple(words[name].text(lang) for name in ("published", "computed", "ci_low", "ci_high"))
        notes = (self.summary(lang), *self.extract.notes(lang)[:1], *self.computed.notes(lang))
        title = self.extract.record.label.text(lang)
        return (Sheet(f"{self.extract.record.id} compared", "", title, notes, self.to_frame(lang), shares),)

    def __repr__(self) -> str:
        """Return the summary."""
        return f"<StatBankComparison: {self.summary('en')}>"

    def _repr_html_(self) -> str:
        return to_table(self).to_html()


def compare_extract(extract: StatBankExtract, computed: StatBankShares) -> StatBankComparison:
    """
    Join an extract and a computed table on StatBank's codes.

    Raises
    ------
    ArgumentError
        If they are not of the same table, or the second is no computed table.
    """
    check_computed(computed)
    if computed.record.id != extract.record.id:
        raise ArgumentError("computed", f"is {computed.record.id}, the extract is {extract.record.id}: compute that")
    names = keys(extract.record)
    ours = computed.table[[*names, "share", "ci_low", "ci_high", "n", "reason"]].rename(columns={"share": "computed"})
    theirs = extract.table.rename(columns={"share": "published"})
    joined = theirs.merge(ours, on=names, how="outer", sort=False, indicator=True)
    joined["n"] = joined["n"].astype("Int64")
    joined["difference"] = joined["computed"] - joined["published"]
    joined["inside"] = [
        _inside(*row) for row in zip(joined["published"], joined["ci_low"], joined["ci_high"], strict=True)
    ]
    joined["agrees"] = [
        _agrees(*row) for row in zip(joined["published"], joined["computed"], joined["decimals"], strict=True)
    ]
    joined["remark"] = [_remark(extract, row) for row in joined.to_dict("records")]
    joined["symbol"] = joined["symbol"].fillna("")
    columns = ["published", "symbol", "computed", "difference", "ci_low", "ci_high", "n", "inside", "agrees", "remark"]
    return StatBankComparison(extract, computed, joined[[*names, *columns]])


def check_computed(computed: object) -> None:
    """
    Refuse what is no computed table.

    Raises
    ------
    ArgumentError
    """
    check_kind("computed", computed, StatBankShares, "what statbank_table gives")


def _inside(published: float, low: float, high: float) -> bool | None:
    return None if any(map(isnan, (published, low, high))) else bool(low <= published <= high)


def _agrees(published: float, computed: float, decimals: float) -> bool | None:
    if isnan(published) or isnan(computed):
        return None
    return abs(round_half_up(100.0 * computed, int(decimals)) - 100.0 * published) < _EQUAL


def _remark(extract: StatBankExtract, row: Mapping[Hashable, Any]) -> str:
    """Say why a cell has no difference; empty where it has one."""
    if row["_merge"] == "right_only":
        return "not_published"
    if row["_merge"] == "left_only":
        variables = [extract.record.variable(name) for name in keys(extract.record)]
        kinds = {_kind(variable.find, str(row[variable.code])) for variable in variables}
        return "unknown" if "unknown" in kinds else "no_counterpart" if "none" in kinds else "not_computed"
    if row["reason"]:
        return str(row["reason"])
    return "no_published_number" if pd.isna(row["published"]) else ""


def _kind(find: Callable[[str], StatBankCode], code: str) -> str:
    try:
        return find(code).kind
    except UnknownNameError:
        return "unknown"
