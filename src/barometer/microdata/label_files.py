"""Where labels are kept for formats that have none: a file beside a CSV, a key in the metadata of a Parquet file."""

import csv
from collections.abc import Mapping
from pathlib import Path

HEADER = ["column", "code", "label"]
ENDING = ".labels.csv"
LABELS = b"barometer-labels"
"""Key of a Parquet file's metadata under which labels are kept, as JSON."""

Labels = dict[str, str]
ValueLabels = dict[str, dict[str, str]]


def read_label_file(path: Path) -> tuple[Labels, ValueLabels]:
    """
    Read the labels beside a text file; nothing when there is no label file, or another file has its name.

    Parameters
    ----------
    path : Path
        The text file: "wave3.csv" has its labels in "wave3.labels.csv".

    Returns
    -------
    labels : dict of str to str
        Column to label.
    value_labels : dict of str to dict
        Column to code to label.
    """
    labels: Labels = {}
    value_labels: ValueLabels = {}
    try:
        with path.with_name(path.stem + ENDING).open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
    except (OSError, ValueError, csv.Error):
        return labels, value_labels
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        return labels, value_labels
    for column, code, label in rows:
        if code:
            value_labels.setdefault(column, {})[code] = label
        else:
            labels[column] = label
    return labels, value_labels


def write_label_file(path: Path, labels: Mapping[str, str], value_labels: Mapping[str, Mapping[str, str]]) -> None:
    """Write the labels of a text file beside it; see `read_label_file`."""
    with path.with_name(path.stem + ENDING).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for column, label in labels.items():
            writer.writerow([column, "", label])
            writer.writerows([column, code, text] for code, text in value_labels.get(column, {}).items())
