"""A French company's customers, invoices and receipts, drawn from a seed.

Only the kinds of receipts are documented; their shares are assumptions, which is why
there are three mixes. Customers keep their habits: how they cite, through which kind
of bank file, alone or by batches, with escompte, through a parent or a factor.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from labels import bank_name, cite, noise, through_bank

START = date(2025, 1, 6)
FAMILY = (
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon "
    "Laurent Lefèvre Michel Garcia David Bertrand Roux Vincent Fournier Morel "
    "Girard André Mercier Dupont Lambert Bonnet François Legrand Garnier Faure "
    "Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu "
    "Clément Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Gérard "
    "Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël Meyer Lucas "
    "Meunier Jean Perez Marchand Dufour Blanchard Marie Barbier Brun Dumas Brunet "
    "Schmitt Leroux Colas Fernandez "
).split()
TRADE = (
    "Boulangerie Menuiserie Transports Garage Plomberie Imprimerie Charpente "
    "Électricité Maçonnerie Carrosserie Pharmacie Peinture Serrurerie Vignobles "
    "Scierie Mécanique Plasturgie Textiles Chaudronnerie Emballages Logistique "
    "Négoce Fonderie Horlogerie Paysages Ateliers Maroquinerie Cartonnages "
).split()
TOWNS = (
    "Lyon Nantes Rennes Dijon Tours Amiens Metz Nancy Brest Angers Reims Caen "
    "Limoges Pau Troyes Valence Annecy Colmar Niort Vannes "
).split()
FORMS = ("SARL", "SAS", "SA", "EURL", "SASU", "Ets", "Société")
NUMBERINGS = (
    "FAC/{y}/{n:05d}",
    "INV/{y}/{m:02d}/{n:04d}",
    "F{yy}{n:06d}",
    "VT{yy}-{n:05d}",
    "{n:06d}",
    "FC{y}-{n:04d}",
    "{yy}{m:02d}{n:04d}",
    "FA-{n:07d}",
)
STYLES = ("exact", "spaced", "dashed", "glued", "bare", "no_zeros", "tail", "short")
STRANGERS = (
    "URSSAF DGFIP EDF ENGIE AXA MAIF CPAM Orange Mutuelle Loyer Notaire Région "
    "Assurance "
).split()

#: Share of kinds among payments of one invoice, of several, and what else comes in.
MIXES = {
    "easy": {
        "one": {
            "cited": 70,
            "typo": 1,
            "rf": 8,
            "order": 3,
            "mute": 7,
            "cents": 2,
            "discount": 2,
            "fee": 1,
            "partial": 1,
            "retention": 0.5,
            "deduction": 0.5,
            "instalment": 2,
        },
        "many": {"cited": 75, "cut": 8, "mute": 17},
        "unrelated": 0.02,
        "twice": 0.005,
        "dirt": 0.15,
        "habit_noise": 0.05,
        "known": 0.8,
        "trade": 0.08,
        "recurring": 0.1,
        "parent": 0.03,
        "factor": 0.03,
        "forms": (60, 20, 5, 10, 5),
        "foreign": 0.02,
        "batch": 0.3,
    },
    "base": {
        "one": {
            "cited": 57,
            "typo": 3,
            "rf": 5,
            "order": 4,
            "mute": 15,
            "cents": 3,
            "discount": 3,
            "fee": 2,
            "partial": 2,
            "retention": 1,
            "deduction": 1,
            "instalment": 2,
        },
        "many": {"cited": 60, "cut": 15, "mute": 25},
        "unrelated": 0.04,
        "twice": 0.01,
        "dirt": 0.3,
        "habit_noise": 0.1,
        "known": 0.6,
        "trade": 0.15,
        "recurring": 0.2,
        "parent": 0.05,
        "factor": 0.05,
        "forms": (45, 25, 10, 12, 8),
        "foreign": 0.03,
        "batch": 0.35,
    },
    "hard": {
        "one": {
            "cited": 45,
            "typo": 5,
            "rf": 2,
            "order": 5,
            "mute": 22,
            "cents": 4,
            "discount": 4,
            "fee": 3,
            "partial": 3,
            "retention": 2,
            "deduction": 2,
            "instalment": 3,
        },
        "many": {"cited": 45, "cut": 25, "mute": 30},
        "unrelated": 0.07,
        "twice": 0.02,
        "dirt": 0.5,
        "habit_noise": 0.2,
        "known": 0.4,
        "trade": 0.25,
        "recurring": 0.3,
        "parent": 0.08,
        "factor": 0.07,
        "forms": (30, 30, 20, 10, 10),
        "foreign": 0.05,
        "batch": 0.4,
    },
}


@dataclass
class Customer:
    id: int
    name: str
    trade_name: str
    uses_trade_name: bool
    iban: str
    iban_known: bool
    style: str
    form: str
    numbering: int
    batch: bool
    recurring: int
    terms: int
    payer: object
    currency: str
    weight: float
    late: int
    open: list = field(default_factory=list)


@dataclass
class Invoice:
    id: int
    number: str
    order: str
    rf: str
    customer: Customer
    amount: int
    residual: int
    issued: date
    due: date
    part: int = 0
    document: int = 0
    discount: int = 0
    pay_on: date | None = None
    touched: bool = False


@dataclass
class Payment:
    """A receipt's evidence and the truth: what it pays, {} when it pays nothing."""

    id: int
    kind: str
    day: date
    amount: int
    currency: str
    evidence: dict
    truth: dict
    written_off: int = 0
    customer: object = None


