"""The words by which customers tell why they contest, by reason of the catalogue.

In this order: the first that is found in a sentence is its reason. All patterns
read folded text.
"""

from .reply_words import any_of

GOODS = (
    r"(?:marchandises?|materiels?|commandes?|produits?|colis|articles?|livraisons?"
    r"|palettes?|goods|items?|orders?|parcels?|equipment|shipments?|deliver(?:y|ies)"
    r"|materials?)"
)
GOT = r"(?:recue?s?|livree?s?|arrivee?s?|parvenue?s?|received|delivered|arrived?)"
NEVER = r"(?:jamais|pas|rien|non|never|not|n't)"
ORDER_NO = (
    r"(?:(?:numero|n°|ref\w*|mention)s? (?:de |du )?(?:bon de )?commande"
    r"|bon de commande)"
)
BANK = (
    r"(?:rib|iban|coordonnees bancaires|bank (?:details|accounts?)|sort code"
    r"|account (?:number|details))"
)

REASONS = {
    "duplicate": any_of(
        r"\bdoublon\b", r"\b(?:facturee?s?|comptee?s?|recue?s?) (?:deux|2) fois\b",
        r"\bdouble(?:ment)? factur", r"\bduplicate\b(?! cop)",
        r"\b(?:billed|invoiced|charged)\b.{0,20}\btwice\b",
        r"\balready (?:been )?(?:invoiced|billed) (?:us )?for\b",
    ),
    "missing_order": any_of(
        rf"{ORDER_NO}.{{0,50}}\b(?:manqu|absent|n'y figure|ne figure|obligatoire"
        r"|errone|inconnu|pas (?:mentionne|indique|renseigne))",
        rf"\b(?:manqu\w*|absence|sans|pas de|aucun)\b.{{0,25}}{ORDER_NO}",
        r"\bnumero d'engagement\b.{0,40}\b(?:manqu|absent|errone|obligatoire)",
        r"\b(?:no|without|missing|needs?|requires?|lacks?|invalid|wrong|quote)\b"
        r".{0,20}\b(?:po|purchase order)\b",
        r"\b(?:po|purchase order)\b.{0,25}\b(?:missing|required|invalid|incorrect"
        r"|not (?:shown|quoted|on|valid))",
    ),
    "tax": any_of(
        r"\btva\b.{0,50}\b(?:erronee?|fausse|incorrecte?|exoner\w*|autoliquid\w*"
        r"|pas (?:due|applicable)|a tort)\b",
        r"\b(?:erreur|mauvais taux|taux errone)\b.{0,20}\btva\b",
        r"\bautoliquidation\b",
        r"\b(?:vat|tax)\b.{0,60}\b(?:wrong|incorrect|should(?:n't| not)|exempt"
        r"|not (?:be )?(?:applicable|due|charged))",
        r"\breverse charge\b", r"\b(?:wrong|incorrect) (?:vat|tax)\b",
    ),
    "bank_details": any_of(
        rf"\b{BANK}\b.{{0,60}}\b(?:ne correspond|differen|errone|incorrect|change"
        r"|invalid|confirm|verifi|wrong|do(?:es)?(?:n't| not) match|rejet)",
        rf"\b(?:changement|modification|verif\w+|confirm\w*)\b.{{0,30}}\b{BANK}\b",
    ),
    "routing": any_of(
        r"\b(?:depos|transmet|transmis|envoy|adress|emett|pass)\w*\b.{0,40}"
        r"\b(?:chorus|portail|plateforme agreee|autre (?:entite|societe))",
        r"\bpas (?:la bonne|notre|a notre) (?:entite|societe|etablissement|filiale)",
        r"\bmauvaise? (?:entite|societe|siret|adresse de facturation)",
        r"\bsiret\b.{0,30}\b(?:errone|incorrect|pas le bon)",
        r"\b(?:through|via|on|in|to) (?:our|the)\b.{0,25}\b(?:portal|ariba|coupa"
        r"|platform|tungsten|basware)\b",
        r"\b(?:wrong|incorrect) (?:legal )?(?:entity|company|subsidiary|billing)\b",
        r"\b(?:billed|addressed|invoiced) to the wrong\b",
    ),
    "quantity": any_of(
        r"\bquantites?\b.{0,40}\b(?:fausses?|erronees?|incorrectes?|ne corresp\w*)",
        r"\bil (?:nous )?manqu(?:e|ait|aient)\b(?!.{0,15}(?:factur|temps|numero|bon))",
        r"\b(?:livraison|commande) (?:partielle|incomplete)",
        r"\b\d+ (?:commandee?s?|factureee?s?)\b.{0,25}\b\d+ (?:livree?s?|recue?s?)",
        r"\bquantit(?:y|ies)\b.{0,40}\b(?:wrong|incorrect|do(?:es)?(?:n't| not) match)",
        r"\b(?:wrong|incorrect) quantit", r"\bshort[- ](?:deliver|ship|suppl)",
        r"\bonly (?:received |got )?\d+\b.{0,30}\b(?:delivered|received|arrived|of)\b",
        r"\bonly (?:received|got|delivered) \d+",
        r"\b\d+ (?:items?|boxes|units|pieces|cartons|pallets)\b.{0,20}\bmissing\b",
    ),
    "quality": any_of(
        r"\b(?:endommage|defectueu|abime|malfacon|inutilisable|deteriore)\w*",
        r"\bcassee?s?\b", r"\b(?:non|pas) conformes?\b(?! (?:au|a la) (?:prix|tarif))",
        r"\bne fonctionnen?t? pas\b", r"\bmauvaise qualite\b",
        r"\breserves? (?:non|pas) levees?\b",
        r"\b(?:damaged|defective|faulty|unusable)\b", r"\bpoor quality\b",
        r"\b(?:arrived|was|were|is|are) broken\b", r"\bdo(?:es)?(?:n't| not) work\b",
        r"\bwrong (?:product|item|colour|color|model)s?\b",
    ),
    "delivery": any_of(
        rf"\b{NEVER}\b.{{0,25}}\b{GOT}\b.{{0,30}}\b{GOODS}\b",
        rf"n't\b.{{0,15}}\b{GOT}\b.{{0,30}}\b{GOODS}\b",
        rf"\b{GOODS}\b.{{0,40}}(?:\b{NEVER}\b|n't\b).{{0,15}}\b{GOT}\b",
        r"\bcolis\b.{0,20}\b(?:perdu|egare)",
        r"\bno record of (?:the|this|any) deliver",
        r"\b(?:prestation|travaux|intervention)s?\b.{0,40}\b(?:pas|jamais|non)\b.{0,15}"
        r"\b(?:realise|effectue|termine)",
        r"\b(?:work|service|job)s?\b.{0,40}(?:\bnot|\bnever|n't)\b.{0,15}"
        r"\b(?:done|carried out|completed|finished|performed)\b",
    ),
    "documents": any_of(
        r"\b(?:jamais|pas)\b.{0,20}\b(?:recue?s?|retrouvee?s?|trouvee?s?)\b.{0,25}"
        r"\bfactures?\b",
        r"\bfactures?\b.{0,40}\b(?:jamais|pas)\b.{0,15}\b(?:recue?s?|parvenue?s?)\b",
        r"\bduplicatas?\b", r"\b(?:copie|pdf|exemplaire) de (?:la|cette|votre|vos|ces)",
        r"\b(?:bon de livraison|bl|pv de reception|attestation)\b.{0,40}\b(?:manqu"
        r"|absent|signe|joindre|fournir|illisible)",
        r"\b(?:joindre|fournir|envoyer|transmettre)\b.{0,30}\b(?:bon de livraison"
        r"|justificatifs?|pv de reception|attestation)",
        r"\b(?:copy|copies|pdf) of (?:the|this|these|your|those) (?:invoice|state)",
        r"(?:\bnot|\bnever|n't)\b.{0,25}\b(?:receive|received|have|got|see|find)\b"
        r".{0,15}\b(?:this|that|the|your|any) ?(?:invoice|bill)s?\b",
        r"\b(?:need|send|missing|provide|without)\b.{0,30}\b(?:proof of delivery"
        r"|delivery note|pod|timesheets?|supporting documents?)\b",
        r"\bsend (?:us|me) a copy\b",
    ),
    "price": any_of(
        r"\b(?:prix|tarifs?)\b.{0,45}\b(?:ne correspond|errone|faux|incorrect"
        r"|differen|trop eleve|pas celui|pas conforme|n'est pas)",
        r"\b(?:erreur|ecart|desaccord|litige)\b.{0,20}\b(?:prix|tarif)",
        r"\bremise\b.{0,40}\b(?:pas|oublie|manqu|non)", r"\bsurfactur",
        r"\bau lieu d[eu'] ?[\d.,]+ ?€",
        r"\bprices?\b.{0,40}\b(?:wrong|incorrect|differen|higher|do(?:es)?(?:n't| not)"
        r" match|not (?:what|as|the one))",
        r"\b(?:wrong|incorrect) (?:unit )?prices?\b", r"\bover-?charged\b",
        r"\bdiscount\b.{0,30}(?:\bnot|n't)\b",
        r"\b(?:quote|quotation) (?:says|was for)",
    ),
    "other": any_of(
        r"\bcontest(?:ons|e)\b", r"\ben litige\b",
        r"\brefus(?:ons|e) (?:de (?:payer|regler)|cette)",
        r"\b(?:attend\w*|attente|reclam\w*|demand\w*)\b.{0,30}\b(?:l'|un |votre |cet )"
        r"avoir\b",
        r"\bcommande (?:a ete )?annulee\b", r"\bin dispute\b",
        r"\b(?:we|i) (?:dispute|contest|refuse to pay|do not accept|don't accept"
        r"|cannot accept|reject)\b",
        r"\b(?:await\w*|wait\w* for|expect\w*|request\w*|issue)\b.{0,15}\bcredit note",
        r"\border (?:was|has been) cancelled\b", r"\bnot our (?:invoice|order)\b",
    ),
}  # fmt: skip
