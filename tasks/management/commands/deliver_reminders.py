"""`deliver_reminders`: send what `plan_reminders` wrote into the outbox."""

from typing import Any

from accounts.management.base import Answer, JsonCommand
from tasks.reminders.delivery import deliver_reminders


class Command(JsonCommand):
    """Send every planned reminder at once; the worker runs the same service by day."""

    help = "Send planned reminders to inboxes and by mail; any number may run at once."

    def answer(self, **options: Any) -> Answer:
        """Send, and count what became of the rows."""
        done = deliver_reminders()
        lines = [
            f"站内消息 {done.in_app} 条；邮件 {done.mails} 封（含 {done.mailed} 条提醒）；"
            f"无需发送 {done.suppressed} 条；时限已变更 {done.superseded} 条；"
            f"失败 {done.failed} 条。"
        ]
        return Answer(
            payload={
                "on": done.on.isoformat() if done.on else None,
                "planned": 0,
                "superseded": done.superseded,
                "rows": [],
                "in_app": done.in_app,
                "mailed": done.mailed,
                "mails": done.mails,
                "suppressed": done.suppressed,
                "failed": done.failed,
                "trouble": done.trouble,
            },
            lines=[*lines, done.trouble] if done.trouble else lines,
        )
