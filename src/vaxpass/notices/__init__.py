"""Notices: what citizens are told, by SMS and e-mail.

In: a template and the facts that fill it, written in the transaction of what it tells of. Out: one notice, once, by
the channel that reaches the person; what bounced is known. Here works: the system alone.
"""
