"""From recorded facts to findings: gather, judge, freeze."""
