"""The words by which customers promise, announce, contest and excuse themselves.

All patterns read folded text (see ``reply_text.fold``): lower case, no accents.
"""

import re


def any_of(*patterns):
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


#: What is paid with.
MONEY = (
    r"(?:reglements?|paiements?|payements?|virements?|cheques?|traites?|payments?"
    r"|transfers?|checks?|bacs|remittances?|money|funds)"
)
#: What is paid.
OWED = r"(?:factures?|fact|soldes?|montants?|sommes?|echeances?|arriere|invoices?|inv"
OWED += r"|balances?|amounts?|elles?|celles?-ci|tout|it|this|they|these|both|all|that)"
PAID = r"(?:payee?s?|reglee?s?|soldee?s?|viree?s?|acquittee?s?|honoree?s?)"
MADE = (
    r"(?:effectuee?s?|faite?s?|emise?s?|partie?s?|passee?s?|executee?s?|envoyee?s?"
    r"|postee?s?|debitee?s?|realisee?s?|expediee?s?|transmise?s?|adressee?s?)"
)

PROMISE = any_of(
    # Nous vous réglerons, on paye, je vais régler.
    r"\b(?:nous|on|je|j')\b.{0,30}\b(?:regl(?:erons|ons|erai|era|e)"
    r"|pa(?:ierons|yerons|yons|ierai|yerai|iera|yera|ye|ie)|vir(?:erons|ons|erai)"
    r"|sold(?:erons|ons|erai))\b",
    r"\b(?:allons|vais|va|vont)\b.{0,25}\b(?:regler|payer|virer|solder)\b",
    r"\b(?:nous|on|je|vais|allons|va)\b.{0,30}\b(?:effectu|proced|f(?:er|ais|ait|air)"
    rf"|enverr|envoy|emett|lanc|pass|transmett)\w*\b.{{0,40}}\b{MONEY}\b",
    # Le virement partira, la facture sera payée.
    rf"\b{MONEY}\b.{{0,60}}\b(?:sera|seront|partira|partiront|part|partent"
    r"|interviendra|aura lieu|va etre|va partir|vont (?:etre|partir)|arrivera"
    r"|(?:vous )?parviendra|prevue?s?|programmee?s?|planifiee?s?)\b",
    rf"\b(?:sera|seront|va etre|vont etre|devrai(?:t|ent) etre)\b.{{0,30}}\b{PAID}",
    r"\b(?:sera|seront|va etre|vont etre) mise?s? en paiement\b",
    r"\b(?:mise?s?|mise) en paiement (?:prevue?s? )?(?:le|pour|au)\b",
    r"\b(?:passer\w*|partir\w*|sera|seront|inclus\w*|prevu\w*|integr\w*)\b.{0,40}"
    r"\b(?:train|campagne|lot|vague|echeancier)s? de (?:reglement|paiement|virement)",
    r"\bvous (?:recevrez|aurez|devriez recevoir)\b.{0,40}"
    rf"\b{MONEY}\b",
    r"\bvous serez (?:regle|paye|credite)",
    r"\bconfirm(?:e|ons)\b.{0,12}\b(?:le|notre|un) (?:reglement|paiement|virement)\b",
    # We will pay, I'm transferring, it will go out.
    r"\b(?:we|i|they|accounts|finance)(?:'ll|'re|'m| will| shall| are| am)\b.{0,25}"
    r"\b(?:pay|paying|settl(?:e|ing)|transferr?(?:ing)?|wir(?:e|ing)|clear(?:ing)?"
    r"|remit(?:ting)?)\b",
    r"\b(?:we|i|they)(?: (?:plan|intend|expect)| have agreed) to\b.{0,15}"
    r"\b(?:pay|settle|transfer|wire|clear)\b",
    r"\b(?:we|i|they|accounts|finance)(?:'ll|'re|'m| will| shall| are| am)\b.{0,30}"
    r"\b(?:mak(?:e|ing)|send(?:ing)?|process(?:ing)?|releas(?:e|ing)|issu(?:e|ing)"
    r"|arrang(?:e|ing)|put(?:ting)? through|rais(?:e|ing)|execut(?:e|ing))\b"
    rf".{{0,25}}\b{MONEY}\b",
    rf"\b(?:{MONEY}|{OWED})\b.{{0,50}}\b(?:will|shall|should|is going to|are going to"
    r"|is due to|are due to|is set to)\b.{0,25}\b(?:be (?:paid|made|sent|settled"
    r"|released|processed|transferred|cleared|issued|executed|with you"
    r"|in your account)|go (?:out|through)|leave|reach you|arrive|land)\b",
    r"\b(?:scheduled|planned|set up|lined up|booked|approved|queued|included)\b"
    r".{0,15}\b(?:for payment|to be paid|(?:in|for|on) (?:our|the|my)"
    r"(?: next)? payment run|to go out|to be released)\b",
    rf"\b{MONEY} (?:is |are |has been )?(?:scheduled|planned|set up|booked|expected)\b",
    r"\byou (?:will|should|'ll|can expect to)\b.{0,12}\b(?:receive|have|get|see)\b"
    rf".{{0,25}}\b{MONEY}\b",
    r"^\W*will (?:pay|settle|transfer|wire|send (?:the )?payment)\b",
    r"\bplease expect (?:the |our )?payment\b",
)
#: "Virement vendredi.": without a verb, in few words.
ELLIPTIC = re.compile(
    rf"^\W*(?:le |the )?{MONEY} (?:prevue?s?|programmee?s?|planifiee?s?|le|au|par|sous"
    r"|pour|en|fin|courant|mi|debut|avant|d'ici|demain|ce|cette|semaine|lundi|mardi"
    r"|mercredi|jeudi|vendredi|on|by|end|next|tomorrow|this|within|in|for|to follow"
    r"|scheduled|planned|monday|tuesday|wednesday|thursday|friday)\b"
)

