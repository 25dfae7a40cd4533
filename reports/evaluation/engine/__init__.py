"""The judgement itself: pure functions over facts and a policy."""

from reports.evaluation.engine.judge import judge

__all__ = ["judge"]
