"""The judgement itself: pure functions over facts and a policy."""