PAID_ALREADY = any_of(
    # Nous avons déjà payé, elle a été réglée, virement effectué.
    r"\b(?:avons|ai|a|ont|avions|avait)(?: (?:deja|bien|donc|pourtant|vous|meme"
    r"|egalement))* (?:paye|regle|vire|solde|acquitte)(?:e|s|es)?\b",
    r"\b(?:avons|ai|a|ont)\b.{0,20}\b"
    rf"(?:{MADE}|procede)\b.{{0,40}}\b(?:paiement|reglement|virement|cheque)",
    rf"\b(?:a|ont)(?: (?:deja|bien|pourtant|donc))* ete(?: (?:deja|bien))* {PAID}",
    rf"\b{MONEY}\b.{{0,30}}\b(?:a|ont|est|sont)? ?(?:deja |bien )?(?:ete )?{MADE}\b",
    rf"\b(?:est|sont|etait|etaient)(?: (?:deja|bien|donc))* {PAID}\b",
    rf"\b{PAID} (?:hier|ce (?:jour|matin)|le|depuis|par (?:virement|cheque|carte))\b",
    r"\bnotre (?:virement|paiement|reglement|cheque)\b.{0,15}\bdu\b",
    r"\b(?:avis|preuve|justificatif|ordre|confirmation|copie) (?:de |du )"
    r"(?:virement|paiement|reglement)\b.{0,25}\b(?:joint|annexe|attache)",
    r"\b(?:joint|joints|trouver(?:ez)?)\b.{0,30}\b(?:avis|preuve|justificatif|ordre"
    r"|confirmation) (?:de |du )(?:virement|paiement|reglement)",
    # We have paid, it was settled, payment went out.
    r"\b(?:we|i|they)(?:'ve| have|'d| had)?(?: (?:already|actually|just|now|both))*"
    r" (?:paid|settled|transferred|wired|remitted|cleared)\b",
    r"\b(?:we|i|they)(?:'ve| have)?(?: (?:already|just))* (?:sent|made|issued"
    rf"|processed|released|posted)\b.{{0,30}}\b{MONEY}\b",
    r"\b(?:was|were|has been|have been|is|are)(?: (?:already|just|actually|fully|now"
    r"|both|all))* (?:paid|settled|cleared)\b",
    rf"\b{MONEY}\b.{{0,20}}\b(?:made|sent|went out|gone out|left|released|processed"
    r"|cleared|posted|issued|completed)\b",
    r"\b(?:cleared|left|debited from) our (?:account|bank)\b",
    r"\bpaid (?:on|by|yesterday|last|in full|via|this)\b",
    r"\b(?:proof of payment|swift copy|remittance(?: advice)?)\b.{0,15}\battached\b",
    r"\battached\b.{0,25}\b(?:proof of payment|remittance|swift)\b",
)
#: A question that tells something: have you had our transfer of the 12th?
CLAIM = any_of(
    r"\b(?:avez-vous|auriez-vous|vous avez) (?:bien )?recu (?:notre|le) "
    r"(?:virement|paiement|reglement|cheque)",
    r"\b(?:did you|have you) (?:get|got|receive|received|had) our "
    r"(?:payment|transfer|cheque|check)",
)

