#include "core/migration/directives.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/duration.hpp"
#include "core/text/statement_ends.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace mig {

namespace {

constexpr const char *known = "Known directives are no-transaction, autocommit, lock_timeout=2s, "
                              "statement_timeout=5min, lock_retries=10, repeatable, snapshot, requires=VERSION, "
                              "conflicts=VERSION and allow=RULE reason.";
constexpr std::int32_t most_retries = 1000;
constexpr std::string_view logical_file = "logical_file="; // only in the stored form: it cannot be written in a file

[[noreturn]] void refuse(std::string const &place, std::string const &what, std::string hint = known) {
    throw Failure(sqlstate::malformed_file, place + ": " + what, {}, std::move(hint));
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }

struct Option {
    std::string name;
    std::optional<std::string> value;
};

bool ends_list(std::string_view word) { return !word.empty() && word.back() == ','; }

// The words of `a b=c d = e f=g, h`: a value continues after a comma, and there may be blanks around `=`.
std::vector<Option> split(std::string_view words) {
    std::vector<Option> options;
    bool value_follows = false;
    for (std::size_t at = 0; at < words.size();) {
        check_for_interrupts();
        if (is_blank(words[at])) {
            ++at;
            continue;
        }
        if (words[at] == '=' && !options.empty() && !options.back().value) {
            value_follows = true;
            options.back().value.emplace();
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < words.size() && !is_blank(words[end]) && (value_follows || words[end] != '='))
            ++end;
        if (end == at) // a second `=`
            ++end;
        std::string const word(words.substr(at, end - at));
        bool const continues = !options.empty() && options.back().value &&
                               (value_follows || ends_list(*options.back().value) || word.front() == ',');
        if (continues)
            options.back().value->append(word);
        else
            options.push_back({lower_case(word), std::nullopt});
        value_follows = continues && ends_list(word);
        at = end;
    }
    return options;
}

template <class T>
void set(std::optional<T> &place, T value, Option const &option, std::string const &where) {
    if (place && *place != value)
        refuse(where, option.name + " is specified twice, with different values", "Remove one of the two.");
    place = value;
}

std::int32_t time_of(Option const &option, std::string const &where) {
    std::optional<std::int32_t> const ms = duration_ms(option.value.value_or(""));
    if (!ms)
        refuse(where, option.name + " needs a time, such as " + option.name + "=2s",
               "Units are us, ms, s, min, h and d; a number alone is milliseconds; 0 is no limit.");
    return *ms;
}

std::int32_t count_of(Option const &option, std::string const &where) {
    std::string const text = option.value.value_or("");
    std::int32_t count = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || count < 0 || count > most_retries)
        refuse(where, option.name + " needs a number from 0 to " + std::to_string(most_retries), known);
    return count;
}

// False: there is no such directive.
bool apply(Directives &directives, Option const &option, std::string const &where) {
    if (option.name == "no-transaction") {
        if (option.value)
            refuse(where, "no-transaction takes no value", known);
        directives.no_transaction = true;
    } else if (option.name == "autocommit") {
        if (option.value)
            refuse(where, "autocommit takes no value", known);
        directives.autocommit = true;
    } else if (option.name == "lock_timeout")
        set(directives.lock_timeout_ms, time_of(option, where), option, where);
    else if (option.name == "statement_timeout")
        set(directives.statement_timeout_ms, time_of(option, where), option, where);
    else if (option.name == "lock_retries")
        set(directives.lock_retries, count_of(option, where), option, where);
    else
        return false;
    return true;
}

// `a,b`: versions and names
void add_list(std::vector<std::string> &list, Option const &option, std::string const &where) {
    std::string_view rest = option.value ? std::string_view(*option.value) : std::string_view();
    for (bool more = true; more;) {
        check_for_interrupts();
        std::size_t const comma = rest.find(',');
        std::string item(trim_blanks(rest.substr(0, comma)));
        if (item.empty())
            refuse(where, option.name + " needs a version or a name, such as " + option.name + "=20260301_002",
                   "Separate several with commas; write one of another module as MODULE:VERSION.");
        list.push_back(std::move(item));
        more = comma != std::string_view::npos;
        rest.remove_prefix(more ? comma + 1 : rest.size());
    }
}

