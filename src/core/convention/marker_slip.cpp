#include "core/convention/marker_slip.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/convention/marker_words.hpp"
#include "core/migration/allowance.hpp"
#include "core/text/statement_ends.hpp"
#include "core/text/text.hpp"

#include <unordered_set>

namespace mig {

namespace {

bool begins_section(MarkerKind kind) {
    return kind == MarkerKind::up || kind == MarkerKind::down || kind == MarkerKind::verify;
}

bool bounds_statement(MarkerKind kind) {
    return kind == MarkerKind::statement_begin || kind == MarkerKind::statement_end;
}

const char *word_for(MarkerKind section) {
    return section == MarkerKind::down ? "down" : section == MarkerKind::verify ? "verify" : "up";
}

Marker const *marker_for(Convention const *convention, MarkerKind kind) {
    if (convention)
        for (Marker const &marker : convention->markers)
            if (marker.kind == kind)
                return &marker;
    return nullptr;
}

// A comment that is exactly a marker of some tool that no other tool has. Null: it is not.
Convention const *tool_with_marker(std::string_view words) {
    constexpr std::size_t longest = 200;
    if (words.size() <= longest)
        for (Convention const &convention : conventions())
            if (std::optional<FoundMarker> const found = marker_in(convention, words); found && found->marker->proof)
                return &convention;
    return nullptr;
}

std::optional<LikelyMarker> meant_by(std::string_view words) {
    std::optional<LikelyMarker> likely = likely_marker(words);
    if (likely && !likely->tool.empty())
        return likely;
    if (Convention const *const tool = tool_with_marker(words)) {
        FoundMarker const found = *marker_in(*tool, words);
        return LikelyMarker{begins_section(found.marker->kind) ? found.marker->kind : MarkerKind::heading, tool->name,
                            false};
    }
    return likely;
}

// `VERSION_name.down.sql` for `{digits}_{name}.down.sql`
std::string readable(std::string_view form) {
    std::string name;
    while (!form.empty()) {
        std::size_t const open = form.find('{');
        name += form.substr(0, open);
        if (open == std::string_view::npos)
            break;
        std::size_t const close = std::min(form.find('}', open), form.size() - 1);
        std::string_view const part = form.substr(open + 1, close - open - 1);
        bool const named = part == "name" || part == "word" || part == "path" || part == "stem" || part == "other";
        name += named ? "name" : "VERSION";
        form.remove_prefix(close + 1);
    }
    return name;
}

// The offsets of a text's comments, and where they stand.
class Walk {
  public:
    explicit Walk(Lexed const &text) : text_(text) {}

    // Offsets ascend from call to call.
    void advance_to(std::size_t offset) {
        for (; next_ < text_.tokens.size() && text_.tokens[next_].begin < offset; ++next_) {
            check_for_interrupts();
            Token const &token = text_.tokens[next_];
            if (token.kind != Token::Kind::copy_data) // which StatementEnds must not see
                (void) ends_.advance(token.kind, text_.at(token));
        }
    }
    void begin_section() { ends_ = {}; }
    bool between_statements() const { return ends_.between_statements(); }
    std::size_t next_token() const { return next_; }

  private:
    Lexed const &text_;
    StatementEnds ends_;
    std::size_t next_ = 0;
};

class Slips {
  public:
    explicit Slips(MarkedText const &marked)
        : marked_(marked), text_(marked.text), comments_(comments_of(text_)), section_(marked.whole),
          up_marked_(std::any_of(marked.known.begin(), marked.known.end(),
                                 [](KnownLine const &line) { return line.kind == MarkerKind::up; })) {}

    void refuse() {
        note_allowances();
        Walk walk(text_);
        for (Comment const &comment : comments_) {
            check_for_interrupts();
            bool const known = pass_known_lines(comment, walk);
            walk.advance_to(comment.begin);
            if (known || !begins_line(comment.begin) || !walk.between_statements() || names_migrator(comment))
                continue;
            std::optional<LikelyMarker> const likely = meant_by(comment.words);
            if (likely && allowed_.count(walk.next_token()) == 0 && !allowed_.count(0) && counts(*likely, walk))
                refuse(comment, *likely);
        }
    }

  private:
    static bool names_migrator(Comment const &comment) {
        constexpr std::string_view name = "migrator";
        return !comment.block && same_word(comment.words.substr(0, name.size()), name) &&
               trim_blanks(comment.words.substr(name.size())).substr(0, 1) == ":";
    }

    // Whether the comment is a known line. Those before it, and itself, begin their sections.
    bool pass_known_lines(Comment const &comment, Walk &walk) {
        bool known = false;
        for (; next_known_ < marked_.known.size() && marked_.known[next_known_].begin <= comment.begin; ++next_known_) {
            check_for_interrupts();
            KnownLine const &line = marked_.known[next_known_];
            known = text_.text.find_first_not_of(" \t\f\v", line.begin) == comment.begin;
            if (!begins_section(line.kind))
                continue;
            walk.advance_to(line.begin);
            walk.begin_section();
            section_ = line.kind;
            section_begin_ = line.begin;
        }
        return known;
    }

