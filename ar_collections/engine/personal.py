"""Where the data of a person are, and what may be done with them."""

import hashlib
from dataclasses import dataclass
from enum import Enum

#: Written in the place of a text that may not be empty.
ERASED = "(erased)"


#: Facts that tell what was erased or handed over: their own words stay for ever.
LASTING_KINDS = ("words_erased", "data_erased", "data_exported")


class Keep(str, Enum):
    """Why data of a person stay for now (GDPR, art. 17(3)(b) and (e))."""

    HOLD = "hold"
    CASE = "case"
    DISPUTE = "dispute"
    CLAIM = "claim"
    UNPAID = "unpaid"
    BOOKS = "books"
    USER = "user"
    OTHER = "other"
    SEALED = "sealed"


#: The first of these that holds is the one told.
KEEP_ORDER = tuple(Keep)


@dataclass(frozen=True)
class Source:
    """A model that holds data of people outside of the company.

    :param partners: many2one fields to the contact
    :param emails: fields that hold addresses, maybe several in one text
    :param texts: fields in which people write; searched for an address, and for a
        name on the accounts of that person
    :param blank: fields emptied when the data go; ``partners`` are unlinked as well
    :param shown: fields told in an export
    :param account: path to the ``ar.debtor`` that it is about, if any
    :param moves: path to the invoices that it is about, if any
    :param files: paths to attachments that go along
    :param date: field that tells when
    :param company: path to the company
    :param drop: the record has no other use than the person: it is deleted
    """

    partners: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    account: str = ""
    moves: str = ""
    files: tuple[str, ...] = ()
    date: str = "create_date"
    company: str = "company_id"
    drop: bool = False


@dataclass(frozen=True)
class Person:
    """Who is looked for: contacts, addresses, and names as they are written."""

    partner_ids: tuple[int, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def words(self):
        """Texts by which a text names him."""
        return (*self.emails, *self.names)


def first_reason(reasons):
    """The reason to tell among several, None when there is none.

    >>> first_reason({Keep.UNPAID, Keep.CASE}).value
    'case'
    >>> first_reason(()) is None
    True
    """
    return next((keep for keep in KEEP_ORDER if keep in reasons), None)


def request_digest(email, name, received, reason):
    """What is kept of a request once the data are gone: sha256 of its words.

    Whoever holds the request can show that it is the one that was answered.

    >>> a = request_digest("Anne@Example.org ", "Anne", "2026-03-02", "her letter")
    >>> a == request_digest("anne@example.org", " Anne", "2026-03-02", "her letter")
    True
    """
    parts = [(email or "").strip().lower(), (name or "").strip(), received, reason]
    return hashlib.sha256("\x1f".join(str(p or "") for p in parts).encode()).hexdigest()


def mentions(text, words):
    """Whether a text names one of these words, not as a part of a longer one.

    >>> mentions("To anne@example.org, by mail", ["anne@example.org"])
    True
    >>> mentions("To joanne@example.org", ["anne@example.org"])
    False
    >>> mentions("Mrs ANNE Petit called", ["Anne Petit"])
    True
    """
    told = (text or "").lower()
    for word in words:
        wanted = word.lower()
        place = told.find(wanted)
        while wanted and place >= 0:
            before, after = told[:place][-1:], told[place + len(wanted) :][:1]
            if not (_joins(before) or _joins(after)):
                return True
            place = told.find(wanted, place + 1)
    return False


def _joins(letter):
    return letter.isalnum() or letter in ("_", "-", "+") if letter else False
