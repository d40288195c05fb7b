"""The type of the pages: every character of theirs, and no more."""

import io

from fontTools.ttLib import TTFont

from barometer.publication.site import characters_of, web_fonts


def test_a_font_has_the_characters_of_the_pages_only_and_is_the_same_at_every_run() -> None:
    text = "Blåbærgrød 12,5\u202f%"
    files = web_fonts(characters_of([text, "<p>"]))
    assert set(files) == {"FiraSans-Regular.woff", "FiraSans-SemiBold.woff", "OFL.txt"}
    assert files == web_fonts(characters_of(["<p>", text]))
    for name, content in files.items():
        if name.endswith(".woff"):
            found = {chr(code) for code in TTFont(io.BytesIO(content)).getBestCmap()}
            assert found <= set(text + "<p>")
            assert found >= set("Blåbærgrød12,5%<p>")
            assert len(content) < 15_000
