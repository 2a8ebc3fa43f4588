"""Runs every benchmark, one after the other; about two hours. Those with a browser need Chromium."""

import sys

from benchmarks import (
    api,
    bad_input,
    batch_page,
    batch_plan,
    batch_run,
    budget_race,
    conformance,
    drift,
    faults,
    grid_split,
    history_page,
    hostile,
    isolation,
    kill,
    ledger,
    library,
    mask_accuracy,
    mask_speed,
    overhead,
    painters,
    protection,
    s3,
    sessions,
    shared_file,
    soak,
    start,
    tokens,
    transfer,
    worker_kill,
)

MONEY = (tokens, faults, budget_race, ledger, overhead, start, sessions, kill)
PIXELS = (protection, drift, mask_speed, mask_accuracy, painters, bad_input, grid_split)
LIBRARY = (library, history_page, shared_file, transfer, s3)
BATCHES = (batch_plan, batch_page, batch_run, worker_kill)
API = (api, conformance, hostile, soak, isolation)  # the last one changes this process's settings

sys.argv[1:] = []
for benchmark in (*MONEY, *PIXELS, *LIBRARY, *BATCHES, *API):
    print(f"\n# {benchmark.__name__}\n", flush=True)
    benchmark.main()
