from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

PAGE = 30
#: Length of what is shown of a text before it is opened.
EXCERPT = 280
#: Families whose body says more than the line about them.
SPOKEN = ("note", "call")
SPOKEN_KINDS = ("reply", "message", "bounce", "platform_comment")
#: What can be opened from a line.
OPENED = ("ar.reminder", "ar.dispute", "ar.payment.notice", "account.move")


class ArEventPage(models.Model):
    """The timeline as a page: newest first, by family, with what each line says."""

    _inherit = "ar.event.link"

    @api.model
    def _ar_page(self, domain, family=False, offset=0, limit=PAGE):
        """One page of a timeline.

        :param domain: on this model: of which account, or of which invoice
        :param family: one family only
        :return: ``{"families": [{"key", "label", "icon", "count"}], "entries":
            [...], "more": bool}``; an entry has ``id``, ``date`` (UTC), ``kind``,
            ``label``, ``icon``, ``color``, ``who``, ``summary``, ``excerpt``,
            ``has_body``, ``invoices`` and ``record`` (``[model, id]`` or False)
        """
        Event = self.env["ar.event"]
        counts = self._read_group(domain, ["kind"], ["__count"])
        by_family = {}
        for kind, count in counts:
            by_family.setdefault(Event._ar_family(kind), []).append((kind, count))
        wanted = Domain(domain)
        if family:
            kinds = [kind for kind, _count in by_family.get(family, ())]
            wanted &= Domain("kind", "in", kinds)
        found = self.search(wanted, offset=offset, limit=limit + 1)
        links = found[:limit]
        return {
            "families": [
                {
                    "key": key,
                    "label": label,
                    "count": sum(count for _kind, count in by_family[key]),
                }
                for key, label in Event._ar_family_labels().items()
                if key in by_family
            ],
            "entries": links._ar_entries(),
            "more": len(found) > limit,
        }

    def _ar_entries(self):
        numbers = self._ar_numbers()
        openable = self._ar_openable()
        return [self._ar_entry(link, numbers, openable) for link in self]

    def _ar_entry(self, link, numbers, openable):
        Event = self.env["ar.event"]
        event = link.event_id.sudo()
        icon, color = Event._ar_look(link.kind)
        excerpt, more = self._ar_excerpt(event)
        record = (event.res_model, event.res_id)
        return {
            "id": link.id,
            "date": fields.Datetime.to_string(link.event_date),
            "kind": link.kind,
            "label": event.kind_label,
            "icon": icon,
            "color": color,
            "who": event.actor or "",
            "summary": event.summary or "",
            "excerpt": excerpt,
            "has_body": more,
            "invoices": numbers.get(link.event_id.id, ""),
            "record": list(record) if record in openable else False,
        }

    def _ar_excerpt(self, event):
        """What is shown of a text, and whether opening it tells more."""
        spoken = event._ar_family(event.kind) in SPOKEN
        if not event.body or not (spoken or event.kind in SPOKEN_KINDS):
            return "", bool(event.body)
        text = html2plaintext(event.body, include_references=False).strip()
        if text == (event.summary or "").strip():
            return "", False
        if len(text) > EXCERPT:
            return f"{text[:EXCERPT].rstrip()}…", True
        return text, "<img" in event.body or "<table" in event.body

    def _ar_numbers(self):
        """``{event id: "INV/1, INV/2"}``: invoices that an account's facts name."""
        links = self.sudo().search_fetch(
            [
                ("event_id", "in", self.filtered("debtor_id").event_id.ids),
                ("move_id", "!=", False),
            ],
            ["event_id", "move_id"],
            order="id",
        )
        numbers = {}
        for link in links:
            numbers.setdefault(link.event_id.id, []).append(link.move_id.name or "/")
        return {
            event_id: ", ".join(names[:3])
            + (f" + {len(names) - 3}" if len(names) > 3 else "")
            for event_id, names in numbers.items()
        }

    def _ar_openable(self):
        """``{(model, id)}`` of these facts that the reader may open."""
        wanted = {}
        for event in self.event_id.sudo():
            if event.res_model in OPENED and event.res_model in self.env:
                wanted.setdefault(event.res_model, set()).add(event.res_id)
        found = set()
        for model, ids in wanted.items():
            if not self.env[model].has_access("read"):
                continue
            records = self.env[model].search([("id", "in", list(ids))])
            found |= {(model, record.id) for record in records}
        return found

    def ar_body(self):
        """The full text of one line, as it was at that time.

        :return: HTML, sanitised
        """
        self.ensure_one()
        self.check_access("read")
        return self.body or ""
