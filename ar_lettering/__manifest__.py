{
    "name": "Receivables: lettering",
    "summary": "Import bank statements, find which invoices each receipt pays, "
    "book the matches and say why",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AR team",
    "depends": ["ar_collections"],
    "data": [],
    "installable": True,
}
