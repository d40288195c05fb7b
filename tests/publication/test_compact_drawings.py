"""Drawings in fewer characters: the same points, the same pictures."""

import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import barometer as bm
from barometer.publication.compact import compact_page, compact_png, compact_svg

Point = tuple[float, float]


@pytest.fixture(scope="module")
def svg(wave: bm.Wave) -> str:
    return bm.draw("citizens", wave).render("svg", "web").decode()


def points(path: str) -> list[Point]:
    """Ends and handles of a path's steps, absolute or relative."""
    found: list[Point] = []
    start = at = (0.0, 0.0)
    for step, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        if step in "zZ":
            at = start
            continue
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if step.islower():
            pairs = [(at[0] + x, at[1] + y) for x, y in pairs]
        at = pairs[-1]
        start = at if step in "mM" else start
        found += pairs
    return found


def paths(svg: str) -> list[list[Point]]:
    tree = ET.fromstring(svg)
    return [points(path.get("d", "")) for path in tree.iter("{http://www.w3.org/2000/svg}path")]


def test_every_path_keeps_its_points_to_a_hundredth(svg: str) -> None:
    small = compact_svg(svg)
    assert len(small) < 0.6 * len(svg)
    before, after = paths(svg), paths(small)
    assert len(before) == len(after) > 50
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, atol=0.0051)


def test_every_glyph_is_used_as_often_and_defined_where_it_is_used(svg: str) -> None:
    used, small = re.findall(r'xlink:href="#([^"]+)"', svg), compact_svg(svg)
    now = re.findall(r'xlink:href="#([^"]+)"', small)
    assert len(now) == len(used)
    assert len(set(now)) == len(set(used))
    assert set(now) <= set(re.findall(r'id="([^"]+)"', small))
    assert "<title>Synthetic data: citizens" in small
    assert 'role="img"' in small


def test_drawings_of_one_page_share_their_glyphs(svg: str) -> None:
    page = compact_page(f"<h1 id='g'>x</h1>{svg}<p>between</p>{svg}")
    ids = re.findall(r'id="(g\d+)"', page)
    assert len(ids) == len(set(ids)) > 20
    assert set(re.findall(r'href="#(g\d+)"', page)) == set(ids)
    assert page.count("<svg") == 2
    assert len(page) < 2 * len(compact_svg(svg)) - 15_000


def test_a_picture_looks_the_same_in_a_third_of_the_bytes(wave: bm.Wave) -> None:
    png = bm.draw("citizens", wave).render("png")
    small = compact_png(png)
    assert len(small) < len(png) / 2.5
    assert small == compact_png(png)
    before, after = (np.asarray(Image.open(io.BytesIO(each)).convert("RGB"), dtype=int) for each in (png, small))
    assert before.shape == after.shape
    difference = np.abs(before - after).max(axis=2)
    assert difference.mean() < 0.5
    assert (difference > 40).mean() < 0.001
