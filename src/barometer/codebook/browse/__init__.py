"""What an analyst sees of a codebook: an overview, a search, a view of each record, lists."""

from barometer.codebook.browse.frames import RecordKind, list_records
from barometer.codebook.browse.look_up import look_up
from barometer.codebook.browse.overview import Overview, outline
from barometer.codebook.browse.search import SearchResult, search_records
from barometer.codebook.browse.search_index import SearchIndex, index_records
from barometer.codebook.browse.show import show_record
from barometer.codebook.browse.view_indicators import view_indicator
from barometer.codebook.browse.views import VIEW_KINDS, IndicatorView, View, ViewKind

__all__ = [
    "VIEW_KINDS",
    "IndicatorView",
    "Overview",
    "RecordKind",
    "SearchIndex",
    "SearchResult",
    "View",
    "ViewKind",
    "index_records",
    "list_records",
    "look_up",
    "outline",
    "search_records",
    "show_record",
    "view_indicator",
]
