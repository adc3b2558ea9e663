"""What both ways in have in common: the account, the proof, the invoice."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..engine.amounts import allocate, to_cents
from ..engine.proof_form import MAX_FILES, ProofForm, read_form
from ..engine.upload_check import Rejected, check, display_name
from ..engine.upload_kinds import MAX_BYTES
from .visitor import network
from .wording import file_refusals, form_mistakes

#: Files and fields together; one file may have 10 MiB.
MAX_REQUEST = 12 * 1024 * 1024


def account_values(visitor, sent=None):
    """Everything that the account page shows."""
    debtor = visitor.debtor
    items = debtor._ar_portal_items(visitor.move)
    proofs = debtor._ar_portal_proofs()
    return {
        "visitor": visitor,
        "debtor": debtor,
        "company": debtor.company_id,
        "items": items,
        "totals": debtor._ar_portal_totals(items),
        "proofs": proofs,
        "sent": proofs.filtered(lambda proof: proof.name == sent)[:1] if sent else None,
        "collector": debtor._ar_portal_contact(),
        "today": debtor.company_id._ar_today(),
        "langs": languages(),
    }


def languages():
    """Installed languages with their short names, when there is a choice."""
    installed = request.env["res.lang"].get_installed()
    return [
        {"code": code, "name": name.split(" / ")[-1].split(" (")[0]}
        for code, name in installed
        if len(installed) > 1
    ]


def asked_items():
    """Ids of the items that the address asks to tick."""
    asked = request.httprequest.args.getlist("item")
    return {int(i) for i in asked if i.isascii() and i.isdigit()}


def payable_items(visitor):
    """Items that a payment can be for, oldest first."""
    return [
        item
        for item in visitor.debtor._ar_portal_items(visitor.move)
        if item["page"].residual > 0 and item["page"].id
    ]


def ticked_items(items, asked, today):
    """Which items the empty form has ticked, all in one currency.

    Those asked for, else those that are late and nobody answered for yet, else the
    oldest.
    """
    late = [i for i in items if i["page"].days_late(today) > 0 and i["page"].free() > 0]
    chosen = [i for i in items if i["page"].id in asked] or late or items[:1]
    return [i for i in chosen if i["currency"] == chosen[0]["currency"]]


def proof_values(visitor, asked=(), form=None, written="", refusals=(), mistakes=None):
    """Everything that the form “I have already paid” shows.

    :param asked: ids of the items to tick
    :param form: a :class:`ProofForm` that came back with mistakes
    :param written: amount as the customer wrote it, when it came back
    :param refusals: sentences about files
    :param mistakes: sentences by field
    """
    debtor = visitor.debtor
    items = payable_items(visitor)
    today = debtor.company_id._ar_today()
    if form:
        ticked = [i for i in items if i["page"].id in form.item_ids]
    else:
        ticked = ticked_items(items, asked, today)
        written = typed_amount(sum(i["page"].residual for i in ticked), ticked)
    shown = (ticked or items)[:1]
    return {
        "visitor": visitor,
        "debtor": debtor,
        "company": debtor.company_id,
        "items": items,
        "chosen": {i["page"].id for i in ticked},
        "currency": shown[0]["currency"] if shown else debtor.company_id.currency_id,
        "shown_amount": written,
        "form": form or ProofForm(),
        "mistakes": mistakes or {},
        "files_said": refusals,
        "today": today,
        "max_files": MAX_FILES,
        "max_size": MAX_BYTES // (1024 * 1024),
        "langs": [],
    }


def typed_amount(cents, items):
    """An amount as one would type it: no grouping, the decimal mark of the page."""
    if not items:
        return ""
    places = items[0]["currency"].decimal_places
    lang = request.env["res.lang"]._lang_get(request.env.lang)
    text = f"{Decimal(cents).scaleb(-places):.{places}f}"
    return text.replace(".", lang.decimal_point or ".")


def send_proof(visitor, post):
    """Take the form in.

    :param post: text fields of the form
    :return: ``(proof, None)``, or ``(None, values of the form with its mistakes)``
    """
    ticked = request.httprequest.form.getlist("item")
    items = {item["page"].id: item for item in payable_items(visitor)}
    mine = [items[int(i)] for i in ticked if i.isdigit() and int(i) in items]
    places = mine[0]["currency"].decimal_places if mine else 2
    form = read_form(post, ticked, visitor.debtor.company_id._ar_today(), places)
    mistakes = dict(form.mistakes)
    # Whatever is not an open item of this account is refused in one way, whether
    # it does not exist, was paid meanwhile or belongs to somebody else.
    if any(item_id not in items for item_id in form.item_ids):
        mistakes["items"] = "not_yours"
    elif len({item["currency"] for item in mine}) > 1:
        mistakes["items"] = "currencies"
    # The costly part last: no file is read for a form that comes back anyway.
    files, refusals = ([], []) if mistakes else checked_files()
    if not (mistakes or refusals or files):
        mistakes["files"] = "missing"
    said = form_mistakes(request.env, mistakes)
    if not (said or refusals):
        try:
            return _submit(visitor, form, mine, files), None
        except UserError as error:
            said = {"files": error.args[0]}
    written = post.get("amount") or ""
    return None, proof_values(
        visitor, form=form, written=written, refusals=refusals, mistakes=said
    )


def _submit(visitor, form, items, files):
    currency = items[0]["currency"]
    places = currency.decimal_places
    oldest = sorted(items, key=lambda item: (item["page"].due, item["page"].id))
    shares = allocate(
        to_cents(form.amount, places),
        [(item["page"].id, item["page"].residual) for item in oldest],
    )
    Item = request.env["ar.item"].sudo()
    return (
        request.env["ar.payment.proof"]
        .with_company(visitor.debtor.company_id)
        ._ar_submit(
            visitor.debtor,
            {
                "currency": currency,
                "amount": form.amount,
                "paid_on": form.paid_on,
                "reference": form.reference,
                "message": form.message,
                "shares": [
                    (Item.browse(key), Decimal(part).scaleb(-places))
                    for key, part in shares
                ],
            },
            files,
            {
                "partner": visitor.partner,
                "email": visitor.email,
                "link": visitor.link,
                "network": truncated_network(),
            },
        )
    )


def truncated_network():
    """Enough of the address to recognise abuse, not enough to find a person."""
    address = network()
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join(address.split(".")[:2] + ["0", "0"]) if "." in address else address


def checked_files():
    """Read and check the files of the form.

    :return: ``([(shown name, Checked)], [sentence for each refusal])``
    """
    uploads = [f for f in request.httprequest.files.getlist("files") if f.filename]
    words = file_refusals(request.env)
    if len(uploads) > MAX_FILES:
        return [], [
            request.env._("Please send at most %(count)s files.", count=MAX_FILES)
        ]
    files, refusals = [], []
    for upload in uploads:
        name = display_name(upload.filename)
        try:
            files.append((name, check(upload.stream.read(MAX_BYTES + 1))))
        except Rejected as rejected:
            refusals.append(f"{name}: {words[rejected.refusal]}")
    return files, refusals


def invoice_answer(visitor, move_id):
    """The PDF of an invoice of this account, or None when there is no such one."""
    move = visitor.debtor._ar_portal_invoice(move_id, visitor.move)
    if not move:
        return None
    content, kind = move._ar_portal_document()
    name = f"{(move.name or 'invoice').replace('/', '_')}.{kind}"
    types = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
    return request.make_response(
        content,
        headers=[
            ("Content-Type", types[kind]),
            ("Content-Disposition", content_disposition(name, "inline")),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("X-Robots-Tag", "noindex"),
            ("Cache-Control", "no-store, private"),
        ],
    )
