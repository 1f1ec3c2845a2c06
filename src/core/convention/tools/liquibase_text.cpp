#include "core/convention/tools/liquibase_text.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/convention/tools/liquibase_marker.hpp"
#include "core/text/comments.hpp"
#include "core/text/lexed.hpp"
#include "core/text/lines.hpp"
#include "core/text/text.hpp"

#include <charconv>

namespace mig {

namespace {

// The words of a line that is nothing but a line comment.
std::string_view comment_on(std::string_view line) {
    line = trim_blanks(line);
    return line.substr(0, 2) == "--" ? trim_blanks(line.substr(2)) : std::string_view();
}

// `start` and `3` of `--ignoreLines:start` and `--ignoreLines:3`.
std::string_view lines_to_ignore(std::string_view line) {
    constexpr std::string_view marker = "ignorelines:";
    std::string_view const words = comment_on(line);
    return same_word(words.substr(0, marker.size()), marker) ? words.substr(marker.size()) : std::string_view();
}

// Blanks out what is between --ignoreLines:start and --ignoreLines:end, or the N lines after --ignoreLines:N. The lines
// stay, so that positions are those of the file.
class IgnoredLines {
  public:
    IgnoredLines(std::string_view text, std::string const &path) : lines_(text), text_(text), path_(path) {}

    std::shared_ptr<std::string> blanked() {
        while (lines_.next()) {
            check_for_interrupts();
            std::string_view const words = count_ > 0 ? std::string_view() : lines_to_ignore(lines_.line());
            if (until_end_ && same_word(words, "end"))
                until_end_ = false;
            else if (until_end_ || count_ > 0)
                blank_line();
            else if (!words.empty())
                begin(words);
        }
        return result_;
    }

  private:
    void begin(std::string_view words) {
        until_end_ = same_word(words, "start");
        auto const [end, error] = std::from_chars(words.data(), words.data() + words.size(), count_);
        if (!until_end_ && (error != std::errc() || end != words.data() + words.size()))
            throw Failure(sqlstate::malformed_file,
                          path_ + ", line " + std::to_string(lines_.number()) + ": invalid --ignoreLines value " +
                              quoted_excerpt(words),
                          {}, "Write --ignoreLines:start and --ignoreLines:end, or --ignoreLines: and a number.");
    }

    void blank_line() {
        if (!result_)
            result_ = std::make_shared<std::string>(text_);
        std::size_t const length = lines_.end() - lines_.begin();
        result_->replace(lines_.begin(), length, length, ' ');
        count_ -= until_end_ ? 0 : 1;
    }

    Lines lines_;
    std::string_view text_;
    std::string const &path_;
    std::shared_ptr<std::string> result_;
    bool until_end_ = false;
    std::size_t count_ = 0;
};

// Of all values together. A value may contain earlier ones, so that a few lines could make them grow exponentially.
constexpr std::size_t longest_values = 1 << 20;

// The first value of a property counts, as in Liquibase; it may refer to earlier properties. Names are in lower case.
Placeholders properties_of(std::string_view text, Placeholders const &given, std::string const &path) {
    Placeholders properties = with_lower_case_names(given);
    std::size_t size = 0;
    for (Lines lines(text); lines.next();) {
        check_for_interrupts();
        std::optional<std::string_view> const words = after_word(comment_on(lines.line()), "property");
        if (!words)
            continue;
        LiquibaseAttributes attributes = property_attributes_of(*words);
        std::string const name = lower_case(attributes["name"]), &value = attributes["value"];
        if (!includes_postgresql(attributes["dbms"]) || name.empty())
            continue;
        auto const expanded = replace_properties(value, properties);
        size += expanded ? expanded->size() : 0;
        if (size > longest_values)
            throw Failure(sqlstate::malformed_file,
                          path + ", line " + std::to_string(lines.number()) +
                              ": the values of the properties are longer than 1 MB",
                          {}, "Give shorter values.");
        properties.emplace(name, expanded ? *expanded : value);
    }
    return properties;
}

} // namespace

std::shared_ptr<std::string const> liquibase_text(std::string_view text, Placeholders const &given,
                                                  std::string const &path) {
    std::shared_ptr<std::string const> kept = IgnoredLines(text, path).blanked();
    std::string_view const left = kept ? *kept : text;
    if (left.find("${") == std::string_view::npos)
        return kept;
    auto const expanded = replace_properties(left, properties_of(left, given, path));
    return expanded ? expanded : kept;
}

} // namespace mig
