"""A SAS file, which nothing in Python writes, as R's haven 2.5.1 wrote it."""

import base64
import zlib
from pathlib import Path

# d <- data.frame(loebenr = c("001", "002", "003", "004"), a = labelled(c(1, 2, NA, 8), label = "Første æ"),
#   w = c(1.5, 2.25, 3, 4), dato = as.Date(c("2020-01-01", NA, "2021-05-05", "2021-05-06")))
# haven::write_sas(d, "table.sas7bdat")
PACKED = """
eNrt279LAmEYB/Dn7CB/NJzkIBR0RINDxGtKEAh5kGJgk44NGhkEoWBKbtXe1F/QEP0DLS2B5NAYDUFbtjY1ldCP67x7Le9FU9Cl+n5Ennu/7/
vcycHJCSfRt8vHg8yZz3t9ceQk11Xw0D+leENE0yRRkH7ks41SWkqNryRjy1paS8XSajfUQ7Ofr/OflO+1tmrXXKEQOYR4cY4FWXCVGTVs1IXk
Vr5cIQAAAAAAAAAAAAAAAAAAgP/IZbyI7sasUWDEPlvluV/oqvA80Qokq0R4HhHyuseqa0J+zPOosP9Ml1ztktfdnXMAAAAA+Fs+XnVTv+sjJA
/UP+jxLYzcQzr+m9WuJ4S8eRsvk4Nat/NOcyyRRxiPC+N2fNd64CuZpFGzzvCVAV5nhbNK9M57w+337sJzwduF3HouX6Sssb1rvDeypUK8dl7c
KeXU2qn5fHDs2UDmZ7N7MfRzfiZ4lbvMy712oHSOdQGuRPiVJOsKYIz/BeBpyaoNs1Y3b6OMzZPtx7XDqjeNPcZCrU3+NWJORR+aXfzSV3mXYt
Z9YwonHQAAAAAAAGC4PgECwpLD
"""


def write_sas(path: Path) -> None:
    path.write_bytes(zlib.decompress(base64.b64decode(PACKED)))
