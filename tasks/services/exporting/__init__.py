"""Hand out ledgers: which tasks, as which workbook, to whom, and for how long."""
