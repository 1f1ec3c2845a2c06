#include "core/convention/tools/drizzle_journal.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/lexed.hpp"

#include <algorithm>

namespace mig {

namespace {

// A parser for as much of JSON as a journal needs. Members that are not needed are skipped.
class Journal {
  public:
    Journal(std::string_view text, std::string const &path) : text_(text), path_(path) {}

    std::vector<std::string> tags() {
        bool found = false;
        each_member([&](std::string const &key) {
            if (key != "entries")
                return skip(0);
            found = true;
            each_element([&] { entry(); });
        });
        if (!found)
            refuse("no \"entries\"");
        return std::move(tags_);
    }

  private:
    void entry() {
        bool found = false;
        each_member([&](std::string const &key) {
            if (key != "tag")
                return skip(0);
            found = true;
            tags_.push_back(string());
        });
        if (!found)
            refuse("an entry without a \"tag\"");
    }

    template <class Visit>
    void each_member(Visit const &visit) {
        expect('{');
        if (accept('}'))
            return;
        do {
            std::string const key = string();
            expect(':');
            visit(key);
        } while (accept(','));
        expect('}');
    }

    template <class Visit>
    void each_element(Visit const &visit) {
        expect('[');
        if (accept(']'))
            return;
        do
            visit();
        while (accept(','));
        expect(']');
    }

    // Recursive, so that the depth has to be limited: a malicious file must not overflow the stack.
    void skip(int depth) {
        constexpr int deepest = 100;
        if (depth > deepest)
            refuse("too many levels");
        char const c = peek();
        if (c == '{')
            each_member([&](std::string const &) { skip(depth + 1); });
        else if (c == '[')
            each_element([&] { skip(depth + 1); });
        else if (c == '"')
            (void) string();
        else
            word();
    }

    void word() { // a number, true, false, null
        std::size_t const end =
            std::min(text_.find_first_not_of("+-.0123456789abcdefghijklmnopqrstuvwxyzE", at_), text_.size());
        if (end == at_)
            refuse("a value is missing");
        at_ = end;
    }

    std::string string() {
        expect('"');
        std::string result;
        while (at_ < text_.size() && text_[at_] != '"') {
            check_for_interrupts();
            // Drizzle writes no other escapes in a tag: the rest is kept as it stands, and matches no file.
            if (text_[at_] == '\\' && ++at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
                text_[at_] != '/')
                result += '\\';
            if (at_ < text_.size())
                result += text_[at_++];
        }
        expect('"');
        return result;
    }

    char peek() {
        check_for_interrupts();
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool accept(char c) {
        bool const there = peek() == c && at_ < text_.size();
        at_ += there;
        return there;
    }
    void expect(char c) {
        if (!accept(c))
            refuse(std::string("expected ") + c);
    }

    [[noreturn]] void refuse(std::string const &what) const {
        throw Failure(sqlstate::malformed_file,
                      path_ + ", line " + std::to_string(line_at(text_, std::min(at_, text_.size()))) + ": " + what, {},
                      "This file of Drizzle names the migrations and their order: use it as drizzle-kit wrote it.");
    }

    std::string_view text_;
    std::string const &path_;
    std::size_t at_ = 0;
    std::vector<std::string> tags_;
};

} // namespace

std::vector<std::string> parse_drizzle_journal(std::string_view text, std::string const &path) {
    return Journal(text, path).tags();
}

} // namespace mig
