import json
from pathlib import Path

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..engine import evidence_verifier
from ..engine.evidence_text import file_name, harmless
from ..engine.evidence_verifier import (
    COLUMNS,
    DATA,
    FORMAT,
    digest,
    leaf,
    pack,
    with_manifest,
)
from .ar_reminder_content import HIDDEN_URL

PDF, SCRIPT, READ_ME = "timeline.pdf", "verify.py", "README.txt"


class ArEvidence(models.AbstractModel):
    """Facts in order of time as one ZIP that anybody can check without Odoo.

    It holds a PDF to read, the same as JSON with the seals that vouch for it, the
    files that went along, and a program that checks all of it.
    """

    _name = "ar.evidence"
    _description = "Evidence file"

    def _ar_make(self, company, events, title, with_files=True, documents=False):
        """Make the evidence file of these facts.

        :param company: whose facts they are
        :param events: facts of that company
        :param str title: what the file is about
        :param bool with_files: put in what was attached to mails, proofs and letters
        :param documents: ``ar.case.document`` that go along whatever the facts say
        :return: ``{"raw": bytes, "digest", "root", "events"}``
        :raise UserError: there is no fact, or no PDF can be made here
        """
        if not events:
            raise UserError(self.env._("Nothing happened yet: there is no evidence."))
        self.env["ir.actions.report"]._ar_check_pdf()
        events = self._ar_complete(events.sudo())
        self._ar_seal(events)
        files = {}
        rows = self.env["ar.event.seal"]._ar_rows(events.ids)
        told = [
            self._ar_fact(event, rows[event.id], files if with_files else None)
            for event in events
        ]
        seals = self._ar_seals(company, told)
        shown = self._ar_document_files(documents, files) if documents else []
        data = {
            "format": FORMAT,
            "company": company.name,
            "about": title,
            "made_at": fields.Datetime.to_string(fields.Datetime.now()),
            "made_by": self.env.user.name,
            "columns": COLUMNS,
            "events": told,
            "documents": shown,
            "seals": seals,
        }
        root = seals[-1]["root"]
        script = Path(evidence_verifier.__file__).read_bytes()
        raw = pack(
            with_manifest(
                {
                    READ_ME: self._ar_read_me(company, title, root).encode(),
                    PDF: self._ar_timeline(company, events, data, title, root),
                    DATA: json.dumps(data, ensure_ascii=False, indent=1).encode(),
                    SCRIPT: script,
                    **files,
                }
            )
        )
        return {"raw": raw, "digest": digest(raw), "root": root, "events": len(told)}

    def _ar_complete(self, events):
        """With the facts that tell why words are missing, in order of time."""
        events |= events.erasure_ids.told_by_id
        return events.sorted(lambda e: (e.event_date, e.id))

    def _ar_seal(self, events):
        """Seal what no seal has yet, so that everything in the file is vouched for."""
        Seal = self.env["ar.event.seal"]
        events.invalidate_recordset(["seal_ref"])
        while not all(events.mapped("seal_ref")):
            if not Seal._ar_seal_batch(5000):
                break
            events.invalidate_recordset(["seal_ref"])

    def _ar_fact(self, event, row, files):
        """One fact as the file holds it; its attachments go into ``files``."""
        content = event.content_ids[:1]
        fact = {
            "row": ["" if value is None else str(value) for value in row],
            "label": event.kind_label,
            "seal": event.seal_ref,
            "content": None,
        }
        if content:
            fact["salt"] = content.salt
            fact["content"] = content._ar_words()
        elif event.erasure_ids:
            erasure = event.erasure_ids[:1]
            fact["erased"] = {
                "on": fields.Datetime.to_string(erasure.erased_at),
                "basis": erasure.basis,
                "fact": erasure.told_by_id.id,
            }
        if files is not None:
            fact["files"] = self._ar_fact_files(event, files)
        return fact

    def _ar_fact_files(self, event, files):
        told = []
        for number, attachment in enumerate(event._ar_files(), 1):
            raw = attachment.raw
            if not raw:
                continue
            path = f"files/{event.id}-{number}-{file_name(attachment.name)}"
            files[path] = raw
            told.append({"path": path, "name": attachment.name, "sha256": digest(raw)})
        return told

    def _ar_seals(self, company, told):
        """The chain from the first seal concerned to the last of the company.

        Each fact of ``told`` gets the path that leads to its seal.
        """
        Seal = self.env["ar.event.seal"].sudo()
        wanted = {fact["seal"]: [] for fact in told}
        for fact in told:
            wanted[fact["seal"]].append(fact)
        seals = Seal.search(
            [("company_id", "=", company.id), ("id", ">=", min(wanted))], order="id"
        )
        return [seal._ar_for_evidence(wanted.get(seal.id, ())) for seal in seals]

    def _ar_timeline(self, company, events, data, title, root):
        """The PDF: what happened, in order of time, in the words of that time."""
        zone = company.ar_tz or "Europe/Paris"
        own = self.with_context(lang=company._ar_lang())
        facts = [
            {
                "date": format_datetime(own.env, event.event_date, tz=zone),
                "recorded": event.recorded_at,
                "event": event.with_env(own.env),
                "words": (fact["content"] or {}).get("summary"),
                "erased": self._ar_erased_words(own.env, fact, zone),
                "body": Markup(self._ar_printed(fact)),
                "files": fact.get("files") or [],
                "leaf": leaf(fact["row"])[:16],
            }
            for event, fact in zip(events, data["events"], strict=True)
        ]
        values = {
            "title": title,
            "company": company,
            "facts": facts,
            "documents": data["documents"],
            "root": root,
            "zone": zone,
            "now": format_datetime(own.env, fields.Datetime.now(), tz=zone),
            "user": self.env.user.name,
        }
        Report = own.env["ir.actions.report"]
        pdf = Report._ar_pdf("ar_collections.evidence_timeline", values)
        return Report._ar_number_pages(pdf, f"{events[-1].id}")

    def _ar_erased_words(self, env, fact, zone):
        """“Words erased on 3 March 2029: rule …”, False for words that are there."""
        if fact["content"]:
            return False
        told = fact.get("erased")
        if not told:
            return env._("The words are missing, and no fact tells why.")
        day = fields.Datetime.to_datetime(told["on"])
        return env._(
            "Words erased on %(date)s: %(basis)s",
            date=format_datetime(env, day, tz=zone),
            basis=told["basis"],
        )

    def _ar_printed(self, fact):
        """Body of a fact for the PDF; the place of the customer's link is marked."""
        body = (fact["content"] or {}).get("body") or ""
        return harmless(body.replace(HIDDEN_URL, "[…]"))

    def _ar_read_me(self, company, title, root):
        _ = self.with_context(lang=company._ar_lang()).env._
        return "\n\n".join(
            [
                title,
                _(
                    "timeline.pdf is for reading: what happened, in order of time.\n"
                    "evidence.json says the same, with the digests and the seals.\n"
                    "The folder “files” has what was attached, the folder"
                    " “documents” the documents of a recovery case.\n"
                    "MANIFEST.json has the sha256 of every file."
                ),
                _(
                    "To check that nothing was changed, with Python 3.8 or later and"
                    " nothing else:\n    python3 verify.py THIS_FILE.zip\n"
                    "Take verify.py from a source that you trust: it is part of the"
                    " program, and can be read in a few minutes."
                ),
                _(
                    "What it shows: the words of each fact have the digest that was"
                    " recorded with it; the fact is part of a seal; each seal is"
                    " chained to the one before it. Facts were recorded by the"
                    " company itself: the file shows that they were not changed since"
                    " they were sealed, to whoever kept a root of a seal elsewhere."
                ),
                _("Last root of the chain: %(root)s", root=root),
                "",
            ]
        )
