// Reads the arguments of an SQL function.
#pragma once

#include "bridge/boundary.hpp"

#include <map>
#include <vector>

namespace mig::api {

class Arguments {
  public:
    explicit Arguments(FunctionCallInfo call) : call_(call) {}

    // NULL is Failure invalid_parameter, which names the argument, except where the value is optional.
    std::string text(int number, const char *name) const;
    std::optional<std::string> optional_text(int number) const;
    std::int32_t integer(int number, const char *name) const;
    bool boolean(int number, const char *name) const;
    // False if the function is declared without the argument, as in an older release.
    bool later_boolean(int number, const char *name) const;
    std::optional<std::string> later_text(int number) const; // null likewise
    // Whether the function is declared with the argument.
    bool has(int number) const { return number < call_->nargs; }
    std::vector<std::string> texts(int number, const char *name) const; // of an array; Failure if an element is null
    std::string module(int number) const;
    std::string_view bytes(int number, const char *name) const; // valid until the call ends
    // The members of a jsonb object as texts; empty for NULL. Failure invalid_parameter for a member that is null.
    std::map<std::string, std::string> json_object(int number, const char *name) const;

  private:
    void require(int number, const char *name) const;
    FunctionCallInfo call_;
};

} // namespace mig::api