def rf_of(number):
    """ISO 11649 creditor reference over a number's letters and digits."""
    body = "".join(c for c in number if c.isalnum())
    digits = "".join(str(int(c, 36)) for c in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def iban_of(rng):
    body = "".join(str(rng.randrange(10)) for _ in range(23))
    return f"FR{98 - int(body + '152700') % 97:02d}{body}"


class World:
    """Invoices day by day, and the receipts that pay them.

    :param seed: what everything is drawn from
    :param mix: name in :data:`MIXES`
    :param customers, days: size
    :param volume: invoices a day
    """

    def __init__(self, seed, mix, customers=160, days=240, volume=14):
        self.rng = random.Random(f"{seed}/{mix}")
        self.mix, self.days, self.volume = MIXES[mix], days, volume
        self.numberings = self.rng.sample(NUMBERINGS, 3)
        self.counters = [self.rng.choice((0, 850, 12000, 93000)) for _ in range(3)]
        self.documents = {}
        self.items = {}
        self.payments = 0
        self.factor = ("FACTOFRANCE AFFACTURAGE", iban_of(self.rng))
        self.customers = []
        for ident in range(1, customers + 1):
            self.customers.append(self._customer(ident))
        self.weights = [customer.weight for customer in self.customers]
        self.past = []

    def _customer(self, ident):
        rng, mix = self.rng, self.mix
        core = f"{rng.choice(TRADE)} {rng.choice(FAMILY)}"
        if rng.random() < 0.35:
            more = ("et Fils", "& Cie", rng.choice(TOWNS), rng.choice(FAMILY))
            core += f" {rng.choice(more)}"
        name = f"{rng.choice(FORMS)} {core}" if rng.random() < 0.7 else core
        trade = f"{rng.choice(FAMILY)} {rng.choice(TOWNS)}"
        payer = None
        if rng.random() < mix["parent"] and self.customers:
            parent = rng.choice(self.customers)
            payer = (parent.name, parent.iban)
        elif rng.random() < mix["factor"]:
            payer = self.factor
        style = rng.choices((*STYLES, "mute"), (25, 8, 8, 8, 10, 10, 10, 8, 6))[0]
        return Customer(
            ident, name, trade, rng.random() < mix["trade"], iban_of(rng),
            rng.random() < mix["known"], style,
            rng.choices(("camt", "cfonb", "cfonb31", "mt940", "ofx"), mix["forms"])[0],
            rng.randrange(3), rng.random() < mix["batch"],
            rng.randrange(3000, 90000) if rng.random() < mix["recurring"] else 0,
            rng.choice((15, 30, 30, 45, 60)), payer,
            "USD" if rng.random() < mix["foreign"] else "EUR",
            1 / (ident**0.7), rng.choice((-2, 0, 3, 8, 20)),
        )  # fmt: skip

    # Days -------------------------------------------------------------------------

    def replay(self):
        """Yield (day, receipts of the day); the ledger moves on in between."""
        for n in range(self.days):
            day = START + timedelta(days=n)
            if day.weekday() > 4:
                continue
            for _ in range(self.rng.randrange(self.volume // 2, self.volume * 3 // 2)):
                customer = self.rng.choices(self.customers, self.weights)[0]
                self._invoice(customer, day)
            self.rng.shuffle(self.customers)
            self.weights = [customer.weight for customer in self.customers]
            yield day, list(self._receipts(day))

    def _invoice(self, customer, day):
        rng = self.rng
        self.counters[customer.numbering] += 1
        n = self.counters[customer.numbering]
        number = self.numberings[customer.numbering].format(
            y=day.year, yy=day.year % 100, m=day.month, n=n
        )
        if customer.recurring and rng.random() < 0.7:
            amount = customer.recurring
        else:
            amount = int(rng.lognormvariate(11.2, 1.1)) * 12 // 10 + 500
        document = len(self.documents) + 1
        self.documents[document] = number
        credit = bool(customer.open) and rng.random() < 0.03
        if credit:
            amount = -max(300, amount // 8)
        order = f"{rng.choice(('PO', 'CDE', 'BC'))}{rng.randrange(10**5, 10**7)}"
        due = day + timedelta(days=customer.terms)
        parts = [amount]
        if not credit and amount > 60000 and rng.random() < 0.06:
            parts = [amount // 3, amount // 3, amount - 2 * (amount // 3)]
        for rank, part in enumerate(parts):
            ident = len(self.items) + 1
            later = timedelta(days=30 * rank)
            invoice = Invoice(
                ident, number, order, rf_of(number), customer, part, part, day,
                due + later, rank, document,
            )  # fmt: skip
            if not credit and len(parts) == 1 and customer.late < 0:
                invoice.discount = part * 2 // 100
            wait = customer.late + rng.randrange(-2, 6)
            invoice.pay_on = invoice.due + timedelta(days=wait)
            self.items[ident] = invoice
            customer.open.append(invoice)

    def _receipts(self, day):
        rng = self.rng
        for customer in self.customers:
            ready = [i for i in customer.open if i.residual > 0 and i.pay_on <= day]
            ready = [i for i in ready if i.residual]
            if not ready:
                continue
            if customer.batch and day.day % 15 >= 3 and len(ready) < 7:
                continue
            while ready:
                some = ready[: 8 if customer.batch else 1]
                ready = ready[len(some) :]
                payment = self._pay(customer, some, day)
                yield payment
                if len(payment.truth) == 1 and rng.random() < self.mix["twice"]:
                    yield self._again(payment, day)
            customer.open = [i for i in customer.open if i.residual]
        if rng.random() < self.mix["unrelated"] * self.volume:
            yield self._stranger(day)

    # Payments ---------------------------------------------------------------------

    def _pay(self, customer, invoices, day):
        rng = self.rng
        shares = self.mix["one" if len(invoices) == 1 else "many"]
        kind = rng.choices(list(shares), list(shares.values()))[0]
        first = invoices[0]
        if kind == "instalment" and first.part == 0:
            kind = "cited"
        truth = {i.id: i.residual for i in invoices}
        written_off = 0
        credits = [i for i in customer.open if i.residual < 0]
        owed = sum(truth.values())
        if (
            credits
            and owed + credits[0].residual > 0
            and kind in ("cited", "mute", "cut")
        ):
            if rng.random() < 0.5:
                truth[credits[0].id] = credits[0].residual
                kind = f"credit_{'mute' if kind == 'mute' else 'cited'}"
        amount = sum(truth.values())
        if kind in ("cents", "discount", "fee") and customer.currency == "EUR":
            written_off = self._written_off(kind, first, amount)
            kind = kind if written_off else "cited"
        elif kind in ("partial", "retention", "deduction"):
            amount = self._part(kind, first, amount)
            truth = {first.id: amount}
        received = amount - written_off
        numbers = list(dict.fromkeys(i.number for i in invoices))
        evidence = self._evidence(customer, kind, numbers, invoices, received, day)
        if customer.payer and not kind.startswith("credit"):
            kind = "parent_or_factor"
        currency = customer.currency
        if currency != "EUR":
            evidence.update(original_amount=received, original_currency=currency)
            received, currency = int(received * 0.92), "EUR"
            kind = "foreign"
        for ident, paid in truth.items():
            self.items[ident].residual -= paid
            self.items[ident].touched = True
            self.items[ident].pay_on = day + timedelta(days=rng.randrange(20, 60))
        return self._payment(
            kind, day, received, currency, evidence, truth, written_off, customer
        )

    def _written_off(self, kind, invoice, amount):
        if kind == "cents":
            return self.rng.choice((-1, 1)) * self.rng.randrange(1, 60)
        if kind == "fee":
            return min(self.rng.choice((500, 1200, 1500, 1800, 2500)), amount // 4)
        return invoice.discount if not invoice.touched else 0

    def _part(self, kind, invoice, amount):
        if kind == "retention":
            return amount - amount * 5 // 100
        if kind == "deduction":
            return amount - self.rng.randrange(amount // 50 + 1, amount // 6 + 2)
        return self.rng.choice(
            (amount // 2, amount // 3, max(amount // 100000 * 100000, amount // 4))
        )

    def _evidence(self, customer, kind, numbers, invoices, received, day):
        rng, dirt = self.rng, self.mix["dirt"]
        structured = invoices[0].rf if kind == "rf" and len(numbers) == 1 else ""
        text = "" if structured else self._text(customer, kind, numbers, invoices)
        if kind == "cut":
            text = text[: max(len(text) * 6 // 10, 8)]
        elif rng.random() < dirt:
            text += noise(rng, day, received)
        form = customer.form
        name, iban = bank_name(rng, customer, dirt), customer.iban
        if customer.payer:
            name, iban = customer.payer
            form = "cfonb" if form == "cfonb31" else form
        return through_bank(rng, form, name, iban, text, structured, dirt)

    def _text(self, customer, kind, numbers, invoices):
        """What the payer writes, by habit or for once otherwise."""
        rng = self.rng
        if kind == "order":
            return f"{rng.choice(('CDE ', 'COMMANDE ', ''))}{invoices[0].order}"
        if kind == "typo":
            return cite(rng, numbers, "typo")
        style = customer.style
        if rng.random() < self.mix["habit_noise"]:
            style = rng.choice(STYLES)
        if kind in ("mute", "credit_mute"):
            style = "mute"
        elif style == "mute" and rng.random() > 0.7:
            style = "exact"
        return cite(rng, numbers, style)

    def _again(self, payment, day):
        return self._payment(
            "twice", day, payment.amount, payment.currency, payment.evidence, {}, 0,
            payment.customer,
        )  # fmt: skip

    def _stranger(self, day):
        rng = self.rng
        amount = rng.randrange(1000, 900000)
        some = rng.choice(self.customers)
        if rng.random() < 0.4 and some.open:
            amount = abs(rng.choice(some.open).residual) or amount
        if rng.random() < 0.3:
            name = f"{rng.choice(TRADE)} {rng.choice(FAMILY)} {rng.choice(TOWNS)}"
        else:
            name = f"{rng.choice(STRANGERS)} {rng.choice(TOWNS)}"
        text = rng.choice(("REMBOURSEMENT", "PREST", "LOYER", "AVOIR", "INDEMNITE"))
        text += f" {rng.randrange(100, 10**6)}" if rng.random() < 0.6 else ""
        form = rng.choice(("camt", "cfonb", "mt940"))
        evidence = through_bank(rng, form, name, iban_of(rng), text, "", 0.3)
        return self._payment("unrelated", day, amount, "EUR", evidence, {}, 0, None)

    def _payment(
        self, kind, day, amount, currency, evidence, truth, written_off, customer
    ):
        self.payments += 1
        return Payment(
            self.payments, kind, day, amount, currency, evidence, truth, written_off,
            customer,
        )  # fmt: skip
