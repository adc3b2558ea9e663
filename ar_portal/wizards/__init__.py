from . import ar_payment_proof_refuse
from . import base_partner_merge
