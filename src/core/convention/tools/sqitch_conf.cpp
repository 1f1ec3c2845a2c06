#include "core/convention/tools/sqitch_conf.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool begins_comment(char c) { return c == '#' || c == ';'; }

class ConfReader {
  public:
    ConfReader(std::string_view text, std::string const &path) : text_(text), path_(path) {}

    // Calls `add(section, key, value)`.
    template <class Add>
    void read(Add const &add) {
        std::string section;
        while (skip_to_content()) {
            line_begin_ = at_;
            if (text_[at_] == '[') {
                section = read_section();
                continue;
            }
            if (section.empty())
                refuse("a setting above the first section", "A section begins with its name: [core]");
            std::size_t const end = std::min(text_.find_first_of("=\n", at_), text_.size());
            bool const has_value = end < text_.size() && text_[end] == '=';
            std::string const key = lower_case(trim_blanks(text_.substr(at_, end - at_)));
            at_ = end + (has_value ? 1 : 0);
            if (has_value) // a key alone is a switch, none of which matters here
                add(section, key, read_value());
        }
    }

  private:
    [[noreturn]] void refuse(std::string const &what, std::string hint) const {
        throw Failure(sqlstate::malformed_file,
                      path_ + ", line " + std::to_string(line_at(text_, line_begin_)) + ": " + what, {},
                      std::move(hint));
    }

    bool at_end() const { return at_ >= text_.size(); }
    void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    // Skips blanks, empty lines and comments. False at the end of the text.
    bool skip_to_content() {
        while (!at_end() && (is_blank(text_[at_]) || text_[at_] == '\n' || begins_comment(text_[at_]))) {
            check_for_interrupts();
            if (begins_comment(text_[at_]))
                skip_line();
            else
                ++at_;
        }
        return !at_end();
    }

    // [core], [engine "pg"] or [engine.pg], as `core` and `engine.pg`. The quoted part keeps its case.
    std::string read_section() {
        constexpr const char *form = "A section is written: [core], or [engine \"pg\"]";
        std::size_t const end = text_.find_first_of("]\"\n", at_);
        if (end == std::string_view::npos || text_[end] == '\n')
            refuse("unterminated section header", form);
        std::string section = lower_case(trim_blanks(text_.substr(at_ + 1, end - at_ - 1)));
        at_ = end;
        if (text_[at_] == '"') {
            section += '.';
            for (++at_; !at_end() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
                check_for_interrupts();
                at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 1 : 0;
                section += text_[at_];
            }
            if (at_end() || text_[at_] == '\n')
                refuse("unterminated section header", form);
            ++at_;
        }
        if (at_end() || text_[at_] != ']')
            refuse("unterminated section header", form);
        ++at_;
        return section;
    }

    // Reads to the end of the line, which a backslash continues on the next one. A run of blanks counts as one.
    std::string read_value() {
        std::string value;
        bool quoted = false, blank = false;
        for (; !at_end() && text_[at_] != '\n'; ++at_) {
            check_for_interrupts();
            char const c = text_[at_];
            if (!quoted && (is_blank(c) || (begins_comment(c) && (blank || value.empty())))) {
                blank = true;
                if (begins_comment(c))
                    return skip_line(), value;
                continue;
            }
            if (blank && !value.empty())
                value += ' ';
            blank = false;
            if (c == '"')
                quoted = !quoted;
            else if (c == '\\')
                value += escaped();
            else
                value += c;
        }
        if (quoted)
            refuse("unterminated quoted string", "Close it.");
        return value;
    }

    // Reads what follows a backslash; nothing at the end of a line.
    std::string escaped() {
        constexpr std::string_view letters = "ntb\"'\\", characters = "\n\t\b\"'\\";
        at_ += text_.substr(at_ + 1, 2) == "\r\n" ? 2 : 1;
        if (at_end() || text_[at_] == '\n')
            return {};
        std::size_t const letter = letters.find(text_[at_]);
        if (letter == std::string_view::npos)
            refuse("a backslash before " + quoted_excerpt(text_.substr(at_, 1)), "Write two backslashes to get one.");
        return {characters[letter]};
    }

    std::string_view text_;
    std::string const &path_;
    std::size_t at_ = 0, line_begin_ = 0;
};

} // namespace

SqitchConf::SqitchConf(std::string_view text, std::string const &path) {
    ConfReader(text, path).read([&](std::string const &section, std::string const &key, std::string value) {
        values_[section][key] = std::move(value);
    });
}

std::string const &SqitchConf::value(std::string const &section, std::string const &key) const {
    auto const found = values_.find(section);
    if (found == values_.end())
        return none_;
    auto const entry = found->second.find(key);
    return entry == found->second.end() ? none_ : entry->second;
}

bool SqitchConf::has_section(std::string const &section) const { return values_.count(section) > 0; }

} // namespace mig
