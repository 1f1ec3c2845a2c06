#include "core/text/plpgsql_statements.hpp"

#include "core/base/interruption.hpp"
#include "core/text/plpgsql_text.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <initializer_list>

namespace mig {

namespace {

class CodeReader {
  public:
    explicit CodeReader(Lexed const &code) : code_(code) {}

    std::vector<CodeStatement> read() && {
        while (more()) {
            check_for_interrupts();
            statement();
        }
        return std::move(found_);
    }

  private:
    using Kind = CodeStatement::Kind;
    struct Open {
        enum class Of : unsigned char { block, branch, loop } of;
        std::size_t first; // of found_, in it
        bool handled = false;
    };

    bool more() const { return at_ < code_.tokens.size(); }
    std::string_view text(std::size_t i) const {
        return i < code_.tokens.size() ? code_.at(code_.tokens[i]) : std::string_view();
    }
    bool is(std::size_t i, const char *keyword) const {
        return i < code_.tokens.size() && code_.tokens[i].kind == Token::Kind::word && same_word(text(i), keyword);
    }
    bool is_any(std::size_t i, std::initializer_list<const char *> keywords) const {
        return std::any_of(keywords.begin(), keywords.end(), [&](const char *keyword) { return is(i, keyword); });
    }
    bool is_name(std::size_t i) const {
        return i < code_.tokens.size() && (code_.tokens[i].kind == Token::Kind::word || text(i).front() == '"');
    }
    bool ends(std::size_t i) const { return i >= code_.tokens.size() || text(i) == ";"; }

    // The tokens of := or =, which a scanner may cut finer; 0: it is something else.
    std::size_t assignment(std::size_t i) const {
        return text(i) == ":=" || text(i) == "=" ? 1 : text(i) == ":" && text(i + 1) == "=" ? 2 : 0;
    }
    // The same for the .. of a range.
    std::size_t range(std::size_t i) const {
        bool const cut = text(i) == "." && text(i + 1) == "." && code_.tokens[i].end == code_.tokens[i + 1].begin;
        return text(i) == ".." ? 1 : cut ? 2 : 0;
    }

    // Where the first of the words is from `i` on, outside of parentheses and of CASE ... END, or the statement's end.
    std::size_t find(std::size_t i, std::initializer_list<const char *> words) const {
        int depth = 0, cases = 0;
        for (; !ends(i); ++i) {
            check_for_interrupts();
            std::string_view const token = text(i);
            if (depth == 0 && cases == 0 && is_any(i, words))
                return i;
            if (token == "(" || token == "[")
                ++depth;
            else if ((token == ")" || token == "]") && depth > 0)
                --depth;
            else if (is(i, "case"))
                ++cases;
            else if (is(i, "end") && cases > 0)
                --cases;
        }
        return i;
    }
    std::size_t find_end(std::size_t i) const {
        for (; !ends(i); ++i)
            check_for_interrupts();
        return i;
    }

    void statement() {
        if (text(at_) == ";") {
            ++at_;
        } else if (text(at_) == "#") { // #variable_conflict use_column
            at_ += 3;
        } else if (text(at_) == "<<") {
            while (more() && text(at_) != ">>")
                ++at_;
            ++at_;
        } else if (!structure() && !command()) {
            if (std::size_t const value = assigned())
                expression(value, find_end(value));
            else
                sql(at_, end_of_sql(at_));
            at_ = std::max(end_of_sql(at_), at_ + 1);
        }
    }

    // What contains other statements. False: it is something else.
    bool structure() {
        if (is(at_, "declare")) {
            ++at_;
            while (more() && !is(at_, "begin"))
                declaration();
        } else if (is(at_, "begin")) {
            open(Open::Of::block);
            ++at_;
        } else if (is(at_, "exception") && !open_.empty()) {
            handle(open_.back());
            ++at_;
        } else if (is_any(at_, {"if", "elsif", "elseif"})) {
            bool const begins = is(at_, "if");
            std::size_t const then = find(at_ + 1, {"then"});
            expression(at_ + 1, then);
            at_ = then + 1;
            if (begins)
                open(Open::Of::branch);
        } else if (is(at_, "case")) {
            std::size_t const when = find(at_ + 1, {"when"});
            expression(at_ + 1, when);
            open(Open::Of::branch);
            at_ = when;
        } else if (is(at_, "when")) {
            std::size_t const then = find(at_ + 1, {"then"});
            if (!open_.empty() && open_.back().of == Open::Of::branch)
                expression(at_ + 1, then);
            at_ = then + 1;
        } else if (is(at_, "else")) {
            ++at_;
        } else if (is_any(at_, {"while", "for", "foreach", "loop"})) {
            loop();
        } else if (is(at_, "end")) {
            close();
            at_ = find_end(at_);
        } else {
            return false;
        }
        return true;
    }

