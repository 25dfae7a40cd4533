"""The campaigns and battles of the demo."""

import yaml

from tasks.models import Battle, Campaign
from tracker.demo.people import HERE


def load_campaigns() -> None:
    """Create the campaigns with their battles."""
    for entry in yaml.safe_load((HERE / "campaigns.yaml").read_text("utf-8")):
        campaign = Campaign.objects.create(
            code=entry["code"], name=entry["name"], goal=entry["goal"], core=entry["core"]
        )
        for battle in entry["battles"]:
            Battle.objects.create(campaign=campaign, **battle)
