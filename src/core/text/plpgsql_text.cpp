#include "core/text/plpgsql_text.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

struct Word {
    std::string text; // lower case; of a literal: '
    bool name = false, quoted = false;
    std::string_view literal; // as it is written

    bool is(const char *keyword) const { return name && !quoted && text == keyword; }
};

// In single quotes, whatever the prefix, or dollar-quoted. A parameter such as $1 does not end with a dollar sign.
bool is_literal(std::string_view token) {
    return token.back() == '\'' || (token.size() > 1 && token.front() == '$' && token.back() == '$');
}

Word word_of(Lexed const &lexed, Token const &token) {
    std::string_view const text = lexed.at(token);
    if (token.kind == Token::Kind::word)
        return {lower_case(text), true, false, {}};
    if (is_literal(text))
        return {"'", false, false, text};
    if (text.front() == '"')
        return {std::string(text.substr(1, text.size() - 2)), true, true, {}};
    return {std::string(text), false, false, {}};
}

} // namespace

// Looks at each EXECUTE up to its INTO, USING or semicolon. A name counts next to ||, unless it is called, cast,
// qualified or within the arguments of a call.
std::vector<std::string> concatenated_names(Lexed const &body, std::vector<std::string> const &names) {
    std::vector<Word> words;
    words.reserve(body.tokens.size());
    for (Token const &token : body.tokens) {
        check_for_interrupts();
        words.push_back(word_of(body, token));
    }
    std::vector<std::string> found;
    auto const at = [&](std::size_t i) -> std::string_view {
        return i < words.size() ? std::string_view(words[i].text) : std::string_view();
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].name || words[i].text != "execute")
            continue;
        int depth = 0;           // of function calls: within their arguments a name may be quoted
        std::vector<bool> calls; // for each open parenthesis: it is that of a call
        for (++i; i < words.size() && words[i].text != ";"; ++i) {
            check_for_interrupts();
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

std::string value_of_literal(std::string_view literal) {
    if (literal.front() == '$') {
        std::size_t const tag = literal.find('$', 1) + 1;
        return std::string(literal.substr(tag, literal.size() - std::min(literal.size(), 2 * tag)));
    }
    std::string value;
    for (std::size_t i = literal.find('\'') + 1; i + 1 < literal.size(); ++i) {
        value += literal[i];
        i += literal[i] == '\'' ? 1 : 0;
    }
    return value;
}

namespace {

// Whether a statement may begin after it.
bool ends_statement(Word const &word) {
    return word.text == ";" || word.text == ">>" || word.is("begin") || word.is("then") || word.is("else") ||
           word.is("loop") || word.is("declare");
}

// Knows only as much of the grammar as it takes to tell where statements begin and what an EXCEPTION clause covers.
class TransactionEndsReader {
  public:
    explicit TransactionEndsReader(Lexed const &body) : body_(body) {}

    std::vector<TransactionEnd> read() && {
        bool begins = true; // a statement may begin here
        for (advance(); more_;) {
            check_for_interrupts();
            Word const word = std::move(next_);
            advance();
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
    void advance() {
        more_ = place_ < body_.tokens.size();
        next_ = more_ ? word_of(body_, body_.tokens[place_++]) : Word{};
    }

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

    // END IF and END LOOP close nothing: only blocks and CASE are in `open_`.
    void close() {
        if (next_.is("if") || next_.is("loop"))
            return;
        if (next_.is("case"))
            advance();
        if (!open_.empty())
            open_.pop_back();
    }

    // An EXCEPTION clause covers what its block has had so far.
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
        TransactionEnd ending;
        while (more_ && next_.name) {
            ending.called = {ending.called.name, next_.text, 0}; // what was the name so far is the schema
            advance();
            if (!more_ || next_.text != ".")
                break;
            advance();
        }
        if (!more_ || next_.text != "(" || ending.called.name.empty())
            return;
        ending.called.arguments = arguments();
        found_.push_back(std::move(ending));
    }

    // Counts them and goes past the parenthesis that closes them.
    int arguments() {
        int count = 0, depth = 0;
        do {
            check_for_interrupts();
            if (depth == 1 && (next_.text == "," || (count == 0 && next_.text != ")")))
                ++count;
            if (next_.text == "(" || next_.text == "[")
                ++depth;
            else if (next_.text == ")" || next_.text == "]")
                --depth;
            advance();
        } while (more_ && depth > 0 && next_.text != ";");
        return count;
    }

    void execute() {
        while (more_ && next_.name) // LANGUAGE
            advance();
        if (more_ && !next_.literal.empty()) {
            found_.emplace_back();
            found_.back().block = value_of_literal(next_.literal);
        }
    }

    Lexed const &body_;
    std::size_t place_ = 0; // of the token after `next_`
    Word next_;
    bool more_ = true;
    std::vector<TransactionEnd> found_, handled_;
    std::vector<std::size_t> open_; // blocks and CASE: where in `found_` they began
};

} // namespace

std::vector<TransactionEnd> transaction_ends_in(Lexed const &body) { return TransactionEndsReader(body).read(); }

} // namespace mig
