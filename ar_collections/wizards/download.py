"""Hand a document that a dialog made to the browser."""


def download_action(dialog):
    """Action that downloads the field ``document`` under ``document_name``.

    :param dialog: record of a transient model that has both fields
    """
    dialog.ensure_one()
    address = f"/web/content/{dialog._name}/{dialog.id}/document/{dialog.document_name}"
    return {
        "type": "ir.actions.act_url",
        "url": f"{address}?download=true",
        "target": "download",
    }
