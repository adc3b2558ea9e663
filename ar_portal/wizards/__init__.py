from . import ar_company_link
from . import ar_payment_proof_refuse
from . import base_partner_merge
from . import ar_dispute_advice_refuse
from . import ar_dispute_ask
from . import ar_dispute_close
