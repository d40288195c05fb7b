"""View a question."""

from typing import TYPE_CHECKING

from barometer.codebook.browse.display import Listing
from barometer.codebook.browse.headings import ANSWERED, MEANINGS
from barometer.codebook.browse.listings import (
    base_rows,
    change_rows,
    changes_of,
    domain_rows,
    figure_rows,
    indicator_rows,
    inferred_text,
    theme_text,
    waves_text,
)
from barometer.codebook.browse.views import QuestionView, ViewKind
from barometer.codebook.records import Answer, Label, Lang, Question
from barometer.codebook.relations import OptionKind
from barometer.codebook.wording import listed

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

PLACE = Label("nr. {}", "no. {}")
EXCLUSIVE = Label("udelukker de andre", "excludes the others")


def view_question(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> QuestionView:
    """View a question."""
    question, relations = book.questions[name], book.relations
    return QuestionView(
        name=name,
        label=question.title.text(lang),
        lang=lang,
        also=also,
        wording=question.label.text(lang),
        theme=theme_text(book, question.theme, lang),
        asked=book.bases[question.asked_of].label.text(lang),
        answered=_answered(book, question, lang),
        test=PLACE.text(lang).format(question.test.place) if question.test else "",
        waves=waves_text(book, "question", name),
        inferred=question.inferred.text(lang),
        source=question.source,
        indicator_names=_indicator_names(question, lang),
        options=_options(book, question, lang),
        items=_items(book, question, lang),
        groups=_answer_groups(question, lang),
        indicators=indicator_rows(book, relations.built_on.get(name, ()), lang),
        bases=base_rows(book, relations.bases_of.get(name, ()), lang),
        domains=domain_rows(book, relations.domains_of.get(name, ()), lang),
        figures=figure_rows(book, relations.figures_of.get(name, ()), lang),
        changes=change_rows(changes_of(book, name), lang),
    )


def _answered(book: "Codebook", question: Question, lang: Lang) -> str:
    """Say how many answers there may be."""
    outer = book.questions[question.loop_over].title.text(lang) if question.loop_over else ""
    text = ANSWERED[question.kind].text(lang).format(outer)
    most = Label(f"højst {question.max_ticks}", f"at most {question.max_ticks}").text(lang)
    return f"{text}, {most}" if question.max_ticks else text


def _indicator_names(question: Question, lang: Lang) -> str:
    """Say how answers are named as indicators, where the options do not show it."""
    if question.kind != "grid":
        return ""
    row, answer = Label("RÆKKE", "ROW").text(lang), Label("SVAR", "ANSWER").text(lang)
    example = f"{question.name}.{question.items[0].code}.{question.answers[0].code}"
    return f"{question.name}.{row}.{answer}, {Label('for eksempel', 'for instance').text(lang)} {example}"


def _options(book: "Codebook", question: Question, lang: Lang) -> Listing:
    rows = (
        (
            _option_name(question, answer.code),
            answer.label.text(lang),
            _remark(answer, lang),
            _only_waves(book, question, "answer", answer.code),
            inferred_text(answer.inferred, lang),
        )
        for answer in question.answers
    )
    return Listing(("name", "label", "note", "only_waves", "inferred"), tuple(rows))


def _items(book: "Codebook", question: Question, lang: Lang) -> Listing:
    rows = (
        (
            f"{question.name}.{item.code}",
            item.label.text(lang),
            _only_waves(book, question, "item", item.code),
            inferred_text(item.inferred, lang),
        )
        for item in question.items
    )
    return Listing(("name", "label", "only_waves", "inferred"), tuple(rows))


def _answer_groups(question: Question, lang: Lang) -> Listing:
    labels = {answer.code: answer.label.text(lang) for answer in question.answers}
    rows = (
        (_option_name(question, group.code), group.label.text(lang), " / ".join(labels[code] for code in group.answers))
        for group in question.groups
    )
    return Listing(("name", "label", "answers"), tuple(rows))


def _option_name(question: Question, code: str) -> str:
    """Return the name of the answer as an indicator; in a grid its code, which the row's name goes before."""
    return code if question.kind == "grid" else f"{question.name}.{code}"


def _remark(answer: Answer, lang: Lang) -> str:
    remarks = (MEANINGS[answer.meaning].text(lang), EXCLUSIVE.text(lang) if answer.exclusive else "")
    return ", ".join(filter(None, remarks))


def _only_waves(book: "Codebook", question: Question, kind: OptionKind, code: str) -> str:
    """Write the waves that had an option; nothing where every wave that asked the question had it."""
    had = book.relations.options.get((question.name, kind, code), ())
    return "" if had == book.relations.in_waves.get(("question", question.name), ()) else listed(had)
