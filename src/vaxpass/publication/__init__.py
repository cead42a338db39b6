"""Publication: what verifiers everywhere need, as static files behind any web server.

In: the ministry's signing certificates. Out: the trust list in vaxproof's format and each certificate as PEM. Here
works: nobody; a job and the console publish.
"""
