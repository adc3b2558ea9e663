from . import test_copies
from . import test_decisions
from . import test_events
from . import test_items
from . import test_merge
from . import test_notices
from . import test_sending
from . import test_mail_back
