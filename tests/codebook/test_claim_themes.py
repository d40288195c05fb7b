"""Themes of published claims: by the answer, the composite, the domain, the base."""

import pytest

import barometer as bm
from barometer.codebook.claim_themes import claim_themes


@pytest.mark.parametrize(
    ("claim", "themes"),
    [
        pytest.param("w3-evaluation-01", ["evaluation"], id="an answer is of its question's theme"),
        pytest.param("w3-positive_role_of_citizens-01", ["citizens"], id="a composite is of its figure's"),
        pytest.param("w3-positive_role_of_citizens-02", ["citizens"], id="and so is a part of it"),
        pytest.param("w3-n_innovation_types_latest-01", ["innovative"], id="without a figure, of its questions'"),
        pytest.param("w3-value_achieved_by_role-01", ["value", "citizens"], id="split by a composite"),
        pytest.param("w3-sharing-04", ["reuse", "evaluation"], id="split by answers"),
        pytest.param("w3-innovative_share-02", ["innovative"], id="split by register"),
        pytest.param("w3-base-collaborated", ["collaboration"], id="a count is of the theme that decides its base"),
        pytest.param("w3-base-all", [], id="everybody is of none"),
        pytest.param("w3-survey_response_rate-01", [], id="nor is the response"),
    ],
)
def test_a_claim_is_of_the_themes_it_speaks_of(claim: str, themes: list[str]) -> None:
    book = bm.codebook()
    found = next(record for record in book.claims if record.id == claim)
    assert list(claim_themes(found, book)) == themes


def test_every_theme_of_the_barometer_has_a_claim() -> None:
    book = bm.codebook()
    assert {theme for claim in book.claims for theme in claim_themes(claim, book)} == set(book.themes)
