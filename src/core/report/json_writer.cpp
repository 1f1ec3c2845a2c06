#include "core/report/json_writer.hpp"

#include <cmath>
#include <cstdio>

namespace mig::report {

JsonWriter &JsonWriter::object() {
    open('{');
    return *this;
}

JsonWriter &JsonWriter::array() {
    open('[');
    return *this;
}

void JsonWriter::open(char bracket) {
    begin_value();
    text_ += bracket;
    closing_ += bracket == '{' ? '}' : ']';
    first_ = true;
}

JsonWriter &JsonWriter::end() {
    char const bracket = closing_.back();
    closing_.pop_back();
    if (!first_)
        line(closing_.size());
    text_ += bracket;
    first_ = false;
    return *this;
}

void JsonWriter::line(std::size_t depth) {
    text_ += '\n';
    text_.append(2 * depth, ' ');
}

// Puts what separates a value from the one before it. A member's value follows its key directly.
void JsonWriter::begin_value() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (closing_.empty())
        return;
    if (!first_)
        text_ += ',';
    first_ = false;
    line(closing_.size());
}

JsonWriter &JsonWriter::key(std::string_view name) {
    value(name);
    text_ += ": ";
    after_key_ = true;
    return *this;
}

JsonWriter &JsonWriter::value(std::string_view text) {
    begin_value();
    text_ += '"';
    for (char const c : text) {
        switch (c) {
        case '"':
        case '\\':
            text_ += '\\';
            text_ += c;
            break;
        case '\n':
            text_ += "\\n";
            break;
        case '\r':
            text_ += "\\r";
            break;
        case '\t':
            text_ += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                char escaped[8];
                std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
                text_ += escaped;
            } else {
                text_ += c;
            }
        }
    }
    text_ += '"';
    return *this;
}

JsonWriter &JsonWriter::value(std::int64_t number) {
    begin_value();
    text_ += std::to_string(number);
    return *this;
}

JsonWriter &JsonWriter::value(double number) {
    if (!std::isfinite(number))
        return null();
    begin_value();
    char digits[400]; // the largest double has 309 before the point
    std::snprintf(digits, sizeof digits, "%.3f", number);
    std::string_view written = digits;
    while (written.back() == '0')
        written.remove_suffix(1);
    if (written.back() == '.')
        written.remove_suffix(1);
    text_ += written == "-0" ? "0" : written;
    return *this;
}

JsonWriter &JsonWriter::value(bool flag) {
    begin_value();
    text_ += flag ? "true" : "false";
    return *this;
}

JsonWriter &JsonWriter::null() {
    begin_value();
    text_ += "null";
    return *this;
}

} // namespace mig::report
