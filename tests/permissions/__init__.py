"""Who may ask what of which address: one table, and the test that runs every row of it."""
