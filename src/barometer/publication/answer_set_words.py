"""The words of figures of several answers of one base: subtitle, footer, and the title of what they answer."""

from collections.abc import Sequence

from barometer.analysis.answer_sets import dont_know_text
from barometer.analysis.labelled import LabelledResult
from barometer.codebook import Codebook
from barometer.codebook.records import Indicator, Label, Lang
from barometer.publication.drawn import Mark
from barometer.publication.gaps import gaps_text, shown_n
from barometer.publication.words import Words, footer, lines_text, source_text, standing_text, thin_text

SUBTITLE = Label("Andel af {base}, {period}", "Share of {base}, {period}")
SAME_ANSWER = Label("{answer}. Andel af {base}, {period}", "{answer}. Share of {base}, {period}")


def write_answer_words(
    result: LabelledResult,
    headline: str,
    notes: Sequence[str],
    marks: Sequence[Mark],
    alt_text: Sequence[str],
    lang: Lang,
    *,
    kind: str,
    options: Sequence[Indicator] = (),
) -> Words:
    """
    Write the words around the marks of a set of answers.

    Parameters
    ----------
    result : LabelledResult
        Of one base and one choice of rules for don't know.
    headline : str
    notes : sequence of str
        Sentences that come first in the footer.
    marks : sequence of Mark
        Those that are drawn.
    alt_text : sequence of str
        Sentences of the text alternative.
    lang : {"da", "en"}
    kind : str
        Of the figure.
    options : sequence of Indicator
        The answers, where their labels leave out what all rows of a grid share.
    """
    first = result.table.iloc[0]
    facts = {
        "answer": common_answer(result.codebook, options, lang),
        "base": result.codebook.base(first["base"]).label.text(lang),
        "period": result.method.period,
    }
    subtitle = (SAME_ANSWER if facts["answer"] else SUBTITLE).text(lang).format(**facts)
    rules = f"{dont_know_text(first['dont_know'], lang)}."
    standing = [standing_text(kind, marks, lang)] if result.is_synthetic else []
    paragraphs = footer(
        [*notes, rules, lines_text(result.method, lang)],
        source_text(result, shown_n(first["n"]), lang),
        [*standing, *thin_text(marks, lang), *gaps_text(marks, lang)],
    )
    return Words(headline, subtitle, paragraphs, " ".join(alt_text))


def question_title(book: Codebook, options: Sequence[Indicator]) -> Label | None:
    """Return the title of the question that all answers are to, if there is one."""
    questions = {option.question for option in options}
    return book.questions[questions.pop()].title if len(questions) == 1 and questions != {""} else None


def common_answer(book: Codebook, options: Sequence[Indicator], lang: Lang) -> str:
    """Return the answer that all rows of a grid share; a plain yes goes without saying."""
    names = {option.name.rpartition(".")[2] for option in options}
    question = book.questions.get(options[0].question) if len(names) == 1 else None
    if question is None or question.kind != "grid":
        return ""
    labels = {group.code: group.label for group in question.groups}
    labels |= {answer.code: answer.label for answer in question.answers if answer.code != "yes"}
    label = labels.get(names.pop())
    return label.text(lang) if label else ""
