"""Drawings in fewer characters: the same points, the same pictures."""

import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import barometer as bm
from barometer.publication.compact import compact_drawings, compact_svg, share_glyphs
from barometer.publication.compact_pictures import compact_png
from barometer.publication.palette import AMBER

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
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


def scale(element: ET.Element) -> float:
    """How many times larger a transformation makes an element."""
    return float((re.search(r"scale\(([\d.]+)", element.get("transform", "")) or ["", "1"])[1])


def drawn(svg: str) -> list[tuple[str, list[Point]]]:
    """Style and points of everything drawn, in the order of the file; points of a glyph from the start of its text."""
    tree = ET.fromstring(svg)
    outlines = {path.get("id"): path for path in tree.iter(f"{SVG}path")}
    around = {child: parent for parent in tree.iter() for child in parent}
    inside = {path for defs in tree.iter(f"{SVG}defs") for path in defs}
    found = []
    for element in tree.iter():
        if element.tag == f"{SVG}use":
            link = element.get("href") or element.attrib[f"{XLINK}href"]
            path = outlines[link.removeprefix("#")]
        elif element.tag == f"{SVG}path" and element not in inside:
            path = element
        else:
            continue
        if not path.get("d"):
            continue
        size, style = scale(path), (element.get("style") or "").replace(" ", "")
        moved = re.search(r"translate\(([\d.-]+) 0\)", element.get("transform", ""))
        start = float(moved[1] if moved else element.get("x", "0")) if element.tag == f"{SVG}use" else 0.0
        whole = scale(around[element]) if element is not path else 1.0
        found.append((style, [(whole * (start + size * x), whole * size * y) for x, y in points(path.get("d", ""))]))
    return found


def test_everything_is_drawn_in_its_order_and_place(svg: str) -> None:
    small = compact_svg(svg)
    assert len(small) < 0.5 * len(svg)
    before, after = drawn(svg), drawn(small)
    assert len(before) == len(after) > 500
    for (style, one), (other_style, other) in zip(before, after, strict=True):
        assert style == other_style
        np.testing.assert_allclose(one, other, atol=0.04)  # points of the page: a quarter of a hundredth of the type


def test_every_glyph_is_defined_where_it_is_used(svg: str) -> None:
    small = compact_svg(svg)
    assert len(set(re.findall(r'href="#(g\d+)"', small))) > 40
    assert set(re.findall(r'href="#([^"]+)"', small)) <= set(re.findall(r'id="([^"]+)"', small))
    assert "<title>Synthetic data: citizens" in small
    assert 'role="img"' in small


def test_drawings_of_one_page_share_their_glyphs(svg: str) -> None:
    head, between = "<h1 id='g'>x</h1>", "<p>between</p>"
    page = share_glyphs(compact_drawings(f"{head}{svg}{between}{svg}"))
    ids = re.findall(r'id="(g\d+)"', page)
    assert len(ids) == len(set(ids)) > 20
    assert set(re.findall(r'href="#(g\d+)"', page)) == set(ids)
    assert page.count("<svg") == 2
    alone = share_glyphs(compact_drawings(svg))
    glyphs = "".join(re.findall(r'<path id="g\d+"[^>]*>', alone))
    assert len(page) == len(head + between) + 2 * len(alone) - len(glyphs)  # the second drawing brings none of its own


def test_a_colour_that_means_something_stays_among_many_others() -> None:
    picture = np.random.default_rng(1).integers(90, 140, (200, 200, 3), dtype=np.uint8)
    picture[:2, :2] = (168, 84, 0)
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    lost, kept = (
        np.asarray(Image.open(io.BytesIO(compact_png(stream.getvalue(), keep=keep))).convert("RGB"))[0, 0].tolist()
        for keep in ((), (AMBER,))
    )
    assert lost != kept == [168, 84, 0]


def test_a_picture_looks_the_same_in_a_third_of_the_bytes(wave: bm.Wave) -> None:
    png = bm.draw("citizens", wave).render("png")
    small = compact_png(png)
    assert len(small) < len(png) / 2.5
    assert small == compact_png(png)
    before, after = (np.asarray(Image.open(io.BytesIO(each)).convert("RGB"), dtype=int) for each in (png, small))
    assert before.shape == after.shape
    paper = (before == 255).all(axis=2)
    assert (after[paper] == 255).all()
    difference = np.abs(before - after).max(axis=2)
    assert difference.mean() < 0.3
    assert (difference > 40).mean() < 0.001