    void open(Open::Of of) {
        open_.push_back({of, found_.size()});
        uncertain_ += of != Open::Of::block;
        loops_ += of == Open::Of::loop;
    }

    void close() {
        if (open_.empty())
            return;
        uncertain_ -= open_.back().of != Open::Of::block || open_.back().handled;
        loops_ -= open_.back().of == Open::Of::loop;
        open_.pop_back();
    }

    // An EXCEPTION clause makes what its block has done so far uncertain, and its handlers are.
    void handle(Open &block) {
        for (std::size_t i = block.first; i < found_.size(); ++i)
            found_[i].conditional = true;
        uncertain_ += !block.handled && block.of == Open::Of::block;
        block.handled = true;
    }

    void declaration() {
        std::size_t const end = find_end(at_);
        for (std::size_t i = at_; i < end; ++i)
            if (assignment(i) != 0 || is(i, "default")) {
                expression(i + std::max(assignment(i), std::size_t{1}), end);
                break;
            } else if (is(i, "cursor")) {
                break;
            }
        at_ = end + 1;
    }

    void loop() {
        std::size_t const head = at_ + 1, body = is(at_, "loop") ? at_ : find(head, {"loop"});
        if (is(at_, "while")) {
            expression(head, body);
        } else if (is(at_, "for")) {
            std::size_t const from = find(head, {"in"}) + 1;
            if (is(from, "execute"))
                dynamic(from + 1, body);
            else if (is_any(from, {"select", "with", "values", "insert", "update", "delete"}) || text(from) == "(")
                sql(from, body);
            else
                bounds(is(from, "reverse") ? from + 1 : from, body);
        } else if (is(at_, "foreach")) {
            expression(find(head, {"array"}) + 1, body);
        }
        open(Open::Of::loop);
        at_ = body + 1;
    }

    // A statement of PL/pgSQL that begins with a keyword. False: it is something else.
    bool command() {
        std::size_t const next = at_ + 1, end = find_end(at_);
        if (assignment(next) != 0 || text(next) == ".") // a variable of that name
            return false;
        if (is(at_, "perform")) {
            add(Kind::sql, at_, "SELECT " + slice_of(next, end));
        } else if (is(at_, "execute")) {
            dynamic(next, end);
        } else if (is(at_, "return")) {
            returned(next, end);
        } else if (is_any(at_, {"exit", "continue"})) {
            expression(find(next, {"when"}) + 1, end);
        } else if (is(at_, "assert")) {
            expression(next, end);
        } else if (is(at_, "open")) {
            opened(next, end);
        } else if (is_any(at_, {"commit", "rollback"})) {
            add(Kind::commit, at_, {});
        } else if (!is_any(at_, {"raise", "get", "fetch", "move", "close", "null"})) {
            return false;
        }
        at_ = end + 1;
        return true;
    }

    void returned(std::size_t next, std::size_t end) {
        if (is(next, "query"))
            is(next + 1, "execute") ? dynamic(next + 2, end) : sql(next + 1, end);
        else
            expression(is(next, "next") ? next + 1 : next, end);
    }

    void opened(std::size_t next, std::size_t end) {
        std::size_t const query = find(next, {"for"}) + 1;
        if (query < end)
            is(query, "execute") ? dynamic(query + 1, end) : sql(query, end);
    }

    // a := value, a.b[1] = value: where the value begins; 0: no assignment.
    std::size_t assigned() const {
        std::size_t i = at_;
        if (!is_name(i))
            return 0;
        for (++i; !ends(i);)
            if (std::size_t const tokens = assignment(i)) {
                return i + tokens;
            } else if (text(i) == "." && is_name(i + 1)) {
                i += 2;
            } else if (text(i) == "[") {
                while (!ends(i) && text(i) != "]")
                    ++i;
                ++i;
            } else {
                return 0;
            }
        return 0;
    }

