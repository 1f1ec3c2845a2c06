#include "core/convention/marker_words.hpp"

#include "core/base/digits.hpp"
#include "core/text/comment_words.hpp"
#include "core/text/comments.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

enum class Meaning : unsigned char {
    other, // a word of prose
    up,
    down,
    verify,
    noun,    // what a direction is of
    part,    // a less telling noun
    edge,    // of a section
    filler,  // only beside a noun
    link,    // to a name, behind a noun
    lead,    // before a direction
    option,  // behind a direction
    number,  //
    tool,    //
    command, // of a tool, not a direction
};

// The words of a meaning, separated by blanks.
struct Words {
    Meaning meaning;
    std::string_view exact;   // meant by themselves only
    std::string_view guessed; // meant by words with a typing error, too
};

constexpr Words vocabulary[] = {
    {Meaning::up, "up", ""},
    {Meaning::down, "downs backout", "down undo rollback revert downgrade teardown"},
    {Meaning::verify, "", "verify"},
    {Meaning::noun, "migrations sql", "migration migrate section script"},
    {Meaning::part, "part step steps block change changes code commands direction marker queries statements", ""},
    {Meaning::edge, "begin begins start starts end ends", ""},
    {Meaning::filler, "the this here below above follows", ""},
    {Meaning::lead, "to", ""},
    {Meaning::link, "for of in", ""},
    {Meaning::option, "no transaction notransaction true false", ""},
    {Meaning::tool, "shmig sqitch flyway knex alembic migrator", "goose micrate rambler dbmate liquibase"},
    {Meaning::command, "statement envsub", "statementbegin statementend"}};

// Words that are no typing errors of the vocabulary.
constexpr std::string_view words_of_their_own =
    "dawn don dow downy unto und reverb revere versify scripts sections migrates migrated mitigate emigrate reverts "
    "rambles description";

// What follows `Rollback:` when nothing can or need be rolled back, or when it is written elsewhere.
constexpr std::string_view denials = "not no none nothing n na never cannot can can't don't is irreversible impossible "
                                     "unsupported see manual manually unnecessary restore";

constexpr std::string_view sql_verbs = "drop alter delete update insert truncate create select revoke grant";
constexpr std::string_view sql_objects =
    "table column index view sequence schema type function procedure trigger constraint policy extension materialized "
    "from into if";

// With a noun, they are directions too: `Reverse migration`.
constexpr std::string_view adjectives = "reverse reversed backward backwards";

constexpr std::string_view verbs_of_a_clause = "is are was not has have failed needs will would must cannot";

// The first word of the list that `matches`; nothing if none does.
template <class Matches>
std::string_view find_in(std::string_view list, Matches matches) {
    while (!list.empty()) {
        std::size_t const length = std::min(list.find(' '), list.size());
        if (matches(list.substr(0, length)))
            return list.substr(0, length);
        list.remove_prefix(std::min(length + 1, list.size()));
    }
    return {};
}

bool is_one_of(std::string_view word, std::string_view list) {
    return !find_in(list, [&](std::string_view one) { return one == word; }).empty();
}

bool is_direction(Meaning meaning) {
    return meaning == Meaning::up || meaning == Meaning::down || meaning == Meaning::verify;
}

struct KnownWord {
    Meaning meaning = Meaning::other;
    std::string_view text = {}; // of the vocabulary
};

template <class Matches>
KnownWord find_word(std::string_view Words::*list, Matches matches) {
    for (Words const &words : vocabulary)
        if (std::string_view const found = find_in(words.*list, matches); !found.empty())
            return {words.meaning, found};
    return {};
}

KnownWord exact_word(std::string_view word) {
    auto const same = [&](std::string_view known) { return known == word; };
    KnownWord const found = find_word(&Words::exact, same);
    return found.meaning == Meaning::other ? find_word(&Words::guessed, same) : found;
}

