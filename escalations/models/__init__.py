from escalations.models.escalation import EscalationPolicyVersion
from escalations.models.note import Note
from escalations.models.preapproval import PreApproval
from escalations.models.ticket import Ticket, Vote

__all__ = ["EscalationPolicyVersion", "Note", "PreApproval", "Ticket", "Vote"]
