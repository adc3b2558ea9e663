from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..engine.indemnity import in_minor_units, is_late
from ..engine.interest import (
    Debt,
    Payment,
    accrue_known,
    contractual,
    private,
    public,
    round_half_up,
)
from .ar_claim_sql import LINES_SQL, PAID_SQL
from .ar_interest_rate import decimal_rate

DAY = timedelta(days=1)


class ArClaimCompute(models.Model):
    """What each invoice gives a right to, from the ledger: nothing is written here."""

    _inherit = "ar.claim"

    @api.model
    def _ar_compute(self, move_ids, as_of=None, undisputed=False):
        """Claims on these invoices.

        :param move_ids: ids of customer invoices
        :param as_of: last day that counts, today of each company by default
        :param undisputed: leave out what is contested today, as a reminder does
        :return: ``{(move id, kind): {"debtor_id", "company_id", "currency_id",
            "places", "cents", "working", "problem", "as_of"}}``; nothing about
            invoices that are not chased, and kinds that the company does not claim
        """
        found = {}
        instalments = self._ar_instalments(list(move_ids), undisputed)
        debtors = self.env["ar.debtor"].sudo().with_context(active_test=False)
        debtors = debtors.browse(
            {rows[0]["debtor_id"] for rows in instalments.values()}
        )
        table = self.env["ar.interest.rate"]._ar_table()
        regimes = debtors.partner_id._ar_regimes()
        rules = {
            d.id: self._ar_rules(d, as_of, table, regimes[d.partner_id.id])
            for d in debtors
        }
        exchange = {}
        for move_id, rows in instalments.items():
            rule = rules[rows[0]["debtor_id"]]
            if rule["frozen"]:
                continue
            rule["exchange"] = exchange
            for kind in rule["kinds"]:
                made = getattr(self, f"_ar_compute_{kind}")(rows, rule)
                found[move_id, kind] = {
                    "debtor_id": rows[0]["debtor_id"],
                    "company_id": rule["company"].id,
                    "currency_id": rows[0]["currency_id"],
                    "places": rows[0]["places"],
                    **made,
                }
        return found

    @api.model
    def _ar_instalments(self, move_ids, undisputed):
        """``{move id: rows of LINES_SQL with "paid" and "credited"}``."""
        if not move_ids:
            return {}
        self.env.flush_all()
        rows = self._ar_rows(SQL(LINES_SQL, moves=move_ids))
        rows = [row for row in rows if not row["scope_code"]]
        by_line = {row["line_id"]: {**row, "paid": []} for row in rows}
        for row in by_line.values():
            row["owed"] = row["cents"] - (row["disputed"] if undisputed else 0)
        if by_line:
            for paid in self._ar_rows(SQL(PAID_SQL, lines=list(by_line))):
                line = by_line[paid["line_id"]]
                if paid["never_owed"]:
                    line["owed"] -= paid["cents"]
                else:
                    line["paid"].append(Payment(paid["day"], paid["cents"]))
        instalments = {}
        for row in by_line.values():
            instalments.setdefault(row["move_id"], []).append(row)
        return instalments

    def _ar_rows(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    @api.model
    def _ar_rules(self, debtor, as_of, table, regime):
        """What binds one account on that day.

        Insolvency stops interest the day before the judgment, and the indemnity
        altogether; without the date of the judgment nothing is computed any more.
        """
        company = debtor.company_id
        day = as_of or company._ar_today()
        kinds = [
            kind
            for kind, on in (
                ("interest", company.ar_interest),
                ("indemnity", company.ar_indemnity),
            )
            if on
        ]
        judged = debtor.insolvency and debtor.insolvency_date
        return {
            "company": company,
            "regime": regime,
            "kinds": kinds,
            "as_of": day,
            "until": min(day, judged - DAY) if judged else day,
            "judged": judged if judged and judged <= day else None,
            "frozen": debtor.insolvency and not judged,
            "law": self._ar_law(company, regime, table),
        }

    @api.model
    def _ar_law(self, company, regime, table):
        """Name of the rate, and the engine's regime."""
        if regime == "public":
            return "public", public(table)
        if company.ar_interest_mode == "contract":
            return "contract", contractual(decimal_rate(company.ar_interest_contract))
        return "private", private(table)

    def _ar_first_day(self, row, rule):
        """First day of interest of an instalment, None when it has not come.

        For a public buyer the legal delay counts, which his platform tells; while it
        does not (nothing made available yet, or interrupted), nothing runs.
        """
        if rule["regime"] == "public":
            if row["interest_start"]:
                return row["interest_start"]
            if row["buyer_status"]:
                return None
        return row["due"] + DAY

    def _ar_compute_interest(self, rows, rule):
        if rule["regime"] == "consumer":
            return self._ar_nothing("interest", rule, {"code": "consumer"})
        started = [(row, self._ar_first_day(row, rule)) for row in rows]
        started = [(row, day) for row, day in started if day]
        debts = [
            Debt(max(row["owed"], 0), first, tuple(row["paid"]))
            for row, first in started
        ]
        law, engine = rule["law"]
        working, until, missing = accrue_known(debts, engine, rule["until"])
        lines = [
            (row["move_rank"], slice_)
            for (row, _first), slices in zip(started, working, strict=True)
            for slice_ in slices
        ]
        places = rows[0]["places"]
        return {
            "cents": round_half_up(sum(s.interest for _rank, s in lines)),
            "as_of": _last_day(working, until),
            "problem": _interest_problem(rule, missing),
            "working": {
                "kind": "interest",
                "law": law,
                "instalments": len(rows),
                "lines": [_line(rank, s, places) for rank, s in lines],
            },
        }

    def _ar_compute_indemnity(self, rows, rule):
        if rule["regime"] == "consumer":
            return self._ar_nothing("indemnity", rule, {"code": "consumer"})
        if rule["judged"]:
            problem = {"code": "insolvency", "date": rule["judged"].isoformat()}
            return self._ar_nothing("indemnity", rule, problem)
        late = []
        for row in rows:
            first = self._ar_first_day(row, rule)
            paid = [(p.day, p.cents) for p in row["paid"]]
            if first and is_late(first, paid, row["owed"], rule["as_of"]):
                late.append(first - DAY)
        if not late:
            return self._ar_nothing("indemnity", rule, None)
        due = min(late)
        currency = self.env["res.currency"].browse(rows[0]["currency_id"])
        asked = (currency, rule["company"], due)
        if asked not in rule["exchange"]:
            rule["exchange"][asked] = self._ar_euro_rate(*asked)
        rate = rule["exchange"][asked]
        if rate is None:
            problem = {"code": "no_exchange_rate", "currency": currency.name}
            return self._ar_nothing("indemnity", rule, problem)
        return {
            "cents": in_minor_units(rate, rows[0]["places"]),
            "as_of": due + DAY,
            "problem": None,
            "working": {
                "kind": "indemnity",
                "law": rule["regime"],
                "due": due.isoformat(),
                "exchange": str(rate) if currency.name != "EUR" else None,
            },
        }

    def _ar_nothing(self, kind, rule, problem):
        return {
            "cents": 0,
            "as_of": rule["as_of"],
            "problem": problem,
            "working": {"kind": kind, "law": rule["regime"], "lines": []},
        }

    @api.model
    def _ar_euro_rate(self, currency, company, day):
        """Units of that currency for one euro on that day; None when unknown.

        Odoo answers 1 for a currency that has no rate, which would be a lie.
        """
        euro = self.env.ref("base.EUR").sudo()
        if currency == euro:
            return Decimal(1)
        for one in (euro, currency):
            known = self.env["res.currency.rate"].sudo()
            if one != company.currency_id and not known.search_count(
                [
                    ("currency_id", "=", one.id),
                    ("company_id", "in", (False, company.root_id.id)),
                    ("name", "<=", day),
                ],
                limit=1,
            ):
                return None
        rate = self.env["res.currency"]._get_conversion_rate(
            euro, currency, company, day
        )
        return Decimal(str(round(rate, 6)))


def _last_day(working, until):
    """Last day that bears interest: once all is paid it does not move any more."""
    ends = [slices[-1].last for slices in working if slices]
    return max(ends, default=until)


def _interest_problem(rule, missing):
    """What stopped the interest before its day, as JSON."""
    if missing:
        return {"code": "missing_rate", "year": missing.year, "half": missing.number}
    if rule["judged"]:
        return {"code": "insolvency", "date": rule["judged"].isoformat()}
    return None


def _line(rank, slice_, places):
    """One line of the working as JSON; its amount has two more decimals."""
    finer = round_half_up(slice_.interest * 100)
    return {
        "rank": rank,
        "from": slice_.first.isoformat(),
        "to": slice_.last.isoformat(),
        "base": slice_.base,
        "rate": _rate_text(slice_.rate),
        "days": slice_.days,
        "amount": str(Decimal(finer).scaleb(-places - 2)),
    }


def _rate_text(rate):
    """“15.00”, “12.15”, “12.125”: at least two decimals, no zeros after them."""
    exact = rate.normalize()
    if exact.as_tuple().exponent > -2:
        exact = exact.quantize(Decimal("0.01"))
    return f"{exact:f}"
