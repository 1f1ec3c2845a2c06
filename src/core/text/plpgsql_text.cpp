#include "core/text/plpgsql_text.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Word {
    std::string text; // lower case; of a literal: '
    bool name = false, quoted = false;
    std::string_view literal; // as it is written

    bool is(const char *keyword) const { return name && !quoted && text == keyword; }
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
            std::size_t const begin = at_;
            quoted('\'', at_ > 0 && (text_[at_ - 1] == 'E' || text_[at_ - 1] == 'e'));
            word.text = "'";
            word.literal = text_.substr(begin, at_ - begin);
        } else if (c == '"') {
            std::size_t const begin = at_ + 1;
            quoted('"', false);
            word = {std::string(text_.substr(begin, at_ - begin - (at_ > begin ? 1 : 0))), true, true, {}};
        } else if (std::size_t const begin = at_; c == '$' && dollar_quoted()) {
            word.text = "'";
            word.literal = text_.substr(begin, at_ - begin);
        } else if (starts_name(c)) {
            while (at_ < text_.size() && in_name(text_[at_]))
                ++at_;
            if (at_ == begin + 1 && at_ < text_.size() && text_[at_] == '\'')
                return next(word); // E'...'
            word = {std::string(text_.substr(begin, at_ - begin)), true, false, {}};
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
    return word.text == ";" || word.text == ">" || word.is("begin") || word.is("then") || word.is("else") ||
           word.is("loop") || word.is("declare");
}

std::string value_of(std::string_view literal) {
    if (literal.front() == '$') {
        std::size_t const tag = literal.find('$', 1) + 1;
        return std::string(literal.substr(tag, literal.size() - std::min(literal.size(), 2 * tag)));
    }
    std::string value;
    for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
        value += literal[i];
        i += literal[i] == '\'' ? 1 : 0;
    }
    return value;
}

class EndingsReader {
  public:
    explicit EndingsReader(std::string_view body) : scanner_(body) {}

    std::vector<Ending> read() && {
        bool begins = true; // a statement may begin here
        for (go_on(); more_;) {
            look_for_interrupts();
            Word const word = std::move(next_);
            go_on();
            if (begins && word.name && !word.quoted)
                begin_statement(word);
            if (word.is("case"))
                open_.push_back(found_.size());
            else if (word.is("end"))
                close();
            begins = ends_statement(word);
        }
        handled_.insert(handled_.end(), std::make_move_iterator(found_.begin()), std::make_move_iterator(found_.end()));
        return std::move(handled_);
    }

  private:
    void go_on() { more_ = scanner_.next(next_); }

    void begin_statement(Word const &word) {
        if (word.text == "begin")
            open_.push_back(found_.size());
        else if (word.text == "exception" && !open_.empty())
            handle(open_.back());
        else if (word.text == "commit" || word.text == "rollback")
            end_transaction();
        else if (word.text == "call")
            call();
        else if (word.text == "do")
            execute();
    }

    // IF and LOOP were not opened.
    void close() {
        if (next_.is("if") || next_.is("loop"))
            return;
        if (next_.is("case"))
            go_on();
        if (!open_.empty())
            open_.pop_back();
    }

    // What the block has had so far.
    void handle(std::size_t first) {
        for (std::size_t i = first; i < found_.size(); ++i) {
            found_[i].handled = true;
            handled_.push_back(std::move(found_[i]));
        }
        found_.resize(first);
    }

    void end_transaction() {
        if (!more_ || next_.text == ";" || next_.text == "and") // else a variable's name
            found_.emplace_back();
    }

    void call() {
        Ending one;
        while (more_ && next_.name) {
            one.called = {one.called.name, next_.text, 0};
            go_on();
            if (!more_ || next_.text != ".")
                break;
            go_on();
        }
        if (!more_ || next_.text != "(" || one.called.name.empty())
            return;
        one.called.arguments = arguments();
        found_.push_back(std::move(one));
    }

    // To the parenthesis that closes them.
    int arguments() {
        int count = 0, depth = 0;
        do {
            look_for_interrupts();
            if (depth == 1 && (next_.text == "," || (count == 0 && next_.text != ")")))
                ++count;
            if (next_.text == "(" || next_.text == "[")
                ++depth;
            else if (next_.text == ")" || next_.text == "]")
                --depth;
            go_on();
        } while (more_ && depth > 0 && next_.text != ";");
        return count;
    }

    void execute() {
        while (more_ && next_.name) // LANGUAGE
            go_on();
        if (more_ && !next_.literal.empty()) {
            found_.emplace_back();
            found_.back().block = value_of(next_.literal);
        }
    }

    Scanner scanner_;
    Word next_;
    bool more_ = true;
    std::vector<Ending> found_, handled_;
    std::vector<std::size_t> open_; // blocks and CASE: where in `found_` they began
};

} // namespace

std::vector<Ending> endings_in(std::string_view body) { return EndingsReader(body).read(); }

} // namespace mig
