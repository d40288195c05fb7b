"""What an analyst sees: a view of every record, the overview by theme, lists, in both languages and in one wave."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from metadata_copy import MetadataCopy
from orchard import FILES, orchard_codebook

import barometer as bm
from barometer.codebook import Codebook, load_codebook
from barometer.codebook.browse import VIEW_KINDS, IndicatorView, View
from barometer.codebook.browse.show import names_by_kind
from barometer.codebook.browse.views import (
    BaseView,
    ClaimView,
    DomainView,
    FamilyView,
    FigureView,
    QuestionView,
    WaveView,
)
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, UnknownNameError

LANGS: tuple[Lang, ...] = ("da", "en")


@pytest.fixture(scope="module")
def orchards(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    return orchard_codebook(tmp_path_factory.mktemp("orchards") / "metadata")


def question(book: Codebook, name: str, lang: Lang = "en") -> QuestionView:
    view = book.show(name, lang)
    assert isinstance(view, QuestionView)
    return view


def every_view(book: Codebook, lang: Lang) -> Iterator[View]:
    for kind, names in names_by_kind(book).items():
        for name in names:
            yield book.show(name, lang, kind=kind)


def tags(html: str) -> set[str]:
    """Return the tags of a page, each of which must be closed in its turn."""
    seen: set[str] = set()
    still_open: list[str] = []
    for slash, tag in re.findall(r"<(/?)(\w+)[^<>]*>", html):
        seen.add(tag)
        if slash:
            assert still_open.pop() == tag
        elif tag != "br":
            still_open.append(tag)
    assert still_open == []
    assert html.count("<") == html.count(">")
    return seen


def test_a_question_shows_options_with_the_waves_that_alone_had_them(orchards: Codebook) -> None:
    view = question(orchards, "crop")
    assert (view.wording, view.asked, view.theme) == ("Which <fruits> are picked?", "orchards that bear", "The fruit")
    assert (view.answered, view.inferred) == ("ticks, at most 2", "The list is worked out.")
    assert view.waves == "1 (1999), 2 (2001)"
    assert view.options.columns == ("name", "label", "note", "only_waves", "inferred")
    assert view.options.rows == (
        ("crop.apple", "Apples", "", "", ""),
        ("crop.pear", "Pears", "", "2", "inferred"),
        ("crop.none", "None", "counts as no, excludes the others", "", ""),
    )
    assert view.groups.rows == (("crop.any", "At least one", "Apples / Pears"),)


def test_a_question_shows_what_uses_it(orchards: Codebook) -> None:
    crop, care, bears = (question(orchards, name) for name in ("crop", "care", "bears"))
    assert [row[0] for row in crop.indicators.rows] == ["tended.well"]
    assert [(row[0], row[2]) for row in care.indicators.rows] == [("tended.well", "1, 2"), ("tended.hoed", "1")]
    assert [row[0] for row in care.domains.rows] == ["watering"]
    assert [row[0] for row in care.figures.rows] == ["tended", "bears"]
    assert [row[0] for row in bears.bases.rows] == ["bearing"]
    assert crop.changes.rows == (
        ("2", "comparable with a break", "crop", "Pears became an option. Inferred: Worked out from the list."),
    )


def test_a_grid_says_how_its_answers_are_named(orchards: Codebook) -> None:
    care, crop = question(orchards, "care"), question(orchards, "crop")
    assert care.indicator_names == "care.ROW.ANSWER, for instance care.water.yes"
    assert "care.water.yes" in orchards.indicators
    assert [row[0] for row in care.options.rows] == ["yes", "no", "dont_know"]
    assert care.items.rows == (("care.water", "Watering", "", ""), ("care.hoe", "Hoeing", "1", "inferred"))
    assert crop.indicator_names == ""


def test_a_loop_says_what_it_is_asked_for_each_of(orchards: Codebook) -> None:
    assert question(orchards, "sold").answered == "ticks, once for each option ticked in Crops"
    assert question(orchards, "sold", "da").answered == "kryds, en gang for hvert kryds i Afgrøder"


def test_an_indicator_shows_parts_other_definitions_and_comparability(orchards: Codebook) -> None:
    view = orchards.explain("tended.well")
    assert (view.base, view.dont_know) == ("orchards that bear", "no")
    assert view.counted == "Crops: Apples/Pears or Care, Watering: Yes"
    assert [row[0] for row in view.parts.rows] == ["tended.well.picked", "tended.well.watered"]
    assert view.definitions.rows == (
        ("1", "Crops: Apples", "Watering counts from wave 2 on.", "https://orchards.example/tended/1"),
    )
    assert view.comparability.rows == (
        (
            "1 and 2",
            "comparable with a break",
            "Watering counts from wave 2 on. The year became a calendar year.",
        ),
    )


def test_an_indicator_shows_its_claims_with_their_numbers_and_its_figures(orchards: Codebook) -> None:
    view = orchards.explain("tended.well")
    assert view.claims.to_records() == [
        {"wave": "1", "place": "in total", "published": "40%", "range": "", "n": "", "name": "w1-well-01"},
        {"wave": "2", "place": "in total", "published": "55%", "range": "", "n": "600", "name": "w2-well-01"},
        {"wave": "2", "place": "Region: north against south", "published": "more often", "range": "", "n": "",
         "name": "w2-well-02"},
    ]  # fmt: skip
    assert view.figures.rows == (("tended", "Orchards that are tended", "1, 2"),)
    assert "“Don't know” is counted with “no”" in repr(view)


def test_comparability_is_that_of_the_codebook_and_says_a_reason_once() -> None:
    book = bm.codebook()
    for name in ("positive_role.foundations", "evaluated.yes", "innovative"):
        rows = book.explain(name).comparability.rows
        told = " ".join(reason for *_, reason in rows)
        for pair, verdict, _ in rows:
            first, second = (int(number) for number in re.findall(r"\d+", pair))
            found = book.comparability(name, first, second)
            assert verdict in found.text("en")
            assert all(told.count(reason.en) == 1 for reason in found.reasons)


def test_a_family_shows_its_members(orchards: Codebook) -> None:
    view = orchards.show("tended")
    assert isinstance(view, FamilyView)
    assert (view.label, view.also) == ("How orchards are tended", ("figure",))
    assert [row[:2] for row in view.members.rows] == [("tended.well", "Tended well"), ("tended.hoed", "Hoed")]
    rows = orchards.show("care.water", lang="da")
    assert isinstance(rows, FamilyView)
    assert rows.label == "Pasning: vanding"
    assert [row[0] for row in rows.members.rows] == ["care.water.yes", "care.water.no", "care.water.dont_know"]


def test_a_domain_shows_groups_figures_and_claims(orchards: Codebook) -> None:
    region, watering = orchards.show("region"), orchards.show("watering")
    assert isinstance(region, DomainView)
    assert isinstance(watering, DomainView)
    assert [row[:2] for row in region.groups.rows] == [("north", "North"), ("south", "South")]
    assert [row[-1] for row in region.claims.rows] == ["w2-well-02"]
    assert (region.made_from, watering.made_from, watering.dont_know) == ("a register", "care.water", "drop")
    assert [row[0] for row in watering.figures.rows] == ["bears"]


def test_a_base_shows_who_is_in_it_and_its_published_size(orchards: Codebook) -> None:
    view = orchards.show("bearing")
    assert isinstance(view, BaseView)
    assert (view.inside, view.routing) == ("all orchards", "Bears fruit: Yes")
    assert [(row[2], row[-1]) for row in view.claims.rows] == [("600", "w2-base")]
    assert [row[0] for row in view.questions.rows] == ["crop", "sold"]
    assert [row[0] for row in view.indicators.rows] == ["tended.well"]
    wider = orchards.show("all")
    assert isinstance(wider, BaseView)
    assert (wider.inside, wider.routing) == ("", "")
    assert [row[0] for row in wider.bases.rows] == ["bearing"]


def test_a_figure_shows_its_waves_what_it_draws_and_when_a_headline_is_said(orchards: Codebook) -> None:
    view = orchards.show("tended", kind="figure")
    assert isinstance(view, FigureView)
    assert view.sources.rows == (
        ("1", "https://orchards.example/figure/1", ""),
        ("2", "https://orchards.example/figure/2", "Preliminary."),
    )
    assert [row[0] for row in view.indicators.rows] == ["tended.well", "tended.well.picked", "tended.well.watered"]
    assert view.headlines.rows == (
        ("... are tended", "the whole interval of tended.well is above 50%"),
        ("Some are tended", "always"),
    )
    assert view.subtitle == "Share of the orchards"


def test_a_figure_draws_the_parts_of_the_waves_that_published_it(orchards: Codebook) -> None:
    first = orchards.in_wave(1).show("tended", kind="figure")
    assert isinstance(first, FigureView)
    assert [row[0] for row in first.indicators.rows] == ["tended.well", "tended.well.picked"]
    assert [row[0] for row in first.sources.rows] == ["1"]


def test_a_figure_by_a_domain_names_it(orchards: Codebook) -> None:
    view = orchards.show("bears", kind="figure", lang="da")
    assert isinstance(view, FigureView)
    assert (view.by, view.label) == ("Vandingsgrad", "Bærende haver efter vanding")
    assert [row[0] for row in view.indicators.rows] == ["bears.yes"]


def test_a_claim_shows_its_statement_and_what_it_is_compared_by(orchards: Codebook) -> None:
    view = orchards.show("w2-well-02", lang="da")
    assert isinstance(view, ClaimView)
    assert view.label == "Hvordan haverne passes: passet godt | Landsdel: nord mod syd"
    assert (view.published, view.check, view.wave) == ("oftere", "forskellens retning", "2 (2001)")
    assert [row[0] for row in view.figures.rows] == ["tended"]
    share = orchards.show("w2-well-01", lang="da")
    assert isinstance(share, ClaimView)
    assert (share.published, share.n) == ("55\u202f%", "600")


def test_a_wave_is_shown_by_its_number(orchards: Codebook) -> None:
    view = orchards.show(2, lang="da")
    assert isinstance(view, WaveView)
    assert view.to_dict() == orchards.show("2", lang="da").to_dict()
    assert (view.period, view.answers, view.response_rate, view.claims) == ("2001", "1.200", "50\u202f%", "3")
    assert view.sample == ""
    assert [row[0] for row in view.questions.rows] == ["bears", "crop", "care", "sold"]
    assert [row[2] for row in view.changes.rows] == ["alt", "crop"]


def test_one_wave_shows_that_wave_alone(orchards: Codebook) -> None:
    first = orchards.in_wave(1)
    crop = question(first, "crop")
    assert [row[0] for row in crop.options.rows] == ["crop.apple", "crop.none"]
    assert (crop.waves, crop.changes.rows) == ("1 (1999)", ())
    well = first.explain("tended.well")
    assert well.counted == "Crops: Apples"
    assert [row[2] for row in well.definitions.rows] == ["Watering counts from wave 2 on."]
    assert well.comparability.rows == ()
    assert [row[-1] for row in well.claims.rows] == ["w1-well-01"]
    assert orchards.in_wave(2).explain("tended.well").definitions.rows == ()
    with pytest.raises(UnknownNameError):
        first.show("sold")
    with pytest.raises(UnknownNameError):
        first.show(2)


def test_a_name_of_several_kinds_is_shown_as_the_first_or_as_asked(orchards: Codebook) -> None:
    view = orchards.show("bears")
    assert (view.kind, view.also) == ("question", ("figure",))
    assert 'Same name    figure (kind="figure")' in repr(view)
    assert orchards.show("bears", kind="figure").also == ("question",)


def test_explain_and_show_are_the_same_view(orchards: Codebook) -> None:
    shown = orchards.show("tended.well")
    assert isinstance(shown, IndicatorView)
    assert shown == orchards.explain("tended.well")


@pytest.mark.parametrize(
    ("asked", "kind", "near"),
    [("tended.wel", None, "tended.well"), ("crops", "question", "crop"), ("w2-wel-01", "claim", "w2-well-01")],
)
def test_near_names_are_suggested(orchards: Codebook, asked: str, kind: str | None, near: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        orchards.show(asked, kind=kind)  # type: ignore[arg-type]
    assert (caught.value.kind, caught.value.name) == (kind or "record", asked)
    assert near in caught.value.suggestions


def test_a_name_of_another_kind_is_not_that_kind(orchards: Codebook) -> None:
    with pytest.raises(UnknownNameError, match="There is no domain 'crop'"):
        orchards.show("crop", kind="domain")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "crop", "kind": "fruit"}, "kind: must be one of question, indicator"),
        ({"name": "crop", "lang": "fr"}, "lang: must be da or en"),
        ({"name": None}, "name: must be a name; got None"),
        ({"name": True}, "name: must be a name; got bool"),
    ],
)
def test_arguments_that_are_none_are_refused(orchards: Codebook, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)):
        orchards.show(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [40, 80])
def test_every_record_of_the_shipped_codebook_fits_the_width(lang: Lang, width: int) -> None:
    book = bm.codebook()
    kinds = set()
    for view in every_view(book, lang):
        kinds.add(view.kind)
        lines = view.text(width).splitlines()
        assert max(map(len, lines)) <= width, view.name
        assert view.label.split()[0] in lines[0]
    assert kinds == set(VIEW_KINDS)


@pytest.mark.parametrize("lang", LANGS)
def test_every_record_is_whole_html_without_scripts(lang: Lang) -> None:
    for view in every_view(bm.codebook(), lang):
        html = view._repr_html_()
        assert {"p", "strong", "code"} <= tags(html)
        assert f"<strong>{escape(view.label)}</strong>" in html
        assert f"<code>{escape(view.name)}</code>" in html
        assert not {"script", "a", "img"} & tags(html)
        assert not re.search(r"<\w[^>]*\bon\w+=", html)


@pytest.mark.parametrize("number", sorted(bm.codebook().waves))
def test_every_record_of_one_wave_can_be_shown(number: int) -> None:
    book = bm.codebook().in_wave(number)
    others = [f"{wave} ({record.period})" for wave, record in book.waves.items() if wave != number]
    for view in every_view(book, "en"):
        assert not any(text in others for text in (getattr(view, "waves", ""), getattr(view, "wave", "")))
    assert [view.name for view in every_view(book, "en") if view.kind == "wave"] == [str(number)]


def test_what_a_record_is_stands_open_and_where_it_is_used_is_closed() -> None:
    html = bm.codebook().show("evaluated").to_html()
    opened = re.findall(r"<details( open)?><summary>([A-Z][a-z ]+) \(", html)
    assert {title for state, title in opened if state} == {"Options", "Groups", "What changed"}
    assert {title for state, title in opened if not state} == {"Bases", "Domains", "Published figures"}


def test_texts_are_escaped_in_html_and_plain_elsewhere(orchards: Codebook) -> None:
    html = orchards._repr_html_()
    assert "Which &lt;fruits&gt; are picked?" in html
    assert "The &lt;orchards&gt;" in html
    assert not {"fruits", "orchards"} & tags(html)
    assert "Which <fruits> are picked?" in repr(orchards.show("crop"))


def test_a_view_is_plain_data(orchards: Codebook) -> None:
    plain = orchards.show("crop").to_dict()
    assert (plain["kind"], plain["name"], plain["wording"]) == ("question", "crop", "Which <fruits> are picked?")
    assert plain["indicators"] == [
        {"name": "tended.well", "label": "How orchards are tended: tended well", "waves": "1, 2"}
    ]


def test_the_overview_goes_by_theme_in_the_order_of_the_file(orchards: Codebook) -> None:
    overview = orchards.overview("da")
    assert [theme.label for theme in overview.themes] == ["Arbejdet", "Frugten"]
    assert [[view.name for view in theme.questions] for theme in overview.themes] == [
        ["care", "sold"],
        ["bears", "crop"],
    ]
    assert [[row[0] for row in theme.figures.rows] for theme in overview.themes] == [["tended"], ["bears"]]
    assert [(title, [row[0] for row in listing.rows]) for title, listing in overview.composites] == [
        ("Hvordan haverne passes", ["tended.well", "tended.hoed"])
    ]
    assert overview.title == "Frugthaverne, frugthaver, bølger 1 (1999), 2 (2001)"
    assert [row[0] for row in overview.changes.rows] == ["2", "2"]


def test_a_codebook_without_titles_of_themes_uses_their_codes(tmp_path: Path) -> None:
    book = orchard_codebook(tmp_path / "metadata")
    (book.folder / "themes.toml").unlink()
    plain = load_codebook(book.folder)
    assert [theme.label for theme in plain.overview().themes] == ["fruit", "work"]
    assert question(plain, "crop").theme == "fruit"


def test_a_theme_without_a_title_is_a_fault(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace("questions.toml", 'theme = "innovative"', 'theme = "novel"')
    copy.replace("figures.toml", 'theme = "innovative"', 'theme = "newest"')
    assert [str(fault) for fault in copy.faults()] == [
        "[codebook] questions.toml.introduced: no theme 'novel'",
        "[codebook] figures.toml.innovative_types: no theme 'newest'",
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_the_overview_of_the_shipped_codebook_is_light_and_whole(lang: Lang) -> None:
    book = bm.codebook()
    html = book.overview(lang)._repr_html_()
    assert len(html.encode()) < 300_000
    assert "script" not in tags(html)
    for name in (*book.questions, *book.figures, *book.domains, *book.bases, *book.relations.composites):
        assert name in html
    for record in book.questions.values():
        assert record.title.text(lang).replace("'", "&#x27;") in html


def test_the_overview_is_what_jupyter_shows_and_the_repr_stays_short(orchards: Codebook) -> None:
    assert orchards._repr_html_() == orchards.overview("en")._repr_html_()
    assert len(repr(orchards).splitlines()) == 1
    assert "<details open><summary><strong>The fruit</strong></summary>" in orchards._repr_html_()


@pytest.mark.parametrize("width", [30, 80])
def test_the_overview_as_text_fits_the_width_and_names_everything(orchards: Codebook, width: int) -> None:
    text = orchards.overview().text(width)
    assert max(map(len, text.splitlines())) <= width
    for name in (*orchards.questions, *orchards.figures, "tended.well", "region", "bearing", "The fruit"):
        assert name in text
    assert '.search("citizens")' in repr(orchards.overview())


def test_the_overview_as_data_holds_the_questions_in_full(orchards: Codebook) -> None:
    plain = orchards.overview().to_dict()
    assert isinstance(plain["themes"], list)
    assert plain["themes"][1]["questions"][1] == orchards.show("crop").to_dict()
    assert plain["waves"] == [
        {"name": "1", "label": "Wave 1", "period": "1999", "answers": "1,200", "claims": "1"},
        {"name": "2", "label": "Wave 2", "period": "2001", "answers": "1,200", "claims": "3"},
    ]


def test_lists_say_the_waves(orchards: Codebook) -> None:
    questions, indicators = orchards.to_frame("questions"), orchards.to_frame("indicators").set_index("name")
    assert questions["waves"].tolist() == ["1, 2", "1, 2", "1, 2", "2"]
    assert indicators.loc[["crop.pear", "care.hoe.yes", "bears.yes"], "waves"].tolist() == ["2", "1", "1, 2"]
    assert orchards.to_frame("bases")["waves"].tolist() == ["1, 2", "1, 2"]
    assert orchards.to_frame("domains")["waves"].tolist() == ["1, 2", "1, 2"]
    assert orchards.to_frame("figures")["waves"].tolist() == ["1, 2", "2"]
    assert orchards.in_wave(1).to_frame("figures")["source"].tolist() == ["https://orchards.example/figure/1"]


def test_waves_and_changes_are_listed(orchards: Codebook) -> None:
    waves = orchards.to_frame("waves", "da")
    assert waves["wave"].tolist() == [1, 2]
    assert waves["label"].tolist() == ["1. bølge", "2. bølge"]
    assert waves[["questions", "answers"]].to_numpy().tolist() == [[3, 1200], [4, 1200]]
    assert waves["sample"].isna().all()
    changes = orchards.to_frame("changes")
    assert changes["subjects"].tolist() == ["", "crop"]
    assert changes["effect"].tolist() == ["comparable", "break"]
    assert orchards.in_wave(1).to_frame("changes").empty
    assert orchards.in_wave(1).to_frame("waves")["wave"].tolist() == [1]


def test_claims_are_listed_with_their_statement(orchards: Codebook) -> None:
    claims = orchards.to_frame("claims", "da").set_index("id")
    assert claims.loc["w2-base", "statement"] == "Antal svar: frugthaver, der bærer"
    assert claims.loc["w2-well-01", "published"] == 55


def test_the_invented_codebook_is_not_about_the_barometer() -> None:
    assert "innovat" not in "".join(FILES.values())
