"""The pages of the report: plain functions from results to HTML, everything escaped, every address relative."""

from barometer.publication.site.content import Content
from barometer.publication.site.pages import site_pages
from barometer.publication.site.places import FRONT, file_of
from barometer.publication.site.texts import SITE

__all__ = ["FRONT", "SITE", "Content", "file_of", "site_pages"]
