"""The list of executed notebooks, and a page for each; they are in English."""

from html import escape

from barometer.publication.site.content import Content, NotebookPage
from barometer.publication.site.frame import bullets, page
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text


def notebooks_page(content: Content, here: Here) -> str:
    """List the notebooks, with the file of each."""
    items = [
        f"<a href='{here.file(f'notebooks/{each.stem}.html')}' hreflang='en' lang='en'>{escape(each.title)}</a> "
        f"(<a href='{here.file(f'notebooks/{each.stem}.ipynb')}'>{escape(each.stem)}.ipynb</a>)"
        for each in content.notebooks
    ]
    body = f"<p>{text('notebooks', here.lang)}</p><p>{text('working_view', here.lang)}</p>{bullets(items)}"
    return page(content, here, heading("notebooks", here.lang), body)


def notebook_page(content: Content, here: Here, notebook: NotebookPage) -> str:
    """Write an executed notebook as a page; its body has the first heading."""
    body = f"<p>{text('working_view', here.lang)}</p><div class='notebook'>{notebook.body}</div>"
    return page(content, here, notebook.title, body, heading_text="")
