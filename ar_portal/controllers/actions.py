"""What both ways in have in common: the account, the proof, the invoice."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..engine.amounts import allocate, to_cents
from ..engine.proof_form import ProofForm, read_form, read_items
from ..engine.qr_picture import qr_address
from ..engine.upload_check import Rejected, display_name
from ..engine.upload_kinds import MAX_BYTES, Refusal
from .visitor import network
from .wording import file_refusals, form_mistakes

#: Invoices handed out in one archive: each may have to be printed.
MOST_DOCUMENTS = 30
#: Files and fields together; one file may have 10 MiB.
MAX_REQUEST = 12 * 1024 * 1024


def account_values(visitor, sent=None, pick=None):
    """Everything that the account page shows.

    :param sent: name of what was just taken in
    :param pick: whether documents were asked for without a sensible selection
    """
    debtor = visitor.debtor
    items = debtor._ar_portal_items(visitor.move)
    told = answers_shown(visitor)
    plans = [] if visitor.move else debtor._ar_portal_plans()
    case = visitor.case and visitor.case.with_context(lang=request.env.lang)
    bank = debtor._ar_portal_bank(items)
    return {
        "visitor": visitor,
        "debtor": debtor,
        "company": debtor.company_id,
        "items": items,
        "case": case and case._ar_portal_told(),
        "totals": debtor._ar_portal_totals(items),
        "offers": debtor._ar_portal_offers(),
        "answers": told,
        "plans": plans,
        "sent": next((t for t in told + plans if sent and t["name"] == sent), None),
        "pick": MOST_DOCUMENTS if pick else 0,
        "collector": debtor._ar_portal_contact(),
        "bank": bank,
        "qr": qr_address(bank["payload"]) if bank else "",
        "today": debtor.company_id._ar_today(),
        "langs": languages(),
    }


def answers_shown(visitor):
    """What the customer told us, about the invoices that he may see here."""
    told = visitor.debtor._ar_portal_answers()
    if not visitor.move:
        return told
    shown = set(visitor.move.mapped("name"))
    return [one for one in told if shown & set(one["numbers"].split(", "))]


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
    return set(read_items(request.httprequest.args.getlist("item")))


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


def form_values(visitor, asked=(), form=None, mistakes=None, refusals=()):
    """What every form of an answer shows: open items, which are ticked, mistakes.

    :param asked: ids of the items to tick
    :param form: the form that came back with mistakes
    :param mistakes: sentences by field
    :param refusals: sentences about files
    """
    debtor = visitor.debtor
    items = payable_items(visitor)
    today = debtor.company_id._ar_today()
    if form:
        ticked = [i for i in items if i["page"].id in form.item_ids]
    else:
        ticked = ticked_items(items, asked, today)
    shown = (ticked or items)[:1]
    return {
        "visitor": visitor,
        "debtor": debtor,
        "company": debtor.company_id,
        "items": items,
        "ticked": ticked,
        "chosen": {i["page"].id for i in ticked},
        "currency": shown[0]["currency"] if shown else debtor.company_id.currency_id,
        "mistakes": mistakes or {},
        "files_said": refusals,
        "today": today,
        "langs": [],
        **file_limits(debtor.company_id),
    }


def file_limits(company):
    """What the upload field says of its limits."""
    return {
        "max_files": company.ar_portal_max_files,
        "max_size": company.ar_portal_max_size,
    }


def chosen_items(visitor, one_currency=True):
    """Items that the posted form ticked.

    Whatever is not an open item of this account is refused in one way, whether it
    does not exist, was paid meanwhile or belongs to somebody else.

    :return: ``(ticked ids as text, items found, code of the mistake or None)``
    """
    ticked = request.httprequest.form.getlist("item")
    items = {item["page"].id: item for item in payable_items(visitor)}
    asked = read_items(ticked)
    mine = [items[i] for i in asked if i in items]
    if len(mine) < len(asked):
        return ticked, mine, "not_yours"
    if one_currency and len({item["currency"] for item in mine}) > 1:
        return ticked, mine, "currencies"
    return ticked, mine, None


def proof_values(visitor, asked=(), form=None, written="", refusals=(), mistakes=None):
    """Everything that the form “I have already paid” shows.

    :param form: a :class:`ProofForm` that came back with mistakes
    :param written: amount as the customer wrote it, when it came back
    """
    values = form_values(visitor, asked, form, mistakes, refusals)
    ticked = values["ticked"]
    if not form:
        written = typed_amount(sum(i["page"].residual for i in ticked), ticked)
    return {**values, "shown_amount": written, "form": form or ProofForm()}


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
    ticked, mine, wrong = chosen_items(visitor)
    places = mine[0]["currency"].decimal_places if mine else 2
    form = read_form(post, ticked, visitor.debtor.company_id._ar_today(), places)
    mistakes = dict(form.mistakes)
    if wrong:
        mistakes["items"] = wrong
    # The costly part last: no file is read for a form that comes back anyway.
    files, refusals = ([], []) if mistakes else checked_files(visitor.company)
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
            {**visitor.sender, "network": truncated_network()},
        )
    )


def truncated_network():
    """Enough of the address to recognise abuse, not enough to find a person."""
    address = network()
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join(address.split(".")[:2] + ["0", "0"]) if "." in address else address


def checked_files(company):
    """Read and check the files of the form.

    :param company: ``res.company`` whose limits hold
    :return: ``([(shown name, Checked)], [sentence for each refusal])``
    """
    uploads = [f for f in request.httprequest.files.getlist("files") if f.filename]
    most, megabytes = company.ar_portal_max_files, company.ar_portal_max_size
    words = file_refusals(request.env, megabytes)
    if len(uploads) > most:
        return [], [request.env._("Please send at most %(count)s files.", count=most)]
    limit = min(megabytes * 1024 * 1024, MAX_BYTES)
    scan = request.env["ar.portal.scan"]
    files, refusals = [], []
    for upload in uploads:
        name = display_name(upload.filename)
        try:
            data = upload.stream.read(limit + 1)
            if len(data) > limit:
                raise Rejected(Refusal.TOO_BIG)
            files.append((name, scan._ar_check(data)))
        except Rejected as rejected:
            refusals.append(f"{name}: {words[rejected.refusal]}")
    return files, refusals


def invoice_answer(visitor, move_id):
    """The PDF of an invoice of this account, or None when there is no such one."""
    move = visitor.debtor._ar_portal_invoice(move_id, visitor.move)
    if not move or "documents" not in visitor.debtor._ar_portal_offers():
        return None
    content, kind = move._ar_portal_document()
    return document(content, kind, move._ar_portal_file_name(kind), "inline")


def invoices_answer(visitor):
    """The documents of the ticked items in one ZIP; back to the page for none.

    :return: the response, or None when this account hands no documents out
    """
    debtor = visitor.debtor
    if "documents" not in debtor._ar_portal_offers():
        return None
    asked = asked_items()
    moves = request.env["account.move"].sudo()
    for item in debtor._ar_portal_items(visitor.move):
        if item["page"].id in asked:
            moves |= item["move"]
    moves = moves.filtered(lambda m: m.is_sale_document(include_receipts=True))
    if not 0 < len(moves) <= MOST_DOCUMENTS:
        return request.redirect(visitor.url("", pick=1), code=303)
    name = f"{debtor._ar_statement_name().removesuffix('.pdf')}.zip"
    return document(moves._ar_portal_archive(), "zip", name, "attachment")


def statement_answer(visitor, kind):
    """The statement of this account, or None for who may see one invoice only.

    :param str kind: ``pdf``, ``xlsx`` or ``csv``
    """
    if visitor.move or "documents" not in visitor.debtor._ar_portal_offers():
        return None
    debtor = visitor.debtor.with_context(lang=request.env.lang)
    try:
        if kind == "pdf":
            content = debtor._ar_statement(request.env.lang)
        elif kind == "csv":
            content = debtor._ar_portal_csv()
        else:
            content = debtor._ar_portal_workbook()
    except UserError:
        return None
    name = debtor._ar_statement_name().removesuffix(".pdf")
    return document(content, kind, f"{name}.{kind}", "attachment")


#: Content types of what is handed out.
TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def document(content, kind, name, disposition):
    """A document of the account; no cache keeps it and no page frames it."""
    return request.make_response(
        content,
        headers=[
            ("Content-Type", TYPES[kind]),
            ("Content-Disposition", content_disposition(name, disposition)),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("X-Robots-Tag", "noindex"),
            ("Cache-Control", "no-store, private"),
        ],
    )
