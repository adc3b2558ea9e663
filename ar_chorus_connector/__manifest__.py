{
    "name": "Receivables: Chorus Pro",
    "summary": "What the buyer's platform says about each invoice, turned into "
    "decisions: notices, disputes, pauses and evidence",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "depends": ["ar_collections"],
    "external_dependencies": {"python": ["requests"]},
    "data": [],
}