    // The body of CREATE FUNCTION ... BEGIN ATOMIC has semicolons of its own.
    std::size_t end_of_sql(std::size_t begin) {
        std::size_t const end = find_end(begin);
        if (!is(begin, "create") || !atomic_ends_)
            return end;
        for (std::size_t i = begin; i < end; ++i)
            if (is(i, "begin") && is(i + 1, "atomic")) {
                int open = 0;
                for (; i < code_.tokens.size(); ++i) {
                    open += is_any(i, {"begin", "case"}) - is(i, "end");
                    if (open == 0)
                        return find_end(i);
                }
                atomic_ends_ = false; // nor does any later one: the rest is not searched again
            }
        return end;
    }

    std::string slice_of(std::size_t begin, std::size_t end) const {
        if (begin >= end || begin >= code_.tokens.size())
            return {};
        std::uint32_t const from = code_.tokens[begin].begin;
        return std::string(code_.text.substr(from, code_.tokens[end - 1].end - from));
    }

    // INTO and its targets are the variables that the result goes to, unless it is that of INSERT, MERGE or IMPORT.
    void sql(std::size_t begin, std::size_t end) {
        std::string all = slice_of(begin, end);
        if (all.empty())
            return;
        std::uint32_t const from = code_.tokens[begin].begin;
        for (std::size_t i = begin + 1; i < end; ++i) {
            if (!is(i, "into") || is_any(i - 1, {"insert", "merge"}) || is(begin, "import"))
                continue;
            std::size_t last = is(i + 1, "strict") ? i + 2 : i + 1;
            while (last + 1 < end &&
                   (text(last + 1) == "," || text(last + 1) == "." || text(last) == "," || text(last) == "."))
                ++last;
            if (last >= end)
                break;
            for (std::uint32_t byte = code_.tokens[i].begin; byte < code_.tokens[last].end; ++byte)
                if (all[byte - from] != '\n' && all[byte - from] != '\r')
                    all[byte - from] = ' ';
            break;
        }
        add(Kind::sql, begin, std::move(all));
    }

    // Only if something in it is called: a name, or a quoted one, before a parenthesis.
    void expression(std::size_t begin, std::size_t end) {
        bool calls = false;
        for (std::size_t i = begin; i + 1 < end && !calls; ++i)
            calls = is_name(i) && text(i + 1) == "(";
        if (calls)
            add(Kind::expression, begin, "SELECT " + slice_of(begin, end));
    }

    // Of FOR i IN first .. last; in place of a range there may be a cursor.
    void bounds(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            if (std::size_t const tokens = range(i)) {
                expression(begin, i);
                expression(i + tokens, end);
                return;
            }
    }

    void dynamic(std::size_t begin, std::size_t end) {
        end = std::min(end, find(begin, {"into", "using"}));
        std::string_view const literal = text(begin);
        bool const constant = end == begin + 1 && literal.size() > 1 &&
                              (literal.front() == '\'' || (literal.front() == '$' && literal.back() == '$'));
        if (begin < code_.tokens.size())
            add(Kind::dynamic, begin, constant ? value_of_literal(literal) : std::string());
    }

    void add(Kind kind, std::size_t token, std::string sql_text) {
        if (token >= code_.tokens.size())
            return;
        CodeStatement statement{kind, std::move(sql_text), static_cast<std::uint32_t>(code_.tokens[token].begin)};
        statement.conditional = uncertain_ > 0;
        statement.looped = loops_ > 0;
        found_.push_back(std::move(statement));
    }

    Lexed const &code_;
    std::size_t at_ = 0; // a token
    std::vector<CodeStatement> found_;
    std::vector<Open> open_;
    int uncertain_ = 0, loops_ = 0; // how many of them may skip what is in them, and repeat it
    bool atomic_ends_ = true;
};

} // namespace

std::vector<CodeStatement> statements_in(Lexed const &code) { return CodeReader(code).read(); }

} // namespace mig
