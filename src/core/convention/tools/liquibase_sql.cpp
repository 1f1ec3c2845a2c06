#include "core/convention/tools/liquibase_sql.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/convention/group_reading.hpp"
#include "core/convention/marker_slip.hpp"
#include "core/convention/tools/liquibase_marker.hpp"
#include "core/convention/tools/liquibase_text.hpp"
#include "core/convention/unreadable_down.hpp"
#include "core/text/comments.hpp"
#include "core/text/lines.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

// A piece of a rollback and its line in the file.
struct RollbackPart {
    std::string_view text;
    std::uint32_t line;
};

// The words of the line comment that the file begins with.
std::string_view words_of_first_line(std::string_view text) {
    for (Lines lines(text); lines.next();)
        if (std::string_view const line = trim_blanks(lines.line()); !line.empty())
            return line.substr(0, 2) == "--" ? trim_blanks(line.substr(2)) : std::string_view();
    return {};
}

class ChangelogReader {
  public:
    ChangelogReader(Lexed file, std::shared_ptr<std::string const> owned, std::string const &path, Lexer const &lexer)
        : file_(std::move(file)), owned_(std::move(owned)), path_(path), lexer_(lexer), lines_(file_.text) {
        logical_file_ = attributes_of(words_of_first_line(file_.text))["logicalfilepath"];
    }

    Changelog read() {
        std::vector<Comment> const comments = comments_of(file_);
        refuse_slips(comments);
        for (Comment const &comment : comments) {
            check_for_interrupts();
            if (comment.block)
                read_block(comment);
            else if (stands_alone(comment))
                read_line(comment);
        }
        close_changeset(file_.text.size());
        if (line_ == 0 && !file_.tokens.empty())
            refuse(line_at(file_.text, file_.tokens.front().begin), "a statement outside of any changeset",
                   changeset_form);
        return std::move(changelog_);
    }

  private:
    [[noreturn]] void refuse(std::uint32_t line, std::string const &what, std::string hint) const {
        throw Failure(sqlstate::malformed_file, path_ + ", line " + std::to_string(line) + ": " + what, {},
                      std::move(hint));
    }

    bool stands_alone(Comment const &comment) const {
        std::size_t const line = line_start(file_.text, comment.begin);
        return trim_blanks(file_.text.substr(line, comment.begin - line)).empty();
    }

    // Whether the comment is one that Liquibase knows: not only those that are read here.
    bool is_known(Comment const &comment) const {
        if (comment.block)
            return after_word(comment.words, "liquibase").has_value();
        if (std::optional<std::string_view> const rollback = after_word(comment.words, "rollback"))
            return !rollback->empty(); // what follows an empty one is part of the changeset all the same
        constexpr const char *known[] = {"liquibase", "property", "comment", "validchecksum"};
        return same_word(comment.words.substr(0, 9), "changeset") ||
               std::any_of(std::begin(known), std::end(known),
                           [&](const char *word) { return after_word(comment.words, word).has_value(); });
    }

    void refuse_slips(std::vector<Comment> const &comments) const {
        std::vector<KnownLine> known;
        for (Comment const &comment : comments) {
            check_for_interrupts();
            if (is_known(comment))
                known.push_back({comment.begin, same_word(comment.words.substr(0, 9), "changeset")
                                                    ? MarkerKind::up
                                                    : MarkerKind::heading});
        }
        in_file(path_, [&] {
            mig::refuse_slips({convention_named("liquibase"), MarkerKind::up, false, file_, known});
        });
    }

    void read_line(Comment const &comment) {
        constexpr std::string_view check = "precondition-", opening = "changeset";
        // Without a blank after it, as in `--changesetann:1`, it is a typo to be reported, not an ordinary comment.
        if (same_word(comment.words.substr(0, opening.size()), opening))
            open_changeset(comment, after_word(comment.words, opening).value_or(""));
        else if (auto const text = after_word(comment.words, "rollback"))
            rollback_.push_back({*text, lines_.at(comment.begin)});
        else if (loaded_ && same_word(comment.words.substr(0, check.size()), check))
            refuse(lines_.at(comment.begin), "a precondition, which would decide whether the changeset runs",
                   "Remove it, or make a statement of it that raises an error: DO $$ BEGIN ASSERT ...; END $$;");
    }

