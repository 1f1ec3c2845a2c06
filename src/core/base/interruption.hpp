// How core is interrupted. It knows nothing of the server, so whoever links it defines the check: in the server it is
// for cancel and termination (server/db/interruption.cpp), in a program that cannot be canceled it does nothing
// (test/core_interruption.cpp).
#pragma once

namespace mig {

// To be called in every iteration of a loop whose length depends on the input: it costs a function call and the test of
// a flag. It may throw whatever ends the call, so never from a noexcept function, a destructor or a guarded frame of
// the server. A plain pass over the bytes of one text does without: a text has less than 512 MB.
void check_for_interrupts();

} // namespace mig
