// How core is stopped. It knows of no server, so whoever links it says what a look is: in the server, cancel and
// termination (server/db/interruption.cpp); nothing in a program that cannot be cancelled (test/core_interruption.cpp).
#pragma once

namespace mig {

// Called by every loop whose length the input decides, once for each item: it costs a call and the reading of a flag.
// May throw whatever ends the call, so never from noexcept, a destructor or a guarded frame of the server. A plain pass
// over the bytes of one text needs none: a text has less than 512 MB.
void look_for_interrupts();

} // namespace mig
