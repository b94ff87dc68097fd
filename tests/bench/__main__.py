"""`make bench` and `make chaos`: run every measure, or those that are named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHAOS = ("notifier_chaos", "kill_collect")


def main(words: list[str]) -> int:
    here = Path(__file__).parent
    known = sorted(p.stem for p in here.glob("*.py") if not p.stem.startswith("_"))
    asked = [w for w in words if not w.startswith("-")]
    if not asked:
        asked = [n for n in known if (n in CHAOS) == ("--chaos" in words)]
    code = 0
    for name in asked:
        print(f"== {name}", flush=True)
        code |= subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], cwd=here.parent.parent).returncode
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
