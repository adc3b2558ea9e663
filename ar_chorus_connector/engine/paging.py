"""Whether a paged reading of a moving list has seen every row."""


class Reading:
    """Watches the pages of one pass.

    A row whose status changes while the pages are read moves, and shifts the rows
    behind it to an earlier page: one of them is then never shown. The pass is
    complete only when every page told the same total and that many rows were seen.
    """

    def __init__(self):
        self._seen = set()
        self._totals = set()

    def add(self, page):
        """Take note of one :class:`~.payloads.Page`."""
        self._seen.update(row.external_id for row in page.rows)
        self._seen.update(("unknown", repr(row.payload)) for row in page.unknown)
        self._totals.add(page.total)

    @property
    def complete(self):
        """True when nothing can have been missed.

        A platform that tells no total (null paging fields) is taken at its word.
        """
        if self._totals in (set(), {0}):
            return True
        return len(self._totals) == 1 and len(self._seen) >= max(self._totals)
