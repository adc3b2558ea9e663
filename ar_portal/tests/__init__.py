from . import test_link
from . import test_mail_link
from . import test_my
from . import test_documents
from . import test_clamd
from . import test_page
from . import test_proof
from . import test_answers
