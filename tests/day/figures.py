"""Where every open euro stands, and whether it adds up to the ledger.

The ledger side is plain SQL on journal items; the other side is what the product
says of each item (the same facts and the same decision as the plan). Amounts are in
cents of the company's currency.
"""

from __future__ import annotations

from collections import Counter

#: Order and wording of the groups in the report.
GROUPS = {
    "chased": "Chased today",
    "to_do": "Waits for a person",
    "held": "Held",
    "waiting": "Later",
    "not_due": "Not due yet",
    "credit": "Credits in hand",
    "out": "Not chased",
}

LEDGER = """
    SELECT COALESCE(round(sum(l.amount_residual) * 100), 0)::bigint
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
       AND l.company_id = %s AND l.reconciled IS NOT TRUE
"""
SENT_TODAY = """
    SELECT l.item_id
      FROM ar_reminder_line l
      JOIN ar_reminder r ON r.id = l.reminder_id
     WHERE r.company_id = %s AND r.state = 'done' AND r.id > %s
"""


def one(env, query: str, *parameters):
    """The single value of a query, after writing what the ORM still holds."""
    env.flush_all()
    env.cr.execute(query, parameters)
    return env.cr.fetchone()[0]


def ledger(env) -> int:
    """What customers owe by the books, net of what they have in hand."""
    return one(env, LEDGER, env.company.id)


def _free_part(item, decision, chased: set, as_of):
    """Group and reason of the part of an item that nothing holds back."""
    if item.id in chased:
        return "chased", ""
    if item.due_date >= as_of:
        return "not_due", ""
    code = decision.reasons[0].code
    if decision.verdict == "hold":
        return "held", code
    if decision.verdict == "wait":
        return "waiting", code
    if decision.verdict == "nothing":
        return "out", code
    codes = {reason.code for reason in decision.reasons}
    return "to_do", "manual_step" if "manual_step" in codes else code


def _parts(item, decision, chased: set, as_of):
    """``(group, reason, cents)`` of one item; the cents add up to its residual."""
    if item.scope_code:
        yield "out", item.scope_code, item.company_residual
    elif item.is_credit:
        yield "credit", "", item.company_residual
    else:
        held = item.company_residual - item.company_chaseable
        if held:
            code = item.reasons[0].code if item.reasons else "item_hold"
            yield "held", code, held
        if item.company_chaseable:
            group, code = _free_part(item, decision, chased, as_of)
            yield group, code, item.company_chaseable


def positions(env, after_reminder: int = 0) -> list[dict]:
    """Every open euro by group and reason, read live.

    :param after_reminder: reminders with a greater id count as sent today.
    :return: ``[{"group", "code", "words", "items", "cents"}]`` in report order
    """
    from odoo.addons.ar_collections.engine.decide import decide

    env.flush_all()
    env.cr.execute(SENT_TODAY, (env.company.id, after_reminder))
    chased = {row[0] for row in env.cr.fetchall()}
    debtors = env["ar.debtor"].search([("company_id", "=", env.company.id)])
    cents, items = Counter(), Counter()
    for fact in env["ar.facts"]._ar_load(debtors).values():
        decision = decide(fact)
        for item in fact.items:
            for group, code, part in _parts(item, decision, chased, fact.as_of):
                cents[group, code] += part
                items[group, code] += 1
    order = list(GROUPS)
    return [
        {
            "group": group,
            "code": code,
            "words": words(env, code),
            "items": items[group, code],
            "cents": cents[group, code],
        }
        for group, code in sorted(cents, key=lambda k: (order.index(k[0]), k[1]))
    ]


def words(env, code: str) -> str:
    """The registry's short name of a reason."""
    if not code:
        return ""
    told = env["ar.reason"]._ar_words([{"code": code, "params": {}}])
    return told[0].get("label") or code if told else code


def check(env, rows: list[dict]) -> list[dict]:
    """The sums that must agree: ``[{"what", "left", "right"}]``, in cents."""
    company = env.company
    return [
        {
            "what": "open items by reason = receivables in the ledger",
            "left": sum(row["cents"] for row in rows),
            "right": ledger(env),
        },
        {
            "what": "items kept by the product = receivables in the ledger",
            "left": one(
                env,
                "SELECT COALESCE(round(sum(i.company_residual)::numeric * 100), 0)"
                "::bigint FROM ar_item i JOIN ar_debtor d ON d.id = i.debtor_id"
                " WHERE i.is_open AND d.company_id = %s",
                company.id,
            ),
            "right": ledger(env),
        },
    ]
