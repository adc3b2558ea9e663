"""Whether a paged reading of a moving list has seen every row."""


class Reading:
    """Watches the pages of one pass.

    A row whose status changes while the pages are read moves, and shifts the rows
    behind it to an earlier page: one of them is then never shown. The pass is
    complete only when every page told the same total and that many rows were seen.

    :param int before: rows of the pages read earlier, when a pass goes on
    :param total: what those pages told
    """

    def __init__(self, before=0, total=None):
        self._seen = set()
        self._before = before
        self._totals = set() if total is None else {total}

    def add(self, page):
        """Take note of one :class:`~.payloads.Page`."""
        self._seen.update(row.external_id for row in page.rows)
        self._seen.update(("unknown", repr(row.payload)) for row in page.unknown)
        self._totals.add(page.total)

    @property
    def rows(self):
        """How many rows were seen so far, those of earlier pages included."""
        return len(self._seen) + self._before

    @property
    def total(self):
        """What the pages told; None while they disagree, or none was read."""
        return max(self._totals) if len(self._totals) == 1 else None

    @property
    def complete(self):
        """True when nothing can have been missed.

        A platform that tells no total (null paging fields) is taken at its word.
        """
        if self._totals in (set(), {0}):
            return True
        return self.total is not None and self.rows >= self.total
