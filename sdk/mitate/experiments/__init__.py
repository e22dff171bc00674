"""Experiments: who is held out, and who sees which arm."""

from mitate.experiments.assignment import BUCKETS, arm_ranges, bucket, choose_arm, in_holdout

__all__ = ["BUCKETS", "arm_ranges", "bucket", "choose_arm", "in_holdout"]
