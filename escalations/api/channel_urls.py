"""Routes of the calls about channels and messages, mounted below ``/api/v1/``."""

from django.urls import path

from escalations.api.channels import (
    ChannelEndView,
    ChannelProveView,
    ChannelTestView,
    FleetChannelsView,
    HoursView,
    NoticesView,
    OwnChannelsView,
)

app_name = "channels"

_MOVES = {"test": ChannelTestView, "prove": ChannelProveView, "end": ChannelEndView}

urlpatterns = [
    path("channels", OwnChannelsView.as_view(), name="own"),
    path("channels/hours", HoursView.as_view(), name="hours"),
    path("fleet/channels", FleetChannelsView.as_view(), name="fleet"),
    path("tickets/<uuid:ticket_id>/notices", NoticesView.as_view(), name="notices"),
    *(
        path(
            f"{start}channels/<uuid:channel_id>/{name}",
            view.as_view(of_fleet=bool(start)),
            name=f"{whose}-{name}",
        )
        for whose, start in (("own", ""), ("fleet", "fleet/"))
        for name, view in _MOVES.items()
    ),
]
