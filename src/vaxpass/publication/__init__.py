"""Publication: what verifiers everywhere need, as signed static files behind any web server.

In: trust entries, validity rules, revoked passports, leaves of the log. Out: numbered editions of every document, the
log as tiles with witnessed checkpoints, alarms where something does not fit. Here works: nobody; jobs and the console
publish and watch.
"""
