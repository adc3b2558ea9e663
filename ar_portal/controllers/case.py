"""Documents of a recovery case, for whoever has a link to it."""

from odoo import http

from .actions import document
from .link import LinkController
from .pages import not_found


class LinkCase(LinkController):
    """The case itself is shown on the account page, limited to what it covers."""

    @http.route(
        "/ar/a/<string:token>/document/<int:document_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def case_document(self, token, document_id, lang=None, **_kw):
        """One of the documents meant for the customer."""
        visitor, refusal = self._enter(token, lang, own=["pdf"])
        if refusal:
            return refusal
        shown = visitor.case and visitor.case._ar_portal_documents()
        found = shown and shown.filtered(lambda d: d.id == document_id)
        content = found and found.attachment_id.raw
        if not content or not content.startswith(b"%PDF-"):
            return not_found(token)
        name = f"{found.name.replace('/', '-').removesuffix('.pdf')}.pdf"
        return document(content, "pdf", name, "attachment")
