"""What schemathesis leaves out: a URL so long that it is no HTTP to the server, which then answers 400 and hangs up."""

from urllib.parse import quote

import schemathesis

LONGEST = 4_000


@schemathesis.hook
def filter_query(context, query):
    return sum(len(quote(str(value))) for value in (query or {}).values()) < LONGEST


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    return sum(len(quote(str(value))) for value in (path_parameters or {}).values()) < LONGEST
