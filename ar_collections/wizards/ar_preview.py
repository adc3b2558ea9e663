from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..models.ar_strategy_step import CHANNELS

#: Colours (Bootstrap) of the channels in the chart of the days.
COLOURS = {
    "email": "primary",
    "sms": "info",
    "letter": "secondary",
    "call": "warning",
    "task": "dark",
}
#: What a line of the simulation has in common with a contact that is told.
LINE_FIELDS = (
    "date",
    "debtor_id",
    "step_id",
    "channel",
    "mode",
    "recipient",
    "amount",
    "why",
)


class ArPreview(models.TransientModel):
    """What would be sent in the coming days, or would have been in the past."""

    _name = "ar.preview"
    _description = "Preview of contacts"

    kind = fields.Selection(
        [("coming", "Coming days"), ("past", "Dry run on the past")],
        default="coming",
        required=True,
        readonly=True,
    )
    strategy_id = fields.Many2one("ar.strategy", readonly=True, ondelete="cascade")
    debtor_id = fields.Many2one("ar.debtor", readonly=True, ondelete="cascade")
    proposed = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("ask", "To run"), ("done", "Result")], default="ask", readonly=True
    )
    days = fields.Integer("Number of days", default=30)
    date_from = fields.Date("From", default=lambda self: self._ar_first_day())
    date_to = fields.Date("To", default=fields.Date.context_today)
    headline = fields.Char(readonly=True)
    comparison = fields.Char("What really went out", readonly=True)
    notes = fields.Text(readonly=True)
    chart = fields.Html("By day", readonly=True, sanitize=False)
    contact_count = fields.Integer("Contacts", readonly=True)
    account_count = fields.Integer("Accounts contacted", readonly=True)
    calls_max = fields.Integer("Calls a day at most", readonly=True)
    calls_mean = fields.Float("Calls a day on average", readonly=True)
    line_ids = fields.One2many("ar.preview.line", "preview_id", readonly=True)
    would_ids = fields.One2many(
        "ar.preview.line",
        "preview_id",
        readonly=True,
        domain=[("source", "=", "would")],
    )
    sent_ids = fields.One2many(
        "ar.preview.line", "preview_id", readonly=True, domain=[("source", "=", "sent")]
    )

    @api.model
    def _ar_first_day(self):
        return fields.Date.context_today(self) - timedelta(days=60)

    @api.depends("kind", "strategy_id", "debtor_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for preview in self:
            subject = preview.strategy_id or preview.debtor_id
            preview.display_name = self.env._(
                "%(kind)s: %(name)s",
                kind=kinds.get(preview.kind),
                name=subject.display_name or "",
            )

    @api.model
    def _ar_open(self, **values):
        """The dialog of a new simulation, or its result when nothing is asked."""
        preview = self.create(values)
        if preview.kind == "coming":
            return preview.action_run()
        name = self.env._("Dry run on the past")
        return preview._ar_window("ar_preview_ask_form", "new", name)

    def _ar_window(self, view, target, name=None):
        return {
            "type": "ir.actions.act_window",
            "name": name or self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref(f"ar_collections.{view}").id, "form")],
            "target": target,
        }

    def action_run(self):
        """Simulate, and show the result."""
        self.ensure_one()
        told = self._ar_simulate()
        self.line_ids.unlink()
        self.write({**self._ar_figures(told), "line_ids": self._ar_commands(told)})
        return self._ar_window("ar_preview_result_form", "current")

    def _ar_simulate(self):
        if self.kind == "past":
            if not self.date_from or not self.date_to:
                raise UserError(self.env._("Choose the first and the last day."))
            return self.strategy_id.dry_run(
                self.date_from.isoformat(), self.date_to.isoformat()
            )
        return (self.debtor_id or self.strategy_id).preview(self.days)

    def _ar_figures(self, told):
        figures = told["totals"]
        return {
            "state": "done",
            "date_from": told["from"],
            "date_to": told["to"],
            "headline": self._ar_headline(told),
            "comparison": self._ar_comparison(told),
            "notes": "\n".join(told["notes"]),
            "chart": self._ar_chart(told),
            "contact_count": figures["contacts"],
            "account_count": figures["accounts"],
            "calls_max": figures["calls_max"],
            "calls_mean": figures["calls_mean"],
        }

    def _ar_headline(self, told):
        """The result in a sentence."""
        figures = told["totals"]
        values = {
            "contacts": figures["contacts"],
            "accounts": figures["accounts"],
            "all": told["accounts"],
            "calls": figures["calls_max"],
            "first": format_date(self.env, told["from"]),
            "last": format_date(self.env, told["to"]),
        }
        if not figures["contacts"]:
            return self.env._(
                "From %(first)s to %(last)s: no contact. Accounts looked at: %(all)d.",
                **values,
            )
        return self.env._(
            "From %(first)s to %(last)s: contacts: %(contacts)d, accounts: "
            "%(accounts)d of %(all)d, calls a day at most: %(calls)d.",
            **values,
        )

    def _ar_comparison(self, told):
        if "real" not in told:
            return False
        return self.env._(
            "Contacts: %(contacts)d, accounts: %(accounts)d. Accounts contacted by "
            "both: %(both)d; by this strategy only: %(more)d; really only: %(less)d.",
            contacts=told["real"]["contacts"],
            accounts=told["real"]["accounts"],
            both=told["comparison"]["both"],
            more=told["comparison"]["only_simulated"],
            less=told["comparison"]["only_real"],
        )

    def _ar_commands(self, told):
        Currency = self.env["res.currency"].with_context(active_test=False)
        currencies = {c.name: c.id for c in Currency.search([])}
        return [
            Command.create(
                {
                    **{name: one[name] or False for name in LINE_FIELDS},
                    "source": source,
                    "numbers": ", ".join(filter(None, one["numbers"])),
                    "currency_id": currencies.get(one["currency"]),
                    "reminder_id": one.get("reminder_id", False),
                }
            )
            for day in told["days"]
            for source, key in (("would", "contacts"), ("sent", "sent"))
            for one in day.get(key, ())
        ]

    # The chart: plain HTML, so that it prints and needs no script.

    def _ar_chart(self, told):
        """Stacked bars, one a day; a legend with the totals of each channel."""
        days = [(d["date"], _by_channel(d["contacts"])) for d in told["days"]]
        highest = max((sum(count.values()) for _day, count in days), default=0)
        if not highest:
            return False
        labels = dict(CHANNELS)
        labels.update(
            self.env["ar.preview.line"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        bars = Markup().join(self._ar_bar(d, c, highest, labels) for d, c in days)
        legend = Markup().join(
            Markup(
                '<span class="me-3 text-nowrap"><span class="badge text-bg-{}">{}'
                "</span> {}</span>"
            ).format(COLOURS[channel], count, labels[channel])
            for channel, count in told["totals"]["by_channel"].items()
        )
        amounts = ", ".join(
            format_amount(self.env, amount, self.env["res.currency"]._ar_of(code))
            for code, amount in told["totals"]["amounts"].items()
        )
        asked = self.env._("asked for in all: %(amounts)s", amounts=amounts)
        return Markup(
            '<div class="mb-2">{}<span class="text-muted text-nowrap">{}</span></div>'
            '<div class="d-flex align-items-end border-bottom overflow-auto" '
            'style="height: 9rem; gap: 2px">{}</div>'
            '<div class="d-flex justify-content-between text-muted small">'
            "<span>{}</span><span>{}</span></div>"
        ).format(
            legend,
            asked,
            bars,
            format_date(self.env, told["from"]),
            format_date(self.env, told["to"]),
        )

    def _ar_bar(self, day, count, highest, labels):
        told = ", ".join(f"{n} {labels[channel]}" for channel, n in count.items())
        title = f"{format_date(self.env, day)}: {told or 0}"
        parts = Markup().join(
            Markup('<div class="bg-{}" style="height: {}%"></div>').format(
                COLOURS[channel], round(100 * n / highest, 2)
            )
            for channel, n in count.items()
        )
        return Markup(
            '<div class="d-flex flex-column justify-content-end h-100 flex-fill" '
            'style="min-width: 3px; max-width: 2rem" title="{}">{}</div>'
        ).format(title, parts)

    # Where to look further.

    def action_lines(self):
        """All contacts of this simulation: list, graph and pivot."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_preview_line_action"
        )
        action["display_name"] = self.display_name
        action["domain"] = [("preview_id", "=", self.id)]
        return action

    def action_again(self):
        """Choose other days."""
        self.ensure_one()
        return self._ar_window("ar_preview_ask_form", "new")


def _by_channel(contacts):
    """``{channel: number}``, in the order of the legend."""
    count = {}
    for one in sorted(contacts, key=lambda c: c["channel"]):
        count[one["channel"]] = count.get(one["channel"], 0) + 1
    return count
