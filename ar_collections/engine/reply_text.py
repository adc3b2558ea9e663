"""What a customer himself wrote in a mail: his own words, sentence by sentence.

Quoted history, signatures and legal notices are written by others, or by nobody: a
promise found there is none.
"""

import re
import unicodedata

from lxml import etree, html

#: Elements that mail programs put around what they quote.
QUOTING = (
    ".//blockquote | .//*[contains(@class, 'gmail_quote')]"
    " | .//*[contains(@class, 'moz-cite-prefix')] | .//*[@id='appendonsend']"
    " | .//*[@id='divRplyFwdMsg'] | .//style | .//script | .//head"
)
#: Elements after which a new line begins.
BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "pre", "table", "ul", "ol"}
#: First line of a quoted mail; what follows was written by somebody else.
QUOTE_STARTS = re.compile(
    r"^\s*(?:"
    r"(?:le|el|am|on)\b.{4,120}(?:a ecrit|wrote|schrieb|escribio)\s*:?"
    r"|-{2,}\s*(?:message d'origine|original message|message transfere"
    r"|forwarded message|mail original).*"
    r"|(?:begin forwarded message|debut du message (?:transfere|reexpedie)).*"
    r"|_{10,}|(?:de|from)\s*:\s*\S.*"
    r")\s*$"
)
#: Second line of the block of headers that Outlook puts above what it quotes.
HEADERS = re.compile(r"^\s*\**(?:envoye|sent|date|a|to|objet|subject|cc)\s*\**\s*:")
CLOSINGS = re.compile(
    r"^\s*(?:(?:bien |tres )?cordialement|cdl?t|slts?|(?:sinceres )?salutations"
    r"|(?:bien )?a vous|bien a (?:vous|toi)|respectueusement|veuillez agreer.*"
    r"|je vous prie d'agreer.*|(?:best|kind|warm)(?: regards| wishes)?|regards|rgds"
    r"|yours (?:sincerely|faithfully|truly)|sincerely|many thanks and regards)"
    r"(?:\s*[,.!]?|\s*,\s+\S+(?: \S+)?)\s*$"
)
DEVICES = re.compile(r"^\s*(?:envoye (?:de|depuis)|sent from|get outlook)\b")
#: Beginnings of what a company's mail server adds.
NOTICES = re.compile(
    r"^\s*\W*(?:(?:ce|le present) (?:message|mail|courriel|e-mail).{0,60}confidenti"
    r"|(?:ce|le present) (?:message|courriel|e-?mail).{0,60}(?:destine|etabli)"
    r"|this (?:e-?mail|message|communication).{0,60}(?:confidential|intended|private)"
    r"|(?:the )?information (?:contained )?in this (?:e-?mail|message)"
    r"|(?:avis de )?confidentialite\b|confidentiality notice|disclaimer\b"
    r"|(?:merci de )?pens(?:ez|er) a l'environnement|please consider the environment"
    r"|avant d'imprimer|before printing)"
)
#: Warnings that a mail server puts above what comes from outside: one line.
BANNERS = re.compile(
    r"^\s*\W*(?:\[?(?:external|externe|caution|attention)\]?\W.*"
    r"(?:outside|exterieur|originat|sender|expediteur|link).*|\[(?:external|externe)\])"
)
POSTSCRIPT = re.compile(r"^\s*p\.? ?s\.?\s*[:.]")
#: Words before a full stop that ends no sentence.
SHORT = re.compile(
    r"(?:\b(?:m|mr|mrs|ms|mme|mlle|dr|st|no|inv|invs|fact|ref|cde|bl|tel|env|approx"
    r"|jan|feb|fev|mar|apr|avr|jun|juil|jul|aug|sep|sept|oct|nov|dec|ltd|co|inc"
    r"|e\.g|i\.e|etc|ht|ttc|[a-z])|n°)\.$"
)
SPLIT = re.compile(r"(?<=[.!?;])\s+")


