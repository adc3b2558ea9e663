"""Read status messages without Odoo; tells rate and memory as a line of JSON.

python3 benchmarks/platform_read.py MESSAGES
"""

import json
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from odoo.addons import __path__ as addons  # noqa: E402

addons.append(str(ROOT))

from tests.simulators.xp_z12_013_data import cdar  # noqa: E402

CODES = ("200", "202", "203", "204", "205", "206", "207", "208", "210", "211")


def sample(number):
    """One message of each usual kind, with what such a message carries."""
    code = CODES[number % len(CODES)]
    return cdar(
        {
            "number": f"FAC/2026/{number:05}",
            "seller": "552100554",
            "code": code,
            "reasons": [{"code": "CMD_ERR", "label": "N° absent", "comment": "Voir"}],
            "figures": [
                {"kind": "MPA", "amount": "120.50", "percent": "20"},
                {"kind": "RAP", "amount": "0.00", "day": "2026-09-30"},
            ],
        }
    )


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main():
    from odoo.addons.ar_chorus_connector.engine.cdar import parse_cdar
    from odoo.addons.ar_chorus_connector.engine.cdar_facts import observed_of

    count = int(sys.argv[1])
    samples = [sample(number) for number in range(1000)]
    start, begin, cpu = memory(), time.perf_counter(), time.process_time()
    facts = 0
    for number in range(count):
        for observed in observed_of(parse_cdar(samples[number % 1000])):
            facts += len(observed.events)
    seconds = time.perf_counter() - begin
    if facts != count:
        raise SystemExit(f"{facts} facts in {count} messages")
    told = {"seconds": seconds, "cpu": time.process_time() - cpu}
    print(json.dumps({**told, "start": start, "memory": memory()}))


if __name__ == "__main__":
    main()
