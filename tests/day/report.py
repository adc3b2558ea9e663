"""The report that a played day ends with: plain text from the day's result."""

from __future__ import annotations

from collections import Counter

from tests.day.figures import GROUPS

WIDTH = 78
STATES = {
    "done": "sent",
    "planned": "left to a person",
    "cancelled": "called off:",
    "in_doubt": "in doubt",
}


def money(cents: int) -> str:
    """``1234567`` cents as ``12,345.67``."""
    return f"{cents / 100:,.2f}"


def _row(left: str, number, amount: str = "") -> str:
    return f"  {left[:46]:<46} {number!s:>6} {amount:>20}".rstrip()


def _title(text: str) -> str:
    return f"\n{text} {'-' * (WIDTH - len(text) - 1)}"


def _platform(told: dict) -> list[str]:
    events = sum(told["new"]["events"].values())
    lines = [
        _title("Synced"),
        _row("Invoices known to the platforms", told["invoices"]),
        _row("New facts on the timelines", events),
        _row("Payments announced by buyers", sum(told["new"]["notices"].values())),
        _row("Disputes opened", sum(told["new"]["disputes"].values())),
    ]
    if told["not_found"]:
        lines.append(_row("Not found in the books", told["not_found"]))
    return lines


def _bank(result: dict) -> list[str]:
    bank, matching = result["bank"], result["matching"]
    left = sum(row["cents"] for row in matching["left"])
    lines = [
        _title("Received"),
        _row("Bank lines of the day", bank["lines"], money(bank["received"])),
        _row("Matched and booked", matching["matched"], money(matching["cents"])),
        _row("Gaps booked with them", "", money(matching["written_off"])),
        _row("Left, with a reason", len(matching["left"]), money(left)),
    ]
    for row in matching["left"]:
        lines.append(f"    {money(row['cents']):>12}  {row['label'][:60]}")
        lines.append(f"    {'':>12}  {row['why'][:60]}")
    return lines


def _positions(rows: list[dict]) -> list[str]:
    lines = []
    for group, name in GROUPS.items():
        found = [row for row in rows if row["group"] == group]
        if not found:
            continue
        total = sum(row["cents"] for row in found)
        items = sum(row["items"] for row in found)
        lines.append(_row(name, items, money(total)))
        if len(found) > 1 or found[0]["words"]:
            lines += [
                _row(f"  {row['words'] or '-'}", row["items"], money(row["cents"]))
                for row in found
            ]
    total = sum(row["cents"] for row in rows)
    items = sum(row["items"] for row in rows)
    return [*lines, _row("Open in all", items, money(total))]


def _reminders(result: dict) -> list[str]:
    states = Counter(
        f"{STATES.get(r['state'], r['state'])} {r['cancelled']}".strip()
        for r in result["reminders"]
    )
    lines = [
        _title("Chased and held"),
        _row("Accounts decided", result["plan"].get("accounts", 0)),
        _row("Reminders confirmed by the collector", result["approved"]),
        _row("Mails received by customers", result["mails"]),
    ]
    lines += [_row(f"Reminders {state}", n) for state, n in sorted(states.items())]
    return [*lines, "", *_positions(result["evening"]["rows"])]


def _proof(result: dict) -> list[str]:
    proof = result.get("proof")
    if not proof:
        return []
    reasons = " ".join(r["words"] for r in proof["accepted"]["reasons"][:1])
    return [
        _title("From a customer"),
        f"  {proof['customer']} sent a payment proof of "
        f"{money(proof['notice']['cents'])}: accepted.",
        f"  Now: {reasons}",
    ]


def adds_up(result: dict) -> bool:
    """Whether every check of the evening holds."""
    return all(c["left"] == c["right"] for c in result["evening"]["checks"])


def _checks(checks: list[dict]) -> list[str]:
    lines = [_title("Does it add up?")]
    for check in checks:
        good = check["left"] == check["right"]
        lines.append(f"  {'yes' if good else 'NO ':<4} {check['what']}")
        if good:
            lines.append(f"       {money(check['left'])}")
        else:
            lines.append(f"       {money(check['left'])} <> {money(check['right'])}")
    return lines


def text(result: dict) -> str:
    """The whole report."""
    lines = [f"The day of {result['today']}, figures in EUR"]
    lines += _platform(result["platform"])
    lines += _bank(result)
    lines += _reminders(result)
    lines += _proof(result)
    lines += _checks(result["evening"]["checks"])
    # Amounts in sentences carry a zero-width mark that some terminals show.
    return "\n".join(lines).replace("\ufeff", "")