    // `/* liquibase rollback`, with the statements on the lines below.
    void read_block(Comment const &comment) {
        Lines lines(comment.words);
        auto const marker = lines.next() ? after_word(lines.line(), "liquibase") : std::nullopt;
        if (marker && same_word(*marker, "rollback") && lines.next() && stands_alone(comment)) {
            std::string_view const text = comment.words.substr(lines.begin());
            rollback_.push_back({text, lines_.at(static_cast<std::size_t>(text.data() - file_.text.data()))});
        }
    }

    void open_changeset(Comment const &comment, std::string_view words) {
        close_changeset(comment.begin);
        std::uint32_t const line = lines_.at(comment.begin);
        if (line_ == 0 && !file_.tokens.empty() && file_.tokens.front().begin < comment.begin)
            refuse(line_at(file_.text, file_.tokens.front().begin), "a statement before the first changeset",
                   "Move it below the line with --changeset.");
        std::optional<ChangesetLine> const header = changeset_line(words);
        if (!header)
            refuse(line, "a changeset without author and id", changeset_form);
        line_ = line;
        begin_ = comment.end;
        std::string const dbms = header->value("dbms");
        loaded_ = includes_postgresql(dbms) && !header->has("ignore", "true");
        if (loaded_)
            add_changeset(*header);
        else
            changelog_.skipped.push_back({path_,
                                          "changeset " + header->author + ":" + header->id + " on line " +
                                              std::to_string(line) +
                                              (includes_postgresql(dbms) ? " has ignore:true" : " is for " + dbms),
                                          true});
    }

    void add_changeset(ChangesetLine const &header) {
        refuse_unsupported(header);
        Changeset changeset;
        changeset.author = header.author;
        changeset.id = header.id;
        changeset.logical_file = header.value("logicalfilepath");
        if (changeset.logical_file.empty())
            changeset.logical_file = logical_file_;
        changeset.contexts = header.value("contextfilter");
        if (changeset.contexts.empty())
            changeset.contexts = header.value("context");
        changeset.labels = header.value("labels");
        std::string const transaction = header.value("runintransaction");
        changeset.no_transaction = !transaction.empty() && !same_word(transaction, "true");
        changeset.repeatable = header.has("runonchange", "true");
        changeset.line = line_;
        refuse_second(changeset);
        changelog_.changesets.push_back(std::move(changeset));
    }

    // Author, id and file identify a changeset.
    void refuse_second(Changeset const &changeset) {
        std::string const name = changeset.author + ":" + changeset.id;
        auto const [first, added] = names_.emplace(name + "\n" + changeset.logical_file, line_);
        if (!added)
            refuse(line_,
                   "a second changeset " + quoted_excerpt(name) + ", the first is on line " +
                       std::to_string(first->second),
                   "Give it an id of its own.");
    }

    // Attributes that make Liquibase do something else. To ignore them would not be what the author has tested.
    void refuse_unsupported(ChangesetLine const &header) const {
        if (header.has("runalways", "true"))
            refuse(line_, "runAlways:true, a changeset that runs every time",
                   "Write runOnChange:true, which runs it again when it has changed.");
        if (!header.value("failonerror").empty() && !header.has("failonerror", "true"))
            refuse(line_, "failOnError:false, a changeset that may fail",
                   "Catch the error where it may happen: DO $$ BEGIN ...; EXCEPTION WHEN ... END $$;");
        for (const char *const name : {"endDelimiter", "rollbackEndDelimiter"})
            if (std::string const value = header.value(lower_case(name).c_str()); !value.empty() && value != ";")
                refuse(line_, "statements that end in " + quoted_excerpt(value),
                       "End them with ';' and remove " + std::string(name) +
                           ". Dollar-quoted bodies do not need another delimiter.");
        if (std::string const client = header.value("runwith");
            !client.empty() && !same_word(client, "psql") && !same_word(client, "jdbc"))
            refuse(line_, "runWith:" + client + ", a client that is not psql", "Write it in SQL and remove runWith.");
    }

