"""How a test client meets the TLS of a server that it has made itself."""

import ssl


def believing_everybody():
    """A context that looks at no certificate. ssl.create_default_context() would read all roots of the system each time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
