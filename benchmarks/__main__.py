"""Runs every benchmark, one after the other; about an hour. Those with a browser need Chromium."""

import sys

from benchmarks import (
    bad_input,
    budget_race,
    drift,
    faults,
    history_page,
    kill,
    ledger,
    library,
    mask_accuracy,
    mask_speed,
    overhead,
    painters,
    protection,
    sessions,
    shared_file,
    start,
    tokens,
)

MONEY = (tokens, faults, budget_race, ledger, overhead, start, sessions, kill)
PIXELS = (protection, drift, mask_speed, mask_accuracy, painters, bad_input)

sys.argv[1:] = []
for benchmark in (*MONEY, *PIXELS, library, history_page, shared_file):
    print(f"\n# {benchmark.__name__}\n", flush=True)
    benchmark.main()
