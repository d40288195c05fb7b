"""`python -m barometer.cli` is the command `barometer`."""

import sys

from barometer.cli import main

sys.exit(main())
