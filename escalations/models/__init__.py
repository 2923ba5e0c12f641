from escalations.models.escalation import EscalationPolicyVersion
from escalations.models.note import Note
from escalations.models.notice import Notice, NoticeChannel, NoticeHours
from escalations.models.preapproval import PreApproval
from escalations.models.report import Report, ReportWish
from escalations.models.ticket import Ticket, Vote

__all__ = [
    "EscalationPolicyVersion",
    "Note",
    "Notice",
    "NoticeChannel",
    "NoticeHours",
    "PreApproval",
    "Report",
    "ReportWish",
    "Ticket",
    "Vote",
]
