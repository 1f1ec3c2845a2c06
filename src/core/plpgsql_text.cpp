#include "core/plpgsql_text.hpp"

#include "core/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Word {
    std::string text; // lower case; of a literal: '
    bool name = false;
};

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9') || c == '$'; }

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool next(Word &word) {
        skip_blank();
        if (at_ >= text_.size())
            return false;
        char const c = text_[at_];
        word = {};
        if (c == '\'') {
            quoted('\'', at_ > 0 && (text_[at_ - 1] == 'E' || text_[at_ - 1] == 'e'));
            word.text = "'";
        } else if (c == '"') {
            std::size_t const begin = at_ + 1;
            quoted('"', false);
            word = {std::string(text_.substr(begin, at_ - begin - (at_ > begin ? 1 : 0))), true};
        } else if (c == '$' && dollar_quoted()) {
            word.text = "'";
        } else if (starts_name(c)) {
            std::size_t const begin = at_;
            while (at_ < text_.size() && in_name(text_[at_]))
                ++at_;
            if (at_ == begin + 1 && at_ < text_.size() && text_[at_] == '\'')
                return next(word); // E'...'
            word = {std::string(text_.substr(begin, at_ - begin)), true};
            for (char &letter : word.text)
                if (letter >= 'A' && letter <= 'Z')
                    letter = static_cast<char>(letter - 'A' + 'a');
        } else if (text_.compare(at_, 2, "||") == 0 || text_.compare(at_, 2, "::") == 0) {
            word.text = text_.substr(at_, 2);
            at_ += 2;
        } else {
            word.text = std::string(1, c);
            ++at_;
        }
        return true;
    }

  private:
    void skip_blank() {
        while (at_ < text_.size()) {
            if (text_.compare(at_, 2, "--") == 0)
                at_ = std::min(text_.size(), text_.find('\n', at_));
            else if (text_.compare(at_, 2, "/*") == 0)
                skip_comment();
            else if (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))
                ++at_;
            else
                return;
        }
    }

    void skip_comment() {
        int depth = 0;
        do {
            if (text_.compare(at_, 2, "/*") == 0) {
                ++depth;
                at_ += 2;
            } else if (text_.compare(at_, 2, "*/") == 0) {
                --depth;
                at_ += 2;
            } else {
                ++at_;
            }
        } while (depth > 0 && at_ < text_.size());
    }

    void quoted(char quote, bool escapes) {
        for (++at_; at_ < text_.size(); ++at_) {
            if (escapes && text_[at_] == '\\')
                ++at_;
            else if (text_[at_] == quote) {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote)
                    break;
                ++at_;
            }
        }
        at_ = std::min(at_ + 1, text_.size());
    }

    bool dollar_quoted() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && in_name(text_[end]) && text_[end] != '$')
            ++end;
        if (end >= text_.size() || text_[end] != '$' || (end > at_ + 1 && !starts_name(text_[at_ + 1])))
            return false;
        std::string_view const tag = text_.substr(at_, end + 1 - at_);
        std::size_t const close = text_.find(tag, end + 1);
        at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
        return true;
    }

    std::string_view const text_;
    std::size_t at_ = 0;
};

} // namespace

std::vector<std::string> concatenated(std::string_view body, std::vector<std::string> const &names) {
    std::vector<Word> words;
    Scanner scanner(body);
    for (Word word; scanner.next(word);) {
        look_for_interrupts();
        words.push_back(word);
    }
    std::vector<std::string> found;
    auto const at = [&](std::size_t i) -> std::string_view {
        return i < words.size() ? std::string_view(words[i].text) : std::string_view();
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].name || words[i].text != "execute")
            continue;
        int depth = 0; // in the arguments of a function, which may quote
        std::vector<bool> calls;
        for (++i; i < words.size() && words[i].text != ";"; ++i) {
            look_for_interrupts();
            if (words[i].text == "(") {
                calls.push_back(words[i - 1].name && words[i - 1].text != "execute");
                depth += calls.back();
            } else if (words[i].text == ")" && !calls.empty()) {
                depth -= calls.back();
                calls.pop_back();
            } else if (words[i].name && calls.empty() && (words[i].text == "using" || words[i].text == "into")) {
                break;
            } else if (words[i].name && depth == 0 && (words[i - 1].text == "||" || at(i + 1) == "||") &&
                       at(i + 1) != "::" && at(i + 1) != "(" && at(i + 1) != "." && words[i - 1].text != "." &&
                       std::find(names.begin(), names.end(), words[i].text) != names.end() &&
                       std::find(found.begin(), found.end(), words[i].text) == found.end()) {
                found.push_back(words[i].text);
            }
        }
    }
    return found;
}

namespace {

// Whether a statement may begin behind it.
bool ends_statement(Word const &word) {
    return word.text == ";" || word.text == ">" ||
           (word.name && (word.text == "begin" || word.text == "then" || word.text == "else" || word.text == "loop"));
}

} // namespace

bool ends_transactions(std::string_view body) {
    Scanner scanner(body);
    bool begins = false; // a statement may begin here
    for (Word word; scanner.next(word);) {
        look_for_interrupts();
        if (begins && word.name && (word.text == "commit" || word.text == "rollback")) {
            Word next;
            if (!scanner.next(next) || next.text == ";" || next.text == "and")
                return true; // else a variable's name
            word = next;
        }
        begins = ends_statement(word);
    }
    return false;
}

std::vector<ProcedureName> called_procedures(std::string_view body) {
    std::vector<ProcedureName> found;
    Scanner scanner(body);
    bool begins = false;
    for (Word word; scanner.next(word);) {
        look_for_interrupts();
        if (begins && word.name && word.text == "call") {
            ProcedureName called;
            while (scanner.next(word) && word.name) {
                called = {called.name, word.text};
                if (!scanner.next(word) || word.text != ".")
                    break;
            }
            if (word.text == "(" && !called.name.empty())
                found.push_back(std::move(called));
        }
        begins = ends_statement(word);
    }
    return found;
}

} // namespace mig
