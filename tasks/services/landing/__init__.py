"""Turn a ledger as read into rows: what each amounts to, how it differs, how it is written."""
