"""Says whether what the locks pin is known to be vulnerable, or that nobody could say.

pip-audit ends with 0 and "no known vulnerabilities" also where it reached no advisory source and
audited nothing, so its report is read instead of its status. `audit.py REPORT` judges a report
that is there already. Status 1: a vulnerability is known, or pip-audit itself is broken.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements" / "dev.lock"  # holds what runs as well
WITHIN = 180  # seconds; a source that does not answer must not hold up a build
UNREACHED = re.compile(r"ConnectionError|ConnectTimeout|ReadTimeout|ServiceError|ProxyError")


def main() -> int:
    """The status: 0 unless a vulnerability is known or the audit is broken."""
    try:
        report = Path(sys.argv[1]).read_text("utf-8") if sys.argv[1:] else _audited()
    except subprocess.TimeoutExpired:
        print(f"not audited: no advisory source answered within {WITHIN} s")
        return 0
    except ConnectionError:
        print("not audited: no advisory source could be reached")
        return 0
    packages = json.loads(report)["dependencies"]
    for line in _said_of(packages):
        print(line)
    return int(any(package.get("vulns") for package in packages))


def _audited() -> str:
    """pip-audit's report; ConnectionError where it says that it reached nothing."""
    arguments = ("-r", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json")
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *arguments, "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    if done.stdout.strip():
        return done.stdout
    if UNREACHED.search(done.stderr):
        raise ConnectionError
    sys.exit(f"pip-audit is broken:\n{done.stderr}")


def _said_of(packages: list[dict[str, Any]]) -> Iterator[str]:
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        yield f"not audited: no advisory source could be reached, {len(skipped)} packages skipped"
        return
    if skipped:
        yield f"not audited: {', '.join(skipped)}"
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", ())]
    for package, flaw in found:
        fixed = ", ".join(flaw["fix_versions"]) or "no version yet"
        yield f"vulnerable: {package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}"
    if not found:
        yield f"audited: {len(packages) - len(skipped)} packages, no vulnerability is known"


if __name__ == "__main__":
    sys.exit(main())
