"""Searching the codebook: either language, any spelling, several words, best first."""

from itertools import pairwise

import pytest
from orchard import orchard_codebook

import barometer as bm
from barometer.codebook import Codebook
from barometer.codebook.browse.search import COLUMNS, SHOWN
from barometer.errors import ArgumentError


@pytest.fixture(scope="module")
def orchards(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    return orchard_codebook(tmp_path_factory.mktemp("orchards") / "metadata")


def found(book: Codebook, words: str) -> list[str]:
    return [hit.name for hit in book.search(words).hits]


@pytest.mark.parametrize("word", ["borger", "BORGER", "Borgere", "citizens", "citizen"])
def test_a_word_of_either_language_finds_citizens(word: str) -> None:
    assert {"partner.citizens", "initiator.citizens", "positive_role.citizens"} <= set(found(bm.codebook(), word))


@pytest.mark.parametrize("word", ["pærer", "PÆRER", "paerer", "pärer"])
def test_danish_letters_may_be_spelt_out(orchards: Codebook, word: str) -> None:
    assert found(orchards, word) == ["crop.pear", "crop"]


@pytest.mark.parametrize("word", ["lågen", "laagen", "lagen", "la\N{COMBINING RING ABOVE}gen"])
def test_accents_may_be_left_out_or_written_apart(orchards: Codebook, word: str) -> None:
    assert found(orchards, word) == ["sold.gate", "sold"]


def test_every_word_must_be_there(orchards: Codebook) -> None:
    assert found(orchards, "pears crops") == ["crop.pear", "crop"]
    assert found(orchards, "crop north") == []
    assert set(found(orchards, "crop picked")) == {"crop"}
    assert found(orchards, "north") == ["region"]


def test_the_two_languages_may_be_mixed(orchards: Codebook) -> None:
    assert found(orchards, "degree våd") == ["watering"]


def test_names_come_before_labels_and_labels_before_texts(orchards: Codebook) -> None:
    names = found(orchards, "tended")
    assert names[:2] == ["tended", "tended"]
    assert [hit.kind for hit in orchards.search("tended").hits[:2]] == ["family", "figure"]
    water = found(orchards, "water")
    assert water.index("watering") < water.index("care")
    assert found(orchards, "crop")[0] == "crop"


def test_the_beginning_of_a_word_counts_before_its_inside(orchards: Codebook) -> None:
    assert found(orchards, "ear") != []
    assert found(orchards, "ear").index("crop.pear") < found(orchards, "ear").index("crop")
    names = found(orchards, "pear")
    assert names[0] == "crop.pear"
    assert found(bm.codebook(), "foundations")[0] == "foundations"


def test_a_hit_says_base_waves_and_figures(orchards: Codebook) -> None:
    hits = {(hit.kind, hit.name): hit for hit in orchards.search("tended").hits}
    family, figure = hits["family", "tended"], hits["figure", "tended"]
    assert (family.base, family.waves, family.figures) == ("", (1, 2), ("tended",))
    assert (figure.base, figure.waves, figure.figures) == ("bearing", (1, 2), ())
    well = hits["indicator", "tended.well"]
    assert (well.label, well.base, well.waves, well.figures) == (
        "How orchards are tended: tended well",
        "bearing",
        (1, 2),
        ("tended",),
    )
    assert hits["indicator", "tended.hoed"].waves == (1,)


def test_one_wave_finds_what_it_had(orchards: Codebook) -> None:
    assert found(orchards.in_wave(1), "pears") == []
    assert found(orchards.in_wave(2), "hoeing") == []
    assert [hit.waves for hit in orchards.in_wave(2).search("pears").hits] == [(2,), (2,)]


def test_the_result_is_a_frame(orchards: Codebook) -> None:
    frame = orchards.search("pears", lang="da").to_frame()
    assert tuple(frame.columns) == COLUMNS
    assert frame.values.tolist() == [
        ["indicator", "crop.pear", "Afgrøder: pærer", "bearing", "2", ""],
        ["question", "crop", "Afgrøder", "bearing", "1, 2", "tended"],
    ]
    nothing = orchards.search("zzz").to_frame()
    assert nothing.empty
    assert (len(orchards.search("pears")), len(orchards.search("zzz"))) == (2, 0)
    assert tuple(nothing.columns) == COLUMNS


def test_the_result_is_plain_data(orchards: Codebook) -> None:
    assert orchards.search("pears watering").to_dict() == {"words": "pears watering", "hits": [], "suggestions": []}
    hits = orchards.search("north").to_dict()["hits"]
    assert hits == [{"kind": "domain", "name": "region", "label": "Region", "base": "", "waves": "1, 2", "figures": ""}]


def test_the_result_shows_as_text_and_html(orchards: Codebook) -> None:
    result = orchards.search("pears", lang="da")
    assert repr(result).splitlines() == [
        "2 fund for »pears«",
        "",
        "crop.pear (indikator)",
        "    Afgrøder: pærer",
        "    basis bearing; bølger 2",
        "",
        "crop (spørgsmål)",
        "    Afgrøder",
        "    basis bearing; bølger 1, 2; figurer tended",
    ]
    html = result._repr_html_()
    assert "<td><code>crop.pear</code></td><td>Afgrøder: pærer</td>" in html
    assert "<th scope='col'>Betegnelse</th>" in html


def test_what_was_typed_is_escaped(orchards: Codebook) -> None:
    html = orchards.search("<script>alert(1)</script>")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(("lang", "said"), [("da", "Mente du landsdel?"), ("en", "Did you mean landsdel?")])
def test_a_misspelt_word_brings_up_those_like_it(orchards: Codebook, lang: str, said: str) -> None:
    result = orchards.search("landsdle", lang="da" if lang == "da" else "en")
    assert (result.hits, result.suggestions) == ((), ("landsdel",))
    assert repr(result).endswith(said)
    assert said in result._repr_html_()


def test_suggestions_are_for_the_words_that_are_nowhere(orchards: Codebook) -> None:
    assert orchards.search("crop landsdle").suggestions == ("landsdel",)
    assert orchards.search("zzzz").suggestions == ()
    assert repr(orchards.search("zzzz")) == "Nothing found for 'zzzz'."


def test_a_long_result_is_cut_where_it_is_shown_and_says_so() -> None:
    result = bm.codebook().search("e")
    assert len(result.hits) > SHOWN
    assert len(result.to_frame()) == len(result.hits)
    assert repr(result).endswith(f"{len(result.hits) - SHOWN} more in .to_frame()")
    assert f"{len(result.hits) - SHOWN} more in .to_frame()" in result._repr_html_()
    assert result._repr_html_().count("<tr>") == SHOWN + 1
    assert result.text().count("\n\n") == len(result.hits)


@pytest.mark.parametrize("width", [30, 60])
def test_the_text_fits_the_width(width: int) -> None:
    lines = bm.codebook().search("foreninger positiv rolle", lang="da").text(width).splitlines()
    assert len(lines) > 4
    assert max(map(len, lines)) <= width


def test_the_order_is_the_same_every_time_and_by_rank(orchards: Codebook) -> None:
    assert orchards.search("a") == orchards.search("a")
    hits = bm.codebook().search("partner.citizens").hits
    assert hits[0].name == "partner.citizens"
    depths = [hit.name.count(".") for hit in bm.codebook().search("promoted").hits if "promoted" in hit.name]
    assert all(first <= second for first, second in pairwise(depths))


@pytest.mark.parametrize(
    ("words", "lang", "message"),
    [
        ("", "en", "words: must hold at least one word"),
        ("  ", "en", "words: must hold at least one word"),
        (3, "en", "words: must be a name; got int"),
        ("zzz", "fr", "lang: must be da or en"),
        ("crop", "fr", "lang: must be da or en"),
    ],
)
def test_what_cannot_be_searched_is_refused(orchards: Codebook, words: object, lang: object, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        orchards.search(words, lang)  # type: ignore[arg-type]