// `migrationdown`, `downscript`: a direction and a noun in one.
KnownWord joined_direction(std::string_view word) {
    KnownWord direction;
    (void) find_word(&Words::guessed, [&](std::string_view noun) {
        bool const first = begins_with(word, noun), last = ends_with(word, noun);
        if ((first || last) && exact_word(noun).meaning == Meaning::noun) {
            std::string_view const rest = first ? word.substr(noun.size()) : word.substr(0, word.size() - noun.size());
            if (KnownWord const known = exact_word(rest); is_direction(known.meaning))
                direction = known;
        }
        return false;
    });
    return direction;
}

KnownWord known_word(std::string_view word) {
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_digit))
        return {Meaning::number};
    KnownWord found = exact_word(word);
    if (found.meaning == Meaning::other && !is_one_of(word, words_of_their_own))
        found = find_word(&Words::guessed, [&](std::string_view known) { return nearly(word, known); });
    return found.meaning == Meaning::other ? joined_direction(word) : found;
}

struct Piece : CommentWord {
    explicit Piece(CommentWord word) : CommentWord(std::move(word)), known(known_word(text)) {}

    KnownWord known;
};

constexpr std::size_t most_pieces = 12; // of which one too many shows that it is prose
constexpr std::size_t longest = 1000;

// By its first word. Most comments are prose, and this tells at little cost.
bool may_begin_marker(std::string_view words) {
    std::vector<CommentWord> const first = comment_words(words, 1);
    if (first.empty())
        return false;
    std::string_view const word = first.front().text;
    bool const is_first_part = word.size() == 1 || word == "roll" || word == "tear" || word == "back" || word == "un";
    return is_first_part || is_one_of(word, adjectives) || known_word(word).meaning != Meaning::other ||
           nearly(word, "changeset") || nearly(word, "create") || word == "changeset" || word == "create";
}

class Reader {
  public:
    explicit Reader(std::string_view words) : words_(words) {
        for (CommentWord &word : comment_words(words, most_pieces))
            pieces_.emplace_back(std::move(word));
        for (std::size_t i = 0; i + 1 < pieces_.size(); ++i)
            if (meaning(i + 1) == Meaning::noun && is_one_of(pieces_[i].text, adjectives))
                pieces_[i].known = {Meaning::down, "down"};
    }

    std::optional<LikelyMarker> read() const {
        if (pieces_.empty())
            return std::nullopt;
        if (std::string_view const tool = tool_of_command(); !tool.empty())
            return LikelyMarker{kind_of_command(), tool, is_rollback_of_liquibase()};
        if (Meaning const direction = direction_in(pieces_.size()); is_heading(direction))
            return LikelyMarker{kind_of(direction), "", false};
        if (std::size_t const end = end_of_label())
            return LikelyMarker{kind_of(direction_in(end)), "", true};
        return std::nullopt;
    }

  private:
    static MarkerKind kind_of(Meaning direction) {
        return direction == Meaning::up       ? MarkerKind::up
               : direction == Meaning::down   ? MarkerKind::down
               : direction == Meaning::verify ? MarkerKind::verify
                                              : MarkerKind::heading;
    }

    MarkerKind kind_of_command() const {
        for (std::size_t i = 0; i < pieces_.size(); ++i)
            if (meaning(i) == Meaning::command) {
                bool const begins = begins_with(pieces_[i].known.text, "statementb") || is(i + 1, "begin");
                bool const ends = begins_with(pieces_[i].known.text, "statemente") || is(i + 1, "end");
                return begins ? MarkerKind::statement_begin : ends ? MarkerKind::statement_end : MarkerKind::heading;
            }
        return kind_of(direction_in(pieces_.size()));
    }

    Meaning meaning(std::size_t i) const { return i < pieces_.size() ? pieces_[i].known.meaning : Meaning::other; }
    bool is(std::size_t i, std::string_view text) const { return i < pieces_.size() && pieces_[i].text == text; }
    bool means(std::size_t i, std::string_view text) const {
        return is(i, text) || (i < pieces_.size() && nearly(pieces_[i].text, text));
    }

