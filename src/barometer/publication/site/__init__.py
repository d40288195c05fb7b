"""The pages of the report: plain functions from results to HTML, everything escaped, every address relative."""

from barometer.publication.site.content import Content
from barometer.publication.site.pages import site_pages
from barometer.publication.site.pictures import find_rooms
from barometer.publication.site.places import FRONT, file_of
from barometer.publication.site.texts import SITE
from barometer.publication.site.web_fonts import characters_of, web_fonts

__all__ = ["FRONT", "SITE", "Content", "characters_of", "file_of", "find_rooms", "site_pages", "web_fonts"]
