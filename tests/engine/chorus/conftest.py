"""The shipped table of statuses, and a simulator on loopback."""

import sys
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest

from odoo.addons.ar_chorus_connector.engine.statuses import (
    Canonical,
    Clock,
    Effect,
    Rule,
)

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "ar_chorus_connector" / "data"
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def shipped_rules():
    """``{code: Rule}`` as an administrator finds it after installation."""
    rules = {}
    for path in sorted(DATA.glob("ar_platform_status*.xml")):
        for record in ElementTree.parse(path).getroot().iter("record"):
            fields = {f.get("name"): f for f in record.iter("field")}
            reason = fields.get("reason_id")
            code = fields["code"].text
            rules[code] = Rule(
                code=code,
                canonical=Canonical(fields["canonical"].text),
                effect=Effect(fields["effect"].text),
                clock=Clock(fields["clock"].text if "clock" in fields else "none"),
                reason=reason.get("ref") if reason is not None else "",
                pause_days=int(
                    fields["pause_days"].text if "pause_days" in fields else 15
                ),
                confirms="confirms" in fields,
            )
    return rules


@pytest.fixture(scope="session")
def rules():
    return shipped_rules()


@pytest.fixture
def simulator():
    from tests.simulators.chorus_pro import Server

    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)
