"""Any text as text in LaTeX and in Markdown: nothing in a label becomes a command or a mark."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[\t\r\n]+")

_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"(\S{20})(?=\S{5})")
_LATEX = str.maketrans(
    {
        _BREAK: r"\allowbreak{}",
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "[": "{[}",  # after the end of a row it would be an option
        "]": "{]}",
        "*": "{*}",  # the same
        "`": r"\textasciigrave{}",
        "\N{NARROW NO-BREAK SPACE}": r"\,",
        "\N{NO-BREAK SPACE}": "~",
        "\N{MINUS SIGN}": r"\ensuremath{-}",
        "\N{EN DASH}": r"\textendash{}",
        "\N{INFINITY}": r"\ensuremath{\infty}",
    }
)
_LIGATURE = re.compile(r"([-',])(?=\1)")
"""Of two of these, fonts of TeX make one other character."""
_MARKS = re.compile(r"([\\`*\[\]|~$!])")
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^(\s*)([-+#=])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])")


def one_line(text: str) -> str:
    """Take line ends, tabs and control characters out of a text."""
    return _CONTROL.sub("", _SPACES.sub(" ", text))


def latex_text(text: str) -> str:
    r"""
    Write a text for LaTeX; a line may break inside a very long word.

    Examples
    --------
    >>> latex_text("50 % & $x_1$")
    '50 \\% \\& \\$x\\_1\\$'
    """
    return _LIGATURE.sub(r"\1{}", _LONG_WORD.sub(rf"\1{_BREAK}", one_line(text)).translate(_LATEX))


def markdown_text(text: str) -> str:
    r"""
    Write a text for a cell of Markdown (CommonMark with the tables of GitHub).

    Examples
    --------
    >>> markdown_text("a|b <script> *c*")
    'a\\|b &lt;script&gt; \\*c\\*'
    """
    marked = _MARKS.sub(r"\\\1", one_line(text))
    escaped = marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LOOSE_UNDERSCORE.sub(r"\\_", escaped)


def markdown_paragraph(text: str) -> str:
    r"""
    Write a text for Markdown where a line begins, so that it is neither a list nor a heading.

    Examples
    --------
    >>> markdown_paragraph("- 3"), markdown_paragraph("2. wave")
    ('\\- 3', '2\\. wave')
    """
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", markdown_text(text)))