#: Taken out before a negation is looked for: these deny nothing.
HARMLESS = any_of(
    r"au plus tard", r"\b(?:no|not) later than", r"n'hesitez pas", r"at the latest",
    r"pas de (?:soucis?|problemes?)", r"no (?:problem|worries)", r"sans faute",
    r"(?:ne )?manquer\w* pas de", r"without fail", r"sauf erreur[^,.]{0,20}",
    r"unless i'?a?m mistaken", r"if i'?a?m not mistaken", r"si je ne me trompe",
)  # fmt: skip
NEGATION = any_of(
    r"\b(?:ne|pas|jamais|aucune?|impossible|incapables?|impaye\w*|refus\w+)\b", r"\bn'",
    r"\b(?:not|never|cannot|unable|unpaid|nor|neither)\b", r"n't\b", r"\bno longer\b",
    r"\b(?:won|can|don|haven|hasn)t\b", r"\bbloque\w*|rejete\w*|rejected|bounced",
)  # fmt: skip
CONDITION = any_of(
    r"\b(?:si|s'ils?|des que|des (?:la )?reception|une fois|apres reception"
    r"|a (?:la )?reception|sous reserve|a condition|lorsque|quand|sauf si)\b",
    r"\b(?:if|once|when|as soon as|subject to|provided|unless|whenever|depend\w*"
    r"|upon receipt|after (?:we|receipt))\b",
)
#: Wishes, attempts, and what should have been.
WISH = any_of(
    r"\b(?:pourrions|pourrais|pourrait|pourraient|peut-etre|essa(?:y|i)\w+|esper\w+"
    r"|tent\w+|souhait\w+|aimerions|voudrions|devions|devais|aurions|aurais"
    r"|aurait|aurait du|demand\w+ (?:si|de))\b",
    r"\b(?:could|might|maybe|perhaps|hop(?:e|ing|efully)|try|trying|would|wish"
    r"|was due|were due|was supposed|were supposed|was meant|should have)\b",
)
#: Money that comes to the customer, not from him.
INCOMING = any_of(
    r"\bnous (?:paie|paye|regle|paiera|payera|reglera|doit)\b",
    r"\b(?:pay|pays|paid|paying) us\b",
)
FUTURE = any_of(
    r"\b(?:sera|seront|serait|seraient|va|vont|allons|vais|devrai\w*|doit|doivent"
    r"|prevue?s?|programmee?s?|recevrez|partira)\b",
    r"\b(?:will|shall|to be|should|going to|scheduled|being|gets?)\b", r"'ll\b",
)  # fmt: skip
SOFT = re.compile(
    r"\b(?:devrai\w*|normalement|en principe|a priori|should|expect\w*)\b"
)
#: Matters that are settled, but not with money, unless money is spoken of too.
NOT_MONEY = re.compile(
    r"\b(?:litige|probleme|souci|sujet|point|question|dispute|issue|matter|affaire)s?\b"
)
MONEY_WORD = re.compile(rf"\b(?:{MONEY}|factures?|invoices?)\b")

