"""The same receipts through OCA's ``account_reconcile_oca``, installed for real.

Fetched from PyPI into the cache; AGPL-3, so it is run beside our add-ons, in a database
and a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import replay
from snapshot import judge, snapshot

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

MODULES = ("account_reconcile_oca", "account_statement_base")


def addons():
    """The folder with the add-ons, fetched when they are not there yet.

    :return: its path, or None when the index cannot be reached
    """
    folder = Path(os.environ["AR_CACHE"]) / "oca_lettering"
    for module in MODULES:
        if (folder / module).is_dir():
            continue
        wheels = folder / "wheels" / module
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            + ["-d", wheels, f"odoo-addon-{module}==19.*"],
        )
        if done.returncode:
            return None
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as archive:
            archive.extractall(folder / "content")
        shutil.move(folder / "content/odoo/addons" / module, folder / module)
    return folder


def install(database, folder):
    """Install it in a database that has Odoo's accounting."""
    options = {"db_host": "AR_PGHOST", "db_port": "AR_PGPORT", "db_user": "AR_PGUSER"}
    subprocess.run(
        [os.environ["AR_ODOO"], f"--database={database}", f"--init={MODULES[0]}"]
        + ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
        + ["--log-level=critical", f"--addons-path={folder}"]
        + [f"--data-dir={os.environ['AR_DATA']}"]
        + [f"--{o}={os.environ[n]}" for o, n in options.items() if os.environ.get(n)],
        check=True,
    )


def compare(seed, mix):
    """Rows of OCA's module and of ours on one snapshot.

    :return: (OCA's rows, ours), or None without the index or a database server
    """
    if not os.environ.get("AR_ODOO"):
        return None
    folder = addons()
    if folder is None:
        return None
    from stand import child, databases, odoo_template

    world, ledger, payments, invoices = snapshot(seed, mix)
    receipts = [replay.receipt_of(payment) for payment in payments]
    ours = judge(payments, replay.ours(receipts, ledger))
    told = told_of(world, payments, invoices)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "snapshot.json"
        path.write_text(json.dumps(told))
        with databases(odoo_template(), "bench_letter_oca") as (database,):
            install(database, folder)
            matched = child("lettering_oca.py", database, path, AR_ROOT=str(folder))
    answers = {
        payment.id: _answer(payment, matched.get(str(payment.id), ()), invoices)
        for payment in payments
    }
    return judge(payments, answers), ours


def _answer(payment, found, invoices):
    """Invoices reconciled with a receipt; their amounts follow from it."""
    items = {i: payment.truth.get(i, invoices[i].residual) for i in found}
    return replay.Answer(bool(found), [items])


def told_of(world, payments, invoices):
    """What the other process needs, in JSON."""
    return {
        "customers": [
            (c.id, c.name, c.iban if c.iban_known else "") for c in world.customers
        ],
        "invoices": [
            {
                "id": i.id,
                "number": i.number,
                "order": i.order,
                "customer": i.customer.id,
                "residual": i.residual,
                "issued": i.issued.isoformat(),
                "due": i.due.isoformat(),
            }
            for i in invoices.values()
        ],
        "receipts": [_receipt(payment) for payment in payments],
    }


def _receipt(payment):
    told = payment.evidence
    return {
        "id": payment.id,
        "date": payment.day.isoformat(),
        "amount": payment.amount,
        "label": " ".join(text for _source, text in told.get("texts", ())) or "/",
        "name": told.get("payer_name", ""),
        "iban": told.get("payer_account", ""),
        "structured": " ".join(told.get("structured", ())),
    }
