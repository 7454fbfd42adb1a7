"""The benchmarks by name; each prints a table and ends with one line of JSON."""

import click

from benchmarks.capture import capture
from benchmarks.dates import dates
from benchmarks.learning.train import learn
from benchmarks.learning.words import words
from benchmarks.throughput import throughput


@click.group()
def benchmarks() -> None:
    """The figures of README, each reproducible with one command."""


benchmarks.add_command(capture)
benchmarks.add_command(dates)
benchmarks.add_command(learn)
benchmarks.add_command(words)
benchmarks.add_command(throughput)

if __name__ == "__main__":
    benchmarks(prog_name="python -m benchmarks")