    // Between two pieces; before the first one, and after the last one.
    std::string_view gap_before(std::size_t i) const {
        std::size_t const begin = i == 0 ? 0 : pieces_[i - 1].end;
        return words_.substr(begin, (i < pieces_.size() ? pieces_[i].begin : words_.size()) - begin);
    }

    // The first direction before `end`; `other` if there is none.
    Meaning direction_in(std::size_t end) const {
        for (std::size_t i = 0; i < end; ++i)
            if (is_direction(meaning(i)))
                return meaning(i);
        return Meaning::other;
    }

    bool is_command(std::size_t i) const {
        Meaning const what = meaning(i);
        return is_direction(what) || what == Meaning::command || what == Meaning::option || what == Meaning::edge ||
               what == Meaning::number;
    }
    bool all_commands(std::size_t from) const {
        for (std::size_t i = from; i < pieces_.size(); ++i)
            if (!is_command(i))
                return false;
        return from < pieces_.size();
    }

    // The tool whose name and command the comment begins with; empty: none.
    std::string_view tool_of_command() const {
        bool const plus = words_.front() == '+';
        bool const migrates = meaning(0) == Meaning::noun && begins_with(pieces_[0].known.text, "migrat");
        if (meaning(0) == Meaning::tool && (plus || all_commands(1)))
            return pieces_[0].known.text;
        if (migrates && plus && is_command(1))
            return "sql-migrate";
        bool const colon = migrates && gap_before(1) == ":" && pieces_.size() > 1;
        if (colon && (pieces_.size() == 2 || all_commands(1)))
            return "dbmate";
        if (pieces_.size() <= 2 && meaning(0) == Meaning::command && pieces_.front().text.size() > 9)
            return "goose";
        if (pieces_.size() == 2 && is(0, "statement") && meaning(1) == Meaning::edge && gap_before(1).empty())
            return "goose";
        if (pieces_.size() == 4 && means(0, "create") && means(1, "above") && means(2, "drop") && means(3, "below"))
            return "tern";
        return begins_liquibase() ? "liquibase" : "";
    }

    bool begins_liquibase() const {
        std::size_t const changeset = is(0, "change") && is(1, "set") ? 2 : means(0, "changeset") ? 1 : 0;
        if (changeset && changeset < pieces_.size()) {
            std::string_view rest = words_.substr(pieces_[changeset].begin);
            rest = rest.substr(0, rest.find_first_of(" \t\r\n"));
            std::size_t const colon = rest.find(':');
            if (colon != std::string_view::npos && colon > 0 && colon + 1 < rest.size() &&
                rest.substr(colon, 3) != "://")
                return true;
        }
        if (means(0, "liquibase") && means(1, "formatted"))
            return true;
        return is_rollback_of_liquibase();
    }

    // `rollback DROP TABLE users;`
    bool is_rollback_of_liquibase() const {
        return means(0, "rollback") && pieces_.size() > 2 && is_one_of(pieces_[1].text, sql_verbs) &&
               trim_blanks(gap_before(1)).empty() && (words_.back() == ';' || is_one_of(pieces_[2].text, sql_objects));
    }

    // What the pieces of a heading have been so far.
    struct Heading {
        Meaning const direction; // of the whole
        bool directed = false, noun = false, filler = false;
    };

