"""Ministry signing: two officers, one run.

In: people whose series of attested doses is complete. Out: signed bytes of passports, each built here from the record.
Here work: the operator who prepares a run, the approver who looks at it, the key that signs after the approval.
"""