    bool begins_line(std::size_t at) const {
        std::string_view const before = text_.text.substr(0, at);
        std::size_t const last = before.find_last_not_of(" \t\f\v");
        return last == std::string_view::npos || before[last] == '\n' || before[last] == '\r';
    }

    std::size_t section_end() const {
        for (std::size_t i = next_known_; i < marked_.known.size(); ++i)
            if (begins_section(marked_.known[i].kind))
                return marked_.known[i].begin;
        return text_.text.size();
    }

    bool counts(LikelyMarker const &likely, Walk const &walk) const {
        if (!likely.tool.empty() && likely.labels)
            return true;
        if (likely.tool.empty() && !contradicts_section(likely.kind))
            return false;
        std::size_t const next = walk.next_token();
        if (next == text_.tokens.size() || text_.tokens[next].begin >= section_end())
            return false;
        if (!likely.tool.empty())
            return true;
        std::string_view const word = text_.at(text_.tokens[next]);
        if (likely.kind == MarkerKind::down && (same_word(word, "rollback") || same_word(word, "abort")))
            return false; // the comment is about this statement
        return !likely.labels || (next > 0 && text_.tokens[next - 1].begin >= section_begin_);
    }

    bool contradicts_section(MarkerKind kind) const {
        if (kind == MarkerKind::verify) // without an up marker, what follows one is not verified anyway
            return section_ != kind && up_marked_ && marker_for(marked_.convention, kind);
        if (kind == MarkerKind::up && section_ == kind) // in the part of a file that no marker begins
            return marked_.sections && !up_marked_ && marker_for(marked_.convention, kind);
        return section_ != kind;
    }

    void note_allowances() {
        Walk walk(text_);
        LineCounter lines(text_.text);
        for (Comment const &comment : comments_) {
            check_for_interrupts();
            if (!names_migrator(comment))
                continue;
            std::string_view const words = trim_blanks(comment.words.substr(comment.words.find(':') + 1));
            std::string const where = "line " + std::to_string(lines.at(comment.begin));
            if (std::optional<Allowance> const allowance = allowance_of(words, where);
                !allowance || allowance->rule != marker_rule)
                continue;
            walk.advance_to(comment.begin);
            allowed_.insert(walk.next_token());
        }
    }

    [[noreturn]] void refuse(Comment const &comment, LikelyMarker const &likely) const {
        std::string const where = "line " + std::to_string(line_at(text_.text, comment.begin));
        std::string_view const shown = text_.text.substr(comment.begin, comment.end - comment.begin);
        std::string_view const line = comment.block ? shown : shown.substr(0, shown.find_first_of("\r\n"));
        std::string const what = !likely.tool.empty() ? "looks like a marker of " + std::string(likely.tool)
                                                      : "looks like a marker of " +
                                                            std::string(likely.kind == MarkerKind::up ? "an " : "a ") +
                                                            word_for(likely.kind) + " section";
        throw Failure(sqlstate::malformed_file, where + ": " + quoted_excerpt(line) + " " + what, detail(),
                      right_form(likely) + " If it is an ordinary comment, write above it, on a line of its own: "
                                           "-- migrator: allow=marker REASON");
    }

    std::string detail() const {
        std::string const section = word_for(section_);
        return (marked_.convention ? "In files of " + std::string(marked_.convention->name) + " it is none"
                                   : "Here it is none") +
               ": what follows would be part of the " + section + " body.";
    }

    std::string right_form(LikelyMarker const &likely) const {
        std::string advice = form_in_file(likely.kind);
        if (bounds_statement(likely.kind) && marker_for(marked_.convention, likely.kind))
            return advice;
        if (Convention const *const other = convention_named(likely.tool); other && other != marked_.convention)
            advice += " If the files are of " + std::string(other->name) + ", load them with convention => '" +
                      other->name + "'.";
        return advice;
    }

    std::string form_in_file(MarkerKind kind) const {
        if (!marked_.convention)
            return "Give each body in the argument of its own: up, down, verify.";
        bool const section = begins_section(kind);
        bool const marked = section ? marked_.sections : bounds_statement(kind);
        if (Marker const *const marker = marker_for(marked_.convention, kind); marker && marked)
            return "Write \"" + marker_text(*marker) + "\", and nothing else on the line.";
        for (FilePattern const &pattern : marked_.convention->files)
            if (kind == MarkerKind::down && pattern.role == Role::down)
                return "Put what follows into the down file, " + readable(pattern.form) + ".";
        if (kind == MarkerKind::down && holds_changesets(*marked_.convention))
            return "Write \"--rollback\" before each line of what follows.";
        return section ? "Files of " + std::string(marked_.convention->name) + " have no " + word_for(kind) +
                             " section: remove it."
                       : "Write what files of " + std::string(marked_.convention->name) +
                             " have in its place, or remove it.";
    }

    MarkedText const &marked_;
    Lexed const &text_;
    std::vector<Comment> const comments_;
    std::unordered_set<std::size_t> allowed_; // tokens before which comments may look like markers; 0: everywhere
    MarkerKind section_;
    bool const up_marked_;
    std::size_t section_begin_ = 0, next_known_ = 0;
};

} // namespace

void refuse_slips(MarkedText const &marked) { Slips(marked).refuse(); }

} // namespace mig