// For directives about the migration as a whole. False: it is none of these.
bool apply(FileDirectives &directives, Option const &option, std::string const &where) {
    if (option.name == "requires")
        add_list(directives.requirements, option, where);
    else if (option.name == "conflicts")
        add_list(directives.conflicts, option, where);
    else if (option.name != "repeatable" && option.name != "snapshot")
        return false;
    else if (option.value)
        refuse(where, option.name + " takes no value", known);
    else
        (option.name == "repeatable" ? directives.repeatable : directives.snapshot) = true;
    if (directives.repeatable && directives.snapshot)
        refuse(where, "a migration is repeatable or a snapshot, not both", "Remove one of the two.");
    return true;
}

// `requires`, `conflicts` and `allow` are directives only with a value: alone they are words of ordinary comments.
bool is_known(Option const &option) {
    for (const char *const name : {"no-transaction", "autocommit", "lock_timeout", "statement_timeout", "lock_retries",
                                   "repeatable", "snapshot"})
        if (option.name == name)
            return true;
    return option.value && (option.name == "requires" || option.name == "conflicts" || option.name == "allow");
}

constexpr std::string_view name = "migrator";

// It may be a directive.
bool names_migrator(Comment const &comment) { return same_word(comment.words.substr(0, name.size()), name); }

// The directive in a comment that begins with migrator's name; nothing when the comment is about something else.
std::optional<std::string_view> directive_in(Comment const &comment, std::string const &where) {
    std::string_view words = comment.words;
    words = trim_blanks(words.substr(name.size()));
    bool const colon = !words.empty() && words.front() == ':';
    if (!colon) {
        std::vector<Option> const options = split(words);
        bool const apart = comment.words.size() > name.size() && is_blank(comment.words[name.size()]);
        if (!apart || options.empty() || !is_known(options.front()))
            return std::nullopt;
        refuse(where, "a directive without its colon", "Write \"-- migrator: " + options.front().name + "\".");
    }
    if (comment.block)
        refuse(where, "a directive in a block comment", "Write it as a line of its own: \"-- migrator: ...\".");
    return trim_blanks(words.substr(1));
}

struct Scope {
    bool up, down; // the bodies that a directive is for
};

void read(FileDirectives &directives, Scope scope, std::string_view words, std::string const &where) {
    std::vector<Option> const options = split(words);
    if (options.empty())
        refuse(where, "a directive without content", known);
    for (Option const &option : options) {
        check_for_interrupts();
        if (apply(directives, option, where)) {
            if (!scope.up)
                refuse(where, option.name + " in the down section",
                       "It applies to the migration as a whole: write it in the up section.");
            continue;
        }
        if ((scope.up && !apply(directives.up, option, where)) ||
            (scope.down && !apply(directives.down, option, where)))
            refuse(where, "unknown directive \"" + option.name + "\"", known);
    }
}

// The first token of [begin, end), or `end`.
std::size_t first_token(Lexed const &file, std::size_t begin, std::size_t end) {
    auto const first = std::lower_bound(file.tokens.begin(), file.tokens.end(), begin,
                                        [](Token const &token, std::size_t offset) { return token.begin < offset; });
    return first != file.tokens.end() && first->begin < end ? first->begin : end;
}

struct Region {
    std::size_t begin, end, statement;
    bool holds(std::size_t offset) const { return offset >= begin && offset < end; }
};

Region region_of(Lexed const &file, std::optional<Section> const &section) {
    if (!section)
        return {};
    return {section->begin, section->end, first_token(file, section->begin, section->end)};
}

// Follows a section from comment to comment, and finds the statement that begins after one.
class Statements {
  public:
    Statements(Lexed const &file, Region const &section)
        : file_(file), section_(section), lines_(file.text.substr(0, section.end).substr(section.begin)) {
        while (next_ < file_.tokens.size() && file_.tokens[next_].begin < section_.begin)
            ++next_;
    }

