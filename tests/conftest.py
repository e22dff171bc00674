"""What all tests share: property tests judge meaning, never the machine's speed."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("mitate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mitate")
