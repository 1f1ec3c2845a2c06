#include "core/convention/tool_settings.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/lines.hpp"
#include "core/text/text.hpp"

namespace mig {

namespace {

struct Setting {
    std::string key, value;
    std::string place; // path and line, for messages

    [[noreturn]] void refuse(std::string const &what, std::string hint) const {
        throw Failure(sqlstate::malformed_file, place + ": " + what, {}, std::move(hint));
    }

    bool boolean() const {
        if (value == "true" || value == "false")
            return value == "true";
        refuse(key + " is " + quoted_excerpt(value), "It is either true or false.");
    }
};

std::string_view without_comment(std::string_view line, std::string_view comment_chars, bool whole_lines_only) {
    std::size_t const mark = line.find_first_of(comment_chars);
    bool const comment =
        mark != std::string_view::npos && (!whole_lines_only || trim_blanks(line.substr(0, mark)).empty());
    return trim_blanks(comment ? line.substr(0, mark) : line);
}

// Parses `key = value`. The line is not empty.
Setting setting_of(std::string_view line, std::string place) {
    std::size_t const equals = line.find('=');
    Setting setting{std::string(trim_blanks(line.substr(0, equals))), {}, std::move(place)};
    if (equals == std::string_view::npos || setting.key.empty())
        setting.refuse(quoted_excerpt(line) + " is not a setting", "A setting is written: key=value");
    setting.value = trim_blanks(line.substr(equals + 1));
    return setting;
}

std::string place_in(std::string const &path, Lines const &lines) {
    return path + ", line " + std::to_string(lines.number());
}

} // namespace

ToolSettings flyway_script_settings(std::string_view text, std::string const &path) {
    ToolSettings settings;
    for (Lines lines(text); lines.next();) {
        check_for_interrupts();
        // As in Java's property files: a comment is a line of its own.
        std::string_view const line = without_comment(lines.line(), "#!", true);
        if (line.empty())
            continue;
        Setting const setting = setting_of(line, place_in(path, lines));
        std::string const encoding = lower_case(setting.value);
        if (setting.key == "executeInTransaction")
            settings.in_transaction = setting.boolean();
        else if (setting.key == "placeholderReplacement")
            settings.placeholders = setting.boolean();
        else if (setting.key == "encoding") {
            if (encoding != "utf-8" && encoding != "utf8")
                setting.refuse("encoding " + quoted_excerpt(setting.value) + " for a single file",
                               "Convert the file to UTF-8 and remove the line.");
        } else if (setting.key == "shouldExecute") {
            if (setting.value != "true")
                setting.refuse("shouldExecute is " + quoted_excerpt(setting.value) + ", which would skip the migration",
                               "Remove the line, or keep the migration out of the directory.");
        } else
            setting.refuse("unknown setting " + quoted_excerpt(setting.key),
                           "Known settings are executeInTransaction, placeholderReplacement, encoding and "
                           "shouldExecute.");
    }
    return settings;
}

ToolSettings diesel_settings(std::string_view text, std::string const &path) {
    ToolSettings settings;
    for (Lines lines(text); lines.next();) {
        check_for_interrupts();
        // As in TOML: a comment may follow a value. There are no strings here that could contain a #.
        std::string_view const line = without_comment(lines.line(), "#", false);
        if (line.empty())
            continue;
        Setting const setting = setting_of(line, place_in(path, lines));
        if (setting.key != "run_in_transaction")
            setting.refuse("unknown setting " + quoted_excerpt(setting.key),
                           "The only known setting is run_in_transaction.");
        settings.in_transaction = setting.boolean();
    }
    return settings;
}

} // namespace mig