    // The line of the section on which that statement begins. Offsets ascend from call to call.
    std::uint32_t line_after(std::size_t offset, std::string const &where) {
        for (; next_ < file_.tokens.size() && file_.tokens[next_].begin <= offset; ++next_) {
            check_for_interrupts();
            Token const &token = file_.tokens[next_];
            if (token.kind != Token::Kind::copy_data)
                (void) ends_.advance(token.kind, file_.at(token));
        }
        if (next_ == file_.tokens.size() || file_.tokens[next_].begin >= section_.end)
            refuse(where, "allow after the last statement", "Write it above the statement that it is for.");
        if (!ends_.between_statements())
            refuse(where, "allow inside a statement", "Write it above the statement that it is for.");
        return lines_.at(file_.tokens[next_].begin - section_.begin);
    }

  private:
    Lexed const &file_;
    Region const section_;
    LineCounter lines_;
    StatementEnds ends_;
    std::size_t next_ = 0; // token
};

void keep_first_of_each(std::vector<std::string> &list) {
    std::unordered_set<std::string> seen;
    list.erase(
        std::remove_if(list.begin(), list.end(), [&](std::string const &item) { return !seen.insert(item).second; }),
        list.end());
}

} // namespace

FileDirectives directives_of(Lexed const &file, Document const &document) {
    FileDirectives result;
    Region const up = region_of(file, document.up), down = region_of(file, document.down),
                 verify = region_of(file, document.verify);
    Statements statements(file, up);
    LineCounter lines(file.text);
    for (Comment const &comment : comments_of(file)) {
        check_for_interrupts();
        if (!names_migrator(comment))
            continue;
        std::string const where = "line " + std::to_string(lines.at(comment.begin));
        std::optional<std::string_view> const words = directive_in(comment, where);
        if (!words)
            continue;
        bool const in_up = up.holds(comment.begin), in_down = down.holds(comment.begin);
        if (std::optional<Allowance> allowance = allowance_of(*words, where)) {
            if (allowance->rule == marker_rule)
                continue;
            if (in_down || verify.holds(comment.begin))
                refuse(where, std::string("allow in the ") + (in_down ? "down" : "verify") + " section",
                       "lint() reads the up section: write it there.");
            // Before the first statement it is for the whole body, after that for the statement that begins next.
            if (in_up && comment.begin > up.statement)
                allowance->line = statements.line_after(comment.begin, where);
            result.up.allowances.push_back(std::move(*allowance));
            continue;
        }
        if ((in_up && comment.begin > up.statement) || (in_down && comment.begin > down.statement))
            refuse(where, "a directive after a statement", "It must come before the first statement.");
        if (verify.holds(comment.begin))
            refuse(where, "a directive in the verify section", "It follows those of the up section: write it there.");
        read(result, {in_up || !in_down, in_down || !in_up}, *words, where);
    }
    keep_first_of_each(result.requirements);
    keep_first_of_each(result.conflicts);
    return result;
}

std::optional<std::string> to_text(Directives const &directives) {
    std::string text;
    auto const add = [&](std::string const &word) { text += (text.empty() ? "" : " ") + word; };
    if (directives.no_transaction)
        add("no-transaction");
    if (directives.autocommit)
        add("autocommit");
    if (directives.lock_timeout_ms)
        add("lock_timeout=" + std::to_string(*directives.lock_timeout_ms) + "ms");
    if (directives.statement_timeout_ms)
        add("statement_timeout=" + std::to_string(*directives.statement_timeout_ms) + "ms");
    if (directives.lock_retries)
        add("lock_retries=" + std::to_string(*directives.lock_retries));
    for (Allowance const &allowance : directives.allowances) {
        check_for_interrupts();
        text += (text.empty() ? "" : "\n") + to_text(allowance);
    }
    if (!directives.logical_file.empty())
        text += (text.empty() ? "" : "\n") + std::string(logical_file) + directives.logical_file;
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

Directives parse_stored_directives(std::string_view text) {
    Directives directives;
    for (std::size_t begin = 0; begin <= text.size();) {
        check_for_interrupts();
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        std::string_view const line = text.substr(begin, end - begin);
        if (std::optional<Allowance> allowance = parse_stored_allowance(line))
            directives.allowances.push_back(std::move(*allowance));
        else if (line.substr(0, logical_file.size()) == logical_file)
            directives.logical_file = line.substr(logical_file.size());
        else
            for (Option const &option : split(line))
                (void) apply(directives, option, "stored directives");
        begin = end + 1;
    }
    return directives;
}

} // namespace mig
