"""Benchmarks: each compares two things timed in turn in one run; `make bench` runs them all.

A module named `bench_*` holds one comparison with its reference beside it: `run()` returns a
`harness.Result`, and `MUST` says what its ratios must be.
"""
