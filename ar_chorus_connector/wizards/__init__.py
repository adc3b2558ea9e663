from . import ar_platform_import
