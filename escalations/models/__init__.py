from escalations.models.ticket import Ticket, Vote

__all__ = ["Ticket", "Vote"]
