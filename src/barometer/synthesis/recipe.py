"""The written assumptions behind a synthetic wave, read from their metadata file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barometer.codebook import Codebook
from barometer.codebook.loader import SHIPPED
from barometer.codebook.parsing import Table, read_toml
from barometer.codebook.records import Label
from barometer.errors import CodebookError, Fault, UnknownNameError

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class SectorFrame:
    """Workplaces of one sector, and how they divide into size classes."""

    workplaces: int
    sizes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """
    One decision of the recipe, or all decisions about one question.

    Attributes
    ----------
    question : str
        The question that is opened; empty when a flag is decided on its own.
    shares : dict of str to float or None
        Indicator to assumed weighted per cent of its base, in the order they are decided; None where the claims have
        it.
    flags : dict of str to float or None
        The same for indicators over several columns, decided before the shares.
    leans : dict of str to float
        Indicator or "domain:group" to a shift of the log odds.
    implied_by : dict of str to str
        Indicator to the indicator that brings it about; with "!" in front, where it is no.
    fill : dict of str to float
        Option to the probability with which ticks without a target of their own are drawn.
    """

    question: str
    assumption: Label
    shares: Mapping[str, float | None]
    flags: Mapping[str, float | None]
    leans: Mapping[str, float]
    implied_by: Mapping[str, str]
    fill: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    How one synthetic wave is made.

    Attributes
    ----------
    openness, sector_spread : float
        Log odds for one standard deviation of a workplace's openness, and standard deviation between sectors.
    sampling, response : dict of str to float
        Relative sampling rates by size class and response rates by level.
    """

    wave: int
    seed: int
    openness: float
    sector_spread: float
    sectors: Mapping[str, SectorFrame]
    sampling: Mapping[str, float]
    response: Mapping[str, float]
    frame_assumption: Label
    sample_assumption: Label
    steps: tuple[Step, ...]


def load_recipe(wave: int, codebook: Codebook, folder: Path = SHIPPED / "synthetic") -> Recipe:
    """
    Read the recipe of one wave and check it against the codebook.

    Raises
    ------
    UnknownNameError
        If there is no recipe for the wave.
    CodebookError
        With every fault, among them a question without a written assumption and a number for what was published.
    """
    path = folder / f"wave{wave}.toml"
    if not path.is_file():
        raise UnknownNameError("recipe for a synthetic wave", str(wave), [p.stem for p in folder.glob("*.toml")])
    faults: list[Fault] = []
    document = Table(read_toml(path, faults, "recipe"), path.name, faults, "recipe")
    frame, sample = document.table("frame"), document.table("sample")
    recipe = Recipe(
        wave=document.integer("wave"),
        seed=document.integer("seed"),
        openness=document.number("openness"),
        sector_spread=document.number("sector_spread"),
        sectors={name: _sector(table) for name, table in frame.table("sectors").entries()},
        sampling=sample.numbers("sampling"),
        response=sample.numbers("response"),
        frame_assumption=_assumption(frame),
        sample_assumption=_assumption(sample),
        steps=tuple(_step(table) for table in document.tables("step")),
    )
    for table in (frame, sample, document):
        table.close()
    if not faults:
        _check(recipe, codebook, document)
    if faults:
        raise CodebookError(folder, faults)
    return recipe


def _fault_of_share(codebook: Codebook, wave: int, indicator: str, share: float | None) -> str:
    """Say what is wrong with a share: assumed although published, or said to be published and is not."""
    claims = [
        claim
        for claim in codebook.wave_claims(wave)
        if claim.indicator == indicator and claim.statistic == "share" and claim.fitted and not claim.domain
    ]
    exact = any(claim.check == "exact" for claim in claims)
    ranges = [(claim.low or 0.0, claim.high or 0.0) for claim in claims if claim.check == "range"]
    if share is None:
        return "" if exact or ranges else f"{indicator} is published nowhere; it needs an assumed per cent"
    if exact:
        return f'{indicator} is published; write "{PUBLISHED}"'
    if any(not low < share <= high for low, high in ranges):
        return f"{indicator}: {share} lies outside the published words"
    return ""


def _assumption(table: Table) -> Label:
    return Label(table.text("assumption_da", ""), table.text("assumption_en", ""))


def _sector(table: Table) -> SectorFrame:
    sector = SectorFrame(table.integer("workplaces"), table.number_list("sizes"))
    table.close()
    return sector


def _shares(table: Table, key: str, prefix: str) -> dict[str, float | None]:
    shares: dict[str, float | None] = {}
    for name, value in table.scalars(key).items():
        if value == PUBLISHED:
            shares[prefix + name] = None
        elif isinstance(value, int | float) and 0 <= value <= 100:
            shares[prefix + name] = float(value)
        else:
            table.fault(f'{key}.{name} must be a per cent or "{PUBLISHED}"')
    return shares


def _step(table: Table) -> Step:
    question = table.text("question", "")
    prefix = f"{question}." if question else ""
    flags = _shares(table, "flags", "") if question else {}
    if not question:
        flag = table.text("flag")
        value = table.scalar("share")
        flags = {flag: None if value == PUBLISHED else float(value)}
    step = Step(
        question=question,
        assumption=_assumption(table),
        shares=_shares(table, "shares", prefix) if question else {},
        flags=flags,
        leans=table.numbers("leans"),
        implied_by={prefix + name: source for name, source in table.mapping("implied_by").items()},
        fill=table.numbers("fill"),
    )
    table.close()
    return step


def _check_assumption(place: str, assumption: Label, document: Table) -> None:
    if not (assumption.da and assumption.en):
        document.fault(f"{place}: the assumption must be written in Danish and English")


def _check(recipe: Recipe, codebook: Codebook, document: Table) -> None:
    _check_assumption("frame", recipe.frame_assumption, document)
    _check_assumption("sample", recipe.sample_assumption, document)
    opened = [step.question for step in recipe.steps if step.question]
    for name in codebook.wave(recipe.wave).questions:
        if opened.count(name) != 1:
            document.fault(f"question {name!r} is answered {opened.count(name)} times; each needs one step")
    for step in recipe.steps:
        name = step.question or next(iter(step.flags))
        for indicator, share in {**step.flags, **step.shares}.items():
            if indicator not in codebook.indicators:
                document.fault(f"step {name}: {UnknownNameError('indicator', indicator, codebook.indicators).message}")
            elif message := _fault_of_share(codebook, recipe.wave, indicator, share):
                document.fault(f"step {name}: {message}")
        if step.question or any(share is not None for share in step.flags.values()):
            _check_assumption(f"step {name}", step.assumption, document)
        for source in [*step.leans, *(cause.removeprefix("!") for cause in step.implied_by.values())]:
            if source.partition(":")[0] not in (*codebook.indicators, *codebook.domains):
                document.fault(f"step {name}: there is no indicator or domain {source!r}")
    sizes = [group.code for group in codebook.domains["size"].groups]
    for sector, frame in recipe.sectors.items():
        if len(frame.sizes) != len(sizes) or abs(sum(frame.sizes) - 1) > 1e-9:
            document.fault(f"frame.sectors.{sector}: sizes must be {len(sizes)} shares that add up to 1")
    if set(recipe.sectors) != {group.code for group in codebook.domains["sector"].groups}:
        document.fault("frame.sectors must name every sector of the codebook")
    total, population = (
        sum(frame.workplaces for frame in recipe.sectors.values()),
        codebook.wave(recipe.wave).population,
    )
    if population is not None and total != population:
        document.fault(f"frame.sectors add up to {total}, the wave's population is {population}")
