"""A browser's long description of itself, shortened to what a person recognises."""

# The first that is found counts: most browsers also claim to be Chrome, and Chrome to be Safari.
_BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("wxwork/", "企业微信"),
    ("DingTalk/", "钉钉"),
    ("QQBrowser/", "QQ浏览器"),
    ("360SE", "360浏览器"),
    ("360EE", "360浏览器"),
    ("Qaxbrowser", "奇安信浏览器"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 64


def short_agent(agent: str) -> str:
    """Return browser and system (`Chrome · Windows`), or the beginning of an unknown text."""
    found = [
        next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    named = " · ".join(name for name in found if name)
    return named or "".join(sign for sign in agent if sign.isprintable())[:LONGEST]
