from . import ar_payment_proof_refuse
