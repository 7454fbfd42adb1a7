"""The learned reader: what is said, told from thousands of labelled messages.

`features` describes each word, `tagger` says what each stands for, `judges` what the whole message
is, `composing` makes entries of both. The models under `data` are made by `python -m benchmarks
learn`; docs/decisions tells why they are of this kind.
"""