    // The open changeset ends at `end`.
    void close_changeset(std::size_t end) {
        if (loaded_) {
            Changeset &changeset = changelog_.changesets.back();
            std::size_t const begin = std::min(begin_, end);
            bool const windows = file_.text.substr(begin, 2) == "\r\n";
            std::size_t const first = std::min(begin + (windows ? 2 : 1), end);
            changeset.up = {slice(file_, first, end), path_, line_ + 1, owned_};
            changeset.down = rollback_of(changeset);
        }
        loaded_ = false;
        rollback_.clear();
    }

    // The rollback parts of the open changeset as one down body.
    std::optional<TextPart> rollback_of(Changeset &changeset) const {
        if (rollback_.empty())
            return std::nullopt;
        // Each part keeps its line, so that messages name lines of the file.
        std::string text;
        std::uint32_t line = rollback_.front().line;
        for (RollbackPart const &part : rollback_) {
            check_for_interrupts();
            text.append(part.line - line, '\n').append(part.text);
            line = part.line + line_at(part.text, part.text.size()) - 1;
        }
        std::string const lower = lower_case(text);
        std::size_t const word = lower.find_first_not_of(" \t\r\n\f\v");
        if (word == std::string::npos)
            return std::nullopt;
        // `--rollback changesetId:1 changesetAuthor:ann` stands for what that changeset does.
        if (lower.find("changesetid:") != std::string::npos)
            refuse(rollback_.front().line, "a rollback that refers to another changeset",
                   "Write the statements here: --rollback ...");
        // Liquibase's words for: nothing to undo.
        if (lower.compare(word, 5, "empty") == 0 || lower.compare(word, 12, "not required") == 0)
            text.clear();
        auto const owned = std::make_shared<std::string const>(std::move(text));
        std::string const where = path_ + ", rollback of " + changeset.author + ":" + changeset.id;
        ScannedText down = scan_down(*owned, where, rollback_.front().line, lexer_);
        changeset.down_unreadable = std::move(down.unreadable_down);
        return TextPart{std::move(down.text), path_, rollback_.front().line, owned};
    }

    static constexpr const char *changeset_form = "A changeset begins with a line: --changeset author:id";

    Lexed file_;
    std::shared_ptr<std::string const> owned_;
    std::string const &path_;
    Lexer const &lexer_;
    LineCounter lines_;
    Changelog changelog_;
    std::map<std::string, std::uint32_t> names_; // names and files, with the line of each changeset
    std::string logical_file_;                   // for all changesets that do not have their own
    // Of the open changeset:
    bool loaded_ = false;    // false: none is open, or it is skipped
    std::uint32_t line_ = 0; // 0: there was none yet
    std::size_t begin_ = 0;  // after its marker, before the line's end
    std::vector<RollbackPart> rollback_;
};

} // namespace

bool is_liquibase_sql(std::string_view text) {
    std::string_view const next = after_word(words_of_first_line(text), "liquibase").value_or("");
    return same_word(next.substr(0, 9), "formatted");
}

Changelog read_changelog(SourceFile const &file, Placeholders const &given, Lexer const &lexer) {
    std::shared_ptr<std::string const> owned = liquibase_text(file.content, given, file.path);
    Lexed lexed = lexer(owned ? std::string_view(*owned) : file.content, file.path);
    return ChangelogReader(std::move(lexed), std::move(owned), file.path, lexer).read();
}

} // namespace mig