def fold(text):
    """Lower case, without accents, with plain apostrophes and single spaces.

    >>> fold("Réglée l’été  DERNIER")
    "reglee l'ete dernier"
    """
    text = text.replace("’", "'").replace("‘", "'").replace("œ", "oe")
    told = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in told if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare).strip().lower()


def plain(markup):
    """The text of a mail in HTML, without what it quotes; plain text stays.

    :param str markup: body as the mail gateway gives it
    """
    if not re.search(r"<\w[^>]*>", markup or ""):
        return markup or ""
    root = html.fragment_fromstring(markup, create_parent="div")
    for node in root.xpath(QUOTING):
        if node.getparent() is not None:
            node.drop_tree()
    pieces = []
    _walk(root, pieces)
    return re.sub(r"\n{3,}", "\n\n", "".join(pieces)).strip()


def _walk(node, pieces):
    if not isinstance(node.tag, str) or node.tag is etree.Comment:
        return
    block, kept = node.tag in BLOCKS, _in_pre(node)
    if block:
        pieces.append("\n")
    pieces.append((node.text or "") if kept else _flow(node.text))
    for child in node:
        _walk(child, pieces)
        pieces.append((child.tail or "") if kept else _flow(child.tail))
    if block and node.tag != "br":
        pieces.append("\n")


def _in_pre(node):
    return node.tag == "pre" or any(a.tag == "pre" for a in node.iterancestors())


def _flow(text):
    return re.sub(r"\s+", " ", text or "")


def own_words(text):
    """The lines that the sender wrote himself.

    :param str text: plain text of the mail

    >>> own_words("Payé hier.\\n\\nCordialement,\\nA. Roux\\n> Merci de payer")
    'Payé hier.'
    """
    lines = (text or "").replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    kept, closed = [], False
    for rank, line in enumerate(lines):
        bare = fold(line)
        if line.lstrip().startswith(">") or BANNERS.match(bare):
            continue
        if _starts_quote(bare, lines, rank):
            if _all_marked(lines[rank + 1 :]):
                continue  # the answer may stand below what is quoted
            break
        if NOTICES.match(bare):
            break
        if POSTSCRIPT.match(bare):
            closed = False
        elif line.strip() in ("--", "-- ") or CLOSINGS.match(bare):
            closed = True
        if not closed and not DEVICES.match(bare):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _starts_quote(bare, lines, rank):
    after = fold(lines[rank + 1]) if rank + 1 < len(lines) else ""
    if re.match(r"(?:de|from)\s*:", bare):
        return bool(HEADERS.match(after))
    if QUOTE_STARTS.match(bare):
        return True
    # Long lines of that kind are wrapped.
    wrapped = re.match(r"(?:le|on)\b.*\d", bare) and len(bare) < 120
    return bool(wrapped and re.search(r"(?:a ecrit|wrote) ?:$", after))


def _all_marked(lines):
    """Whether what follows is quoted line by line."""
    for line in lines:
        if line.lstrip().startswith(">"):
            return True
        if line.strip() and not fold(line).endswith((":", "ecrit", "wrote")):
            return False
    return False


def sentences(text):
    """Sentences of a text, each on one line.

    Lines that a mail program wrapped are put together again.

    >>> sentences("Bonjour,\\nle virement de M. Roux\\npart demain. Merci")
    ['Bonjour, le virement de M. Roux part demain.', 'Merci']
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        for line in _unwrapped(paragraph.split("\n")):
            found += _split(line)
    return [sentence for sentence in found if sentence]


def _unwrapped(lines):
    joined = []
    for line in lines:
        line = line.strip()
        if not line:
            continue
        open_end = joined and not re.search(r"[.!?;:]$", joined[-1])
        goes_on = line[0].islower() or line[0] in "(€$" or line[0].isdigit()
        if open_end and (goes_on or len(joined[-1]) > 60):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _split(line):
    parts = []
    for piece in SPLIT.split(line):
        if parts and SHORT.search(fold(parts[-1])):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return [part.strip() for part in parts]
