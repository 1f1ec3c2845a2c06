// An error of our own: a message, a SQLSTATE, and what to do about it. The bridge turns it into ereport(ERROR).
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace mig {

// Standard SQLSTATEs where one fits; class MG for conditions that only a migration tool knows.
namespace sqlstate {
inline constexpr const char *modified = "MG001";          // an applied migration's body has changed
inline constexpr const char *unknown_version = "MG002";   // no such migration
inline constexpr const char *out_of_order = "MG003";      // pending, older than the newest applied
inline constexpr const char *irreversible = "MG004";      // no down body
inline constexpr const char *duplicate_version = "MG005"; // two files, or two spellings, of one version
inline constexpr const char *malformed_file = "MG006";    // sections that make no sense
inline constexpr const char *wrong_state = "MG007";       // e.g. unload of an applied migration
inline constexpr const char *nested_run = "MG008";        // a migration that calls the runner
// A migration that it requires is not applied, or one that it conflicts with is.
inline constexpr const char *unmet_requirement = "MG009";
inline constexpr const char *hazard = "MG010";             // lint() finds one, and migrator.on_hazard is error
inline constexpr const char *rewrite_too_large = "MG011";  // of a table above migrator.max_rewrite_size
inline constexpr const char *lock_held_too_long = "MG012"; // longer than migrator.max_lock_hold
inline constexpr const char *untrusted_loader = "MG013";   // a superuser would run what a lesser role has loaded
inline constexpr const char *plan_changed = "MG014";       // apply(expect => token), and it is another plan now
inline constexpr const char *conflict = "MG016";           // of two pending ones, and migrator.on_conflict is error
inline constexpr const char *not_rehearsed = "MG015";      // in a rehearsal: a rollback would not undo it
inline constexpr const char *syntax_error = "42601";
inline constexpr const char *invalid_parameter = "22023";
inline constexpr const char *invalid_text = "22P02";
inline constexpr const char *invalid_binary = "22P03";
inline constexpr const char *lock_not_available = "55P03";
inline constexpr const char *query_canceled = "57014";
inline constexpr const char *read_only = "25006";
inline constexpr const char *invalid_transaction_state = "25000";
inline constexpr const char *active_transaction = "25001";  // as PreventInTransactionBlock() raises
inline constexpr const char *transaction_control = "2D000"; // invalid transaction termination
inline constexpr const char *no_transaction = "25P01";      // no active SQL transaction
inline constexpr const char *not_supported = "0A000";
inline constexpr const char *insufficient_privilege = "42501";
inline constexpr const char *wrong_event = "39P03"; // event trigger protocol violated
inline constexpr const char *undefined_file = "58P01";
inline constexpr const char *undefined_table = "42P01";
inline constexpr const char *datatype_mismatch = "42804";
inline constexpr const char *io_error = "58030";
inline constexpr const char *bad_encoding = "22021";
inline constexpr const char *program_limit = "54000";
inline constexpr const char *out_of_memory = "53200";
inline constexpr const char *internal_error = "XX000";
inline constexpr const char *invalid_column_reference = "42P10";
inline constexpr const char *wrong_object_state = "55000";
inline constexpr const char *unsafe_enum_value = "55P04"; // used before it is committed
// Errors of a statement that runs too early or too late.
inline constexpr const char *undefined_column = "42703";
inline constexpr const char *undefined_object = "42704";
inline constexpr const char *undefined_function = "42883";
inline constexpr const char *undefined_schema = "3F000";
inline constexpr const char *invalid_name = "42602";
inline constexpr const char *duplicate_table = "42P07";
inline constexpr const char *duplicate_column = "42701";
inline constexpr const char *duplicate_object = "42710";
inline constexpr const char *duplicate_function = "42723";
inline constexpr const char *duplicate_schema = "42P06";
inline constexpr const char *dependent_objects = "2BP01"; // still exist
inline constexpr const char *wrong_object_type = "42809";
inline constexpr const char *invalid_table = "42P16";    // definition
inline constexpr const char *invalid_function = "42P13"; // definition
} // namespace sqlstate

// What ends a piece of work: a Failure of our own, or an ERROR of the server (pg::Error in bridge/guard.hpp). Code that
// cleans up and rethrows, or that turns the error into a result, need not know which.
class AnyError : public std::exception {
  public:
    virtual const char *sqlstate_text() const noexcept = 0;
    // Empty where there is none.
    virtual const char *detail_text() const noexcept = 0;
    virtual const char *hint_text() const noexcept = 0;
    virtual const char *context_text() const noexcept = 0;
    virtual void set_hint(std::string const &hint) = 0;
    virtual void add_context(std::string const &line) = 0; // after what is there
    // It ends the whole call: nobody may turn it into a result.
    virtual bool must_propagate() const noexcept = 0;
};

struct Failure final : AnyError {
    const char *state; // one of the above
    std::string message, detail, hint;
    std::string context = {}; // where it happened, when that is not in the message

    Failure(const char *code, std::string what, std::string more = {}, std::string advice = {})
        : state(code), message(std::move(what)), detail(std::move(more)), hint(std::move(advice)) {}
    const char *what() const noexcept override { return message.c_str(); }
    const char *sqlstate_text() const noexcept override { return state; }
    const char *detail_text() const noexcept override { return detail.c_str(); }
    const char *hint_text() const noexcept override { return hint.c_str(); }
    const char *context_text() const noexcept override { return context.c_str(); }
    void set_hint(std::string const &advice) override { hint = advice; }
    void add_context(std::string const &line) override { context += context.empty() ? line : "\n" + line; }
    bool must_propagate() const noexcept override { return std::string_view(state) == sqlstate::out_of_memory; }
};

// For callers that have to clean up before the error propagates: out of memory becomes a Failure like any other.
template <class Body>
auto bad_alloc_as_failure(Body &&body) -> decltype(body()) {
    try {
        return body();
    } catch (std::bad_alloc const &) {
        throw Failure(sqlstate::out_of_memory, "out of memory");
    }
}

} // namespace mig
