"""What is wrong with a bank file, or with one entry of it, in words."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

FILE_ERRORS = {
    "empty": _lt("The file is empty."),
    "too_large": _lt("The file has %(size)s MB; at most %(limit)s are read."),
    "not_xml": _lt(
        "This is not a bank statement in a known format (camt.053, camt.054, "
        "CFONB 120, MT940, OFX). Ask your bank for camt.053 statements."
    ),
    "truncated": _lt(
        "The file ends too early (line %(line)s): it was cut on its way. Fetch it "
        "again from the bank."
    ),
    "broken_xml": _lt("The file is damaged at line %(line)s. Fetch it again."),
    "forbidden_markup": _lt(
        "The file declares a document type, which no bank statement needs and which "
        "can hide an attack. It was not read."
    ),
    "too_deep": _lt("The file is nested too deeply to be a bank statement."),
    "too_many_entries": _lt("The file has more than %(limit)s entries. Split it."),
    "broken_message": _lt(
        "Statement %(statement)s of the file is damaged. Fetch it again from the bank."
    ),
    "not_camt": _lt(
        "The file is XML, but not a bank statement (camt.053): it holds “%(found)s”."
    ),
    "no_statement": _lt("The file holds no statement."),
    "bad_encoding": _lt("The text encoding of the file is not readable."),
    "not_statement": _lt(
        "This is a %(kind)s message. Its movements come again in the statement: "
        "import the camt.053 file."
    ),
}
PROBLEMS = {
    "bad_amount": _lt("its amount “%(detail)s” cannot be read"),
    "bad_date": _lt("its date “%(detail)s” cannot be read"),
    "bad_sign": _lt("it does not say whether it is a debit or a credit"),
    "no_currency": _lt("its amount has no currency"),
    "no_date": _lt("it has no date"),
    "currency_differs": _lt("it is in %(detail)s, not in the currency of the account"),
    "unreadable_balance": _lt("a balance “%(detail)s” cannot be read"),
    "batch_not_split": _lt(
        "its payments do not add up to the entry, so it was kept as one line"
    ),
    "entry_unreadable": _lt("“%(detail)s” cannot be read"),
    "account_differs": _lt("it is about another account, %(detail)s"),
    "unknown_record": _lt("record “%(detail)s” is of no known kind"),
    "orphan_complement": _lt("line %(detail)s completes no movement, it was not read"),
    "complement_unreadable": _lt("its complement “%(detail)s” cannot be read"),
    "no_closing": _lt("its closing balance is missing, so the sum was not checked"),
    "repeated_statement": _lt("the same statement comes twice, it was read once"),
    "encoding_repaired": _lt(
        "the text is not in the encoding that the file declares; accents were mended"
    ),
}
