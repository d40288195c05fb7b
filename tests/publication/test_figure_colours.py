"""Colours that can be read by everyone, type that is the package's own, settings that do not leak."""

import re
from itertools import combinations
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib.font_manager import FontProperties, findfont
from numpy.typing import NDArray
from published_samples import frame, mark

from barometer.publication.marks import draw_bars, draw_domains
from barometer.publication.palette import (
    AMBER,
    AMBER_LIGHT,
    AMBER_PALE,
    GREY,
    GREY_LIGHT,
    INK,
    MUTED,
    PAPER,
    TEAL,
    TEAL_LIGHT,
    TEAL_PALE,
    contrast_ratio,
)
from barometer.publication.site import SITE
from barometer.publication.style import FAMILY, SEMIBOLD, SIZES, style

# Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color vision deficiency,
# IEEE TVCG 15(6), severity 1.0; the matrices act on linear RGB.
DEFICIENCIES = {
    "none": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""From linear sRGB, D65."""


def seen_lab(colour: str, deficiency: str) -> NDArray[np.float64]:
    """CIELAB of a colour as somebody with a colour deficiency sees it."""
    rgb = np.array(colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0.0, 1.0)
    ratio = XYZ @ seen / XYZ.sum(axis=1)
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def seen_distance(first: str, second: str, deficiency: str) -> float:
    """Distance of two colours in CIELAB (1976); 2.3 is just noticeable side by side."""
    return float(np.linalg.norm(seen_lab(first, deficiency) - seen_lab(second, deficiency)))


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21.0)


def test_contrast_of_a_pair_computed_by_hand() -> None:
    # #777777: 119/255 = 0.466667, linear ((0.466667 + 0.055) / 1.055) ** 2.4 = 0.184475; (1 + 0.05) / (0.184475 + 0.05)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(1.05 / 0.234475, rel=1e-5)
    # Pure red has the luminance 0.2126, pure blue 0.0722.
    assert contrast_ratio("#ff0000", "#0000ff") == pytest.approx(0.2626 / 0.1222)


def test_contrast_does_not_ask_which_colour_is_the_ground() -> None:
    assert contrast_ratio(TEAL, PAPER) == contrast_ratio(PAPER, TEAL) > 1.0
    assert contrast_ratio(TEAL, TEAL) == 1.0


@pytest.mark.parametrize("colour", [INK, MUTED])
def test_text_colours_stand_out_from_the_paper(colour: str) -> None:
    assert contrast_ratio(colour, PAPER) >= 4.5


@pytest.mark.parametrize("colour", [TEAL, TEAL_LIGHT, AMBER, AMBER_LIGHT, GREY, GREY_LIGHT, INK])
def test_mark_colours_stand_out_from_the_paper(colour: str) -> None:
    assert contrast_ratio(colour, PAPER) >= 3.0


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_full_marks_pale_marks_lines_and_paper_stay_apart_for_every_eye(deficiency: str) -> None:
    for first, second in combinations([TEAL, TEAL_LIGHT, INK, PAPER], 2):
        assert seen_distance(first, second, deficiency) > 15.0


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_above_below_and_no_certain_difference_stay_apart_for_every_eye(deficiency: str) -> None:
    for first, second in combinations([TEAL, AMBER, GREY_LIGHT, PAPER], 2):
        assert seen_distance(first, second, deficiency) > 15.0
    assert seen_distance(TEAL_PALE, AMBER_PALE, deficiency) > 8.0


def test_numbers_can_be_read_on_filled_cells() -> None:
    for strong, pale in ((TEAL, TEAL_PALE), (AMBER, AMBER_PALE)):
        assert contrast_ratio(PAPER, strong) >= 4.5
        assert contrast_ratio(INK, pale) >= 4.5


def test_the_simulation_turns_red_and_green_of_equal_luminance_into_neighbours() -> None:
    red, green = "#c04000", "#607800"
    assert seen_distance(red, green, "deuteranopia") < 0.5 * seen_distance(red, green, "none")


def contrast(colour: Any) -> float:
    return contrast_ratio(colors.to_hex(colour), PAPER)


@pytest.mark.parametrize("role", ["main", "part", "plain", "total"])
@pytest.mark.parametrize("basis", ["published", "assumed", "delivery"])
@pytest.mark.parametrize("thin", [True, False])
def test_everything_drawn_can_be_read_against_the_paper(role: str, basis: str, thin: bool) -> None:
    data = frame(mark("first", role=role, basis=basis, thin=thin), mark("second", group="b", basis=basis, thin=thin))
    for ax in (draw_bars(data), draw_domains(data)):
        written = [contrast(text.get_color()) for text in ax.texts if text.get_text()]
        bars = [max(contrast(bar.get_facecolor()), contrast(bar.get_edgecolor())) for bar in ax.patches]
        dots = [contrast(line.get_markeredgecolor()) for line in ax.lines if line.get_marker() in ("o", "D")]
        assert len(bars) + len(dots) >= 1
        assert min(written) >= 4.5
        assert min([*bars, *dots]) >= 3.0


def test_colours_of_the_pages_can_be_read() -> None:
    css = (SITE / "style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
    for text in ("ink", "muted", "teal"):
        assert contrast_ratio(named[text], "#ffffff") >= 4.5
        assert contrast_ratio(named[text], named["pale"]) >= 4.5
    failing = re.search(r"\.verdict\.differs.*?background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6})", css)
    assert failing is not None
    assert contrast_ratio(failing[1], failing[2]) >= 4.5


@pytest.mark.parametrize(("weight", "file"), [(400, "FiraSans-Regular.ttf"), (SEMIBOLD, "FiraSans-SemiBold.ttf")])
def test_each_weight_is_a_font_file_of_the_package(weight: int, file: str) -> None:
    with style():
        assert findfont(FontProperties(family=FAMILY, weight=weight)).endswith(f"publication/fonts/{file}")


def text_colour_in_style(*, fail: bool = False) -> object:
    with style():
        if fail:
            raise RuntimeError("in the middle")
        return mpl.rcParams["text.color"]


def test_settings_are_those_of_before_even_after_an_error() -> None:
    before = dict(mpl.rcParams)
    assert text_colour_in_style() == INK
    assert dict(mpl.rcParams) == before
    with pytest.raises(RuntimeError, match="in the middle"):
        text_colour_in_style(fail=True)
    assert dict(mpl.rcParams) == before


def test_no_type_is_smaller_than_six_and_a_half_points() -> None:
    for size in SIZES.values():
        assert min(size.headline, size.subtitle, size.label, size.value, size.axis, size.footer) >= 6.5
        assert size.headline > size.subtitle > size.footer
