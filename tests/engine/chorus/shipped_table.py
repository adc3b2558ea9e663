"""The table of statuses as an administrator finds it after installation."""

from pathlib import Path
from xml.etree import ElementTree

from odoo.addons.ar_chorus_connector.engine.statuses import (
    Canonical,
    Clock,
    Effect,
    Rule,
)

DATA = Path(__file__).resolve().parents[3] / "ar_chorus_connector" / "data"


def shipped_rules(kind="chorus_pro"):
    """``{code: Rule}`` of one type of platform, read from the data files."""
    rules = {}
    for path in sorted(DATA.glob("ar_platform_status*.xml")):
        for record in ElementTree.parse(path).getroot().iter("record"):
            fields = {f.get("name"): f for f in record.iter("field")}
            if kind != (fields["kind"].text if "kind" in fields else "chorus_pro"):
                continue
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
