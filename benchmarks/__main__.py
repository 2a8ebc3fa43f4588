"""Runs every benchmark, one after the other."""

from benchmarks import budget_race, faults, kill, overhead, sessions, start, tokens

for benchmark in (tokens, faults, budget_race, overhead, start, sessions, kill):
    print(f"\n# {benchmark.__name__}\n", flush=True)
    benchmark.main()