PARTLY = re.compile(
    r"\b(?:acompte|moitie|part(?:ie|iel|ielle)?|partiellement|solde de tout|50 ?%"
    r"|half|part[- ]payment|partial(?:ly)?|instal+ments?|en (?:deux|trois|quatre|\d) "
    r"fois)\b"
)
NO_DISPUTE = any_of(
    r"\b(?:aucune?|pas de|sans|ne|n')\b.{0,12}\b(?:litige|contest\w*|reclamation)",
    r"\b(?:no|not|nothing|don't|isn't)\b.{0,15}\b(?:dispute|contest\w*|complaint)",
)

CONTACT = any_of(
    r"\b(?:ne suis|n'est|ne fais|ne gere|ne m'occupe)\b.{0,12}\b(?:plus|pas)\b.{0,40}"
    r"\b(?:en charge|chargee?|bonne personne|bon (?:interlocuteur|contact)|concernee?"
    r"|compta\w*|fournisseurs?|dans (?:la societe|l'entreprise))",
    r"\bne m'occupe (?:plus|pas)\b",
    r"\bne (?:travaille|fait) plus\b",
    r"\b(?:a|ayant) quitte (?:la societe|l'entreprise|le groupe|ses fonctions|notre)",
    r"\bmauvaise? (?:destinataire|interlocut\w+|contact|adresse (?:e-)?mail|service)",
    r"\bno longer (?:work\w*|with|at|handl\w+|responsible|in charge|deal\w*)\b",
    r"\b(?:has |have )?left (?:the |our )?(?:company|business|firm|organi[sz]ation)",
    r"\bwrong (?:person|contact|department|e-?mail)\b",
    r"\bnot the (?:right|correct|best) (?:person|contact|department)\b",
)
#: Asks to write elsewhere: counts with an address.
REDIRECT = any_of(
    r"\b(?:desormais|dorenavant|a l'avenir)\b.{0,80}@",
    r"\b(?:vous adresser|contacter|vous rapprocher|adresser|diriger)\b.{0,80}@",
    r"\b(?:envoyer|renvoyer|transmettre)\b.{0,20}\brelances?\b.{0,40}@",
    r"\b(?:from now on|in (?:the )?future|going forward)\b.{0,80}@",
    r"\b(?:direct|address|send|forward)\b.{0,40}\b(?:reminders?|quer(?:y|ies)"
    r"|correspondence|statements?)\b.{0,40}@",
    r"\b(?:reach out to|get in touch with|contact)\b.{0,60}@",
)
AWAY = any_of(
    r"\babsen(?:te?|ce)\b.{0,40}\b(?:bureau|jusqu|du \d|retour|conge)",
    r"\b(?:en|de) (?:conges?|vacances)\b", r"\breponse automatique\b",
    r"\b(?:de|mon) retour (?:le|au)\b", r"\bout of (?:the )?office\b",
    r"\b(?:annual|maternity|parental|paternity|sick) leave\b",
    r"\bon (?:leave|holiday|vacation)\b", r"\baway (?:from|until|on)\b",
    r"\bauto(?:matic)?[- ]?reply\b", r"\blimited access to (?:my )?e-?mails?\b",
)  # fmt: skip
RETURN = re.compile(r"\b(?:retour|back|return(?:ing)?|rentre|reviens)\b.{0,25}$")
UNTIL = re.compile(r"\b(?:jusqu'au|jusqu'a|until|till|through|thru|au|to)\b.{0,12}$")
#: Before a date: it is that of a paper, not of a payment.
PAPER = re.compile(
    r"\b(?:factures?|fact|invoices?|inv|e-?mails?|relances?|courriers?|messages?"
    r"|reminders?|letters?|commandes?|orders?|devis|quotes?|echeances?|echues?"
    r"|appels?|calls?|conversation)\b[^,;.]{0,30}?\b(?:du|dated?|of|from)\s+"
    r"(?:the |le |your |votre )?$"
    r"|\b(?:due|echeance|echue?|echues)\b(?: date)?(?: is| on| by| le| au| du)*\s*$"
)
