"""What stands between a finding and a proposal, as pure functions."""
