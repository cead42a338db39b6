"""Reports: a citizen says what is wrong with a record, and the office in charge works it off (dispatch 9458/BYT-CNTT).

In: what is wrong, what is right, photos of the paper. Out: a mended record that walks the way, a question back, or a
named refusal, within 48 working hours. Here work: clerks, commune officers; provinces see, hear objections, are told.
"""