    bool continues(Heading const &heading, std::size_t i) const {
        bool const up = heading.direction == Meaning::up, down = heading.direction == Meaning::down;
        switch (meaning(i)) {
        case Meaning::other:
        case Meaning::command:
            return false;
        case Meaning::up:
        case Meaning::down:
        case Meaning::verify:
            return (meaning(i) == Meaning::up) == up;
        case Meaning::option:
            return heading.directed;
        case Meaning::lead: // `to undo`, but not `up to`
            return i == 0 && down;
        case Meaning::link: // `SQL for down`, `for rollback`
            return !heading.directed && (heading.noun || (down && i == 0 && is(i, "for")));
        case Meaning::edge: // but not `start up`
            return !up || heading.directed || !is_direction(meaning(i + 1));
        case Meaning::part: // but not `step down`
            return heading.directed || !is_direction(meaning(i + 1)) || pieces_[i].text != "step";
        case Meaning::number: // but not `2 = down`, `down = 2`
            return gap_before(i).find('=') == std::string_view::npos &&
                   gap_before(i + 1).find('=') == std::string_view::npos;
        default:
            return true;
        }
    }

    bool is_heading(Meaning direction) const {
        if (!is_direction(direction) || pieces_.size() >= most_pieces || words_.size() > longest)
            return false;
        Heading heading{direction};
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            Meaning const what = meaning(i);
            bool const names = heading.noun && heading.directed && (what == Meaning::link || what == Meaning::number);
            if (names && i + 1 < pieces_.size() && i + 4 >= pieces_.size() && no_clause(i + 1))
                return true; // the name in `Rollback script for 001_users`
            if (!continues(heading, i))
                return false;
            heading.directed = heading.directed || is_direction(what);
            heading.noun = heading.noun || what == Meaning::noun || what == Meaning::tool || what == Meaning::edge;
            heading.filler = heading.filler || what == Meaning::filler;
        }
        return heading.noun || !heading.filler;
    }

    // No verb that makes a sentence of it.
    bool no_clause(std::size_t from) const {
        return std::none_of(pieces_.begin() + static_cast<std::ptrdiff_t>(from), pieces_.end(),
                            [](Piece const &piece) { return is_one_of(piece.text, verbs_of_a_clause); });
    }

    // How many pieces are set off from the text that follows; 0: none.
    std::size_t end_of_label() const {
        std::size_t end = 0;
        for (std::size_t i = 0; i < pieces_.size() && i < 4 && end == 0; ++i) {
            Meaning const what = meaning(i);
            if (!is_direction(what) && what != Meaning::noun && what != Meaning::part && what != Meaning::tool &&
                what != Meaning::number)
                return 0;
            if (is_direction(direction_in(i + 1)) && i + 1 < pieces_.size() &&
                (separates(gap_before(i + 1)) || has_sigil()))
                end = i + 1;
        }
        if (end == 0 || words_.back() == ';' || is_one_of(pieces_[end].text, denials))
            return 0;
        for (std::size_t i = end; i < pieces_.size(); ++i) // `down: 3, up: 4`
            if (is_direction(meaning(i)) && meaning(i) != direction_in(end))
                return 0;
        return end;
    }

    // `@DOWN`, `[DOWN]`, `#down`
    bool has_sigil() const {
        std::string_view const before = gap_before(0);
        return !before.empty() && std::string_view("@+!#[{<").find(before.back()) != std::string_view::npos &&
               is_direction(meaning(0));
    }

    static bool separates(std::string_view gap) {
        if (gap.find_first_of(":;|>([{") != std::string_view::npos || gap.find("==") != std::string_view::npos)
            return true;
        bool const apart = !gap.empty() && gap.front() == ' ' && gap.back() == ' ';
        return apart && (gap.find('-') != std::string_view::npos || gap.find("\xE2\x80") != std::string_view::npos);
    }

    std::string_view const words_;
    std::vector<Piece> pieces_;
};

} // namespace

std::optional<LikelyMarker> likely_marker(std::string_view words) {
    constexpr std::string_view white_space = " \t\r\n\f\v";
    std::size_t const begin = words.find_first_not_of(white_space);
    if (begin == std::string_view::npos)
        return std::nullopt;
    words = words.substr(begin, words.find_last_not_of(white_space) + 1 - begin);
    return may_begin_marker(words) ? Reader(words).read() : std::nullopt;
}

} // namespace mig
