//! What steps and ends are called where people read of them.

/// Name of a step, what it is called, what it is; in the order of a fan's way.
pub(super) const STEP_WORDS: [(&str, &str, &str); 20] = [
    ("join", "Joining", "From pressing “join” to the answer that the place is kept."),
    ("join again", "Joining again", "A second click, a reload, or coming back: it must give the same place."),
    (
        "joined after",
        "Joined, all in all",
        "From the first try to the place, pauses that Onsale asked for included.",
    ),
    ("look", "Asking for the place", "How a fan without a live connection asks whether it is their turn."),
    (
        "line to push",
        "Hearing of the line",
        "From the moment the line is so to the screen of a fan who waits; everybody is told about once a second.",
    ),
    (
        "release to push",
        "Hearing that it is one's turn",
        "From Onsale's decision to let a fan in to the fan's screen.",
    ),
    (
        "admit now to push",
        "Let in by hand",
        "From the organiser's “let some in now” to each of these fans' screens.",
    ),
    ("claim", "Coming in", "From “come in” to the pass that lets one shop."),
    ("guest", "Starting as a guest", "The beginning of a purchase without an account."),
    ("name", "Giving a name", "Name and e-mail address of a guest."),
    ("seats", "Loading the seats", "The state of all seats of the house, for the map."),
    (
        "hold",
        "Getting the seats",
        "From “these seats” or “the best there are” to seats that nobody else can take.",
    ),
    ("give back", "Giving seats back", "To choose others."),
    ("checkout", "Going to the checkout", "The beginning of the payment."),
    ("pay", "Paying", "From “pay” to the answer that the booking is accepted."),
    ("pay again", "Paying twice", "A second click on “pay”: it must give the same booking."),
    ("booking", "Asking for the booking", "How a buyer without a live connection asks whether it is booked."),
    (
        "accepted to push",
        "Hearing that it is booked",
        "From the accepted payment to the buyer's screen that says “booked”.",
    ),
    ("accepted to confirmed", "Booked, all in all", "The same, however the buyer heard of it."),
    ("leave", "Giving the place back", "Leaving the line, or the shop, on one's own."),
];

/// Name of an end, and what it is called.
pub(super) const END_WORDS: [(&str, &str); 12] = [
    ("bought", "have tickets"),
    ("waited", "waited until the room was closed"),
    ("sold_out", "came in and found nothing left"),
    ("gave_back", "came in, looked, and gave the pass back"),
    ("no_show", "did not come in when it was their turn"),
    ("left", "left the line"),
    ("abandoned", "went away from the checkout"),
    ("missed", "came too late for their turn, or ran out of time"),
    ("not_booked", "paid, and were not booked (nothing was charged)"),
    ("declined", "had no card that pays"),
    ("attacked", "attacked"),
    ("no_place", "never got a place"),
];
