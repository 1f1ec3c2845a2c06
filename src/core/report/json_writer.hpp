// Writes JSON, member by member. The text is in the encoding of the strings that it is given: JSON escapes ASCII only,
// and in no encoding of a PostgreSQL database is an ASCII byte part of another character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig::report {

class JsonWriter {
  public:
    JsonWriter &object(); // begins; end() ends the innermost object or array
    JsonWriter &array();
    JsonWriter &end();
    JsonWriter &key(std::string_view name); // before the value of a member

    JsonWriter &value(std::string_view text);
    JsonWriter &value(const char *text) { return value(std::string_view(text)); }
    JsonWriter &value(std::string const &text) { return value(std::string_view(text)); }
    JsonWriter &value(std::int64_t number);
    JsonWriter &value(std::int32_t number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter &value(std::size_t number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter &value(double number); // three decimals; null if it is not finite
    JsonWriter &value(bool flag);
    JsonWriter &null();
    template <class T>
    JsonWriter &value(std::optional<T> const &value_or_null) {
        return value_or_null ? value(*value_or_null) : null();
    }
    JsonWriter &value(std::vector<std::string> const &texts) {
        array();
        for (std::string const &text : texts)
            value(text);
        return end();
    }
    template <class T>
    JsonWriter &member(std::string_view name, T const &content) {
        return key(name).value(content);
    }

    std::string take() { return std::move(text_) + "\n"; }

  private:
    void begin_value();
    void open(char bracket);
    void line(std::size_t depth);

    std::string text_;
    std::string closing_; // brackets of what is open, the innermost last
    bool first_ = true;   // nothing has been written yet to what is open
    bool after_key_ = false;
};

} // namespace mig::report
