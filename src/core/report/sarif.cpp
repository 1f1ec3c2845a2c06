// The report for code scanning: SARIF 2.1.0, within what GitHub accepts. It rejects a whole file for one result without
// a physical location, so each result has one.
#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "core/report/json_writer.hpp"
#include "core/report/report.hpp"
#include "core/report/totals.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace mig::report {

namespace {

constexpr std::size_t most_results = 5000; // that GitHub shows; it rejects more than 25,000
constexpr std::size_t longest_message = 2000, longest_description = 1000;

constexpr Rule own_rules[] = {
    {"rehearsal-error", "A statement fails when the migration is rehearsed on this database."},
    {"rehearsal-rewrite", "The rehearsal saw a table rewritten, row by row, under an AccessExclusiveLock."},
};

struct Result {
    std::string rule, message;
    Severity severity;
    Migration const *migration;
    Region region;
    bool whole_line; // the columns are not known
    std::string_view sql;
    std::string const *justification = nullptr; // of who allows it in the migration
};

const char *level(Severity severity) { return severity == Severity::info ? "note" : to_text(severity); }

// `suppressions` of a run are there for all results or for none (SARIF 2.1.0, 3.27.23).
bool has_suppressions(std::vector<Result> const &results) {
    return std::any_of(results.begin(), results.end(), [](Result const &result) { return result.justification; });
}

std::string sentence(std::string text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n'))
        text.pop_back();
    if (!text.empty() && std::string_view(".!?:;").find(text.back()) == std::string_view::npos)
        text += '.';
    return text;
}

std::string pascal_case(std::string_view name) {
    std::string result;
    bool upper = true;
    for (char const c : name) {
        if (c == '-' || c == '_') {
            upper = true;
            continue;
        }
        result += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return result;
}

// A reference relative to the root of the repository, or a file URI when the name is absolute.
std::string uri_of(std::string_view path, bool utf8) {
    std::string uri = path.substr(0, 1) == "/" ? "file://" : "";
    for (char const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        bool const letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        bool const unreserved =
            letter || (byte >= '0' && byte <= '9') || std::string_view("/-._~").find(c) != std::string::npos;
        // A URI has the octets of UTF-8. In another encoding they are not known here, so the character stays as it is:
        // the client receives it in its own encoding, and it can be read.
        if (c != '\0' && (unreserved || (byte >= 0x80 && !utf8))) {
            uri += c;
            continue;
        }
        constexpr char digits[] = "0123456789ABCDEF";
        (uri += '%') += digits[byte >> 4];
        uri += digits[byte & 15];
    }
    return uri;
}

// Finds the statements of an up body by their numbers.
class Numbered {
  public:
    explicit Numbered(Migration const &migration) {
        for (Statement const &statement : migration.statements) {
            check_for_interrupts();
            if (!statement.seen.verify)
                statements_.emplace(statement.seen.statement, &statement);
        }
    }
    Statement const *find(Finding const &finding) const {
        auto const found = finding.statement > 0 ? statements_.find(finding.statement) : statements_.end();
        return found == statements_.end() ? nullptr : found->second;
    }

  private:
    std::unordered_map<std::int32_t, Statement const *> statements_;
};

std::vector<Result> results_of(Report const &report) {
    std::vector<Result> all;
    for (Migration const &migration : report.migrations) {
        Numbered const statements(migration);
        auto const add = [&](Finding const &finding, std::string const *justification) {
            std::string text = sentence(finding.message);
            if (!finding.hint.empty())
                text += " " + sentence(finding.hint);
            Statement const *const statement = statements.find(finding);
            Region region;
            region.line = std::max(finding.line, 1);
            // In the code of a DO block only the line is known.
            bool const in_code = statement && finding.line > statement->region.line;
            if (statement && !in_code)
                region = statement->region;
            bool const whole_line = !statement || in_code;
            all.push_back({finding.rule, std::move(text), finding.severity, &migration, region, whole_line,
                           statement ? std::string_view(statement->seen.sql) : std::string_view(), justification});
        };
        for (Finding const &finding : migration.findings) {
            check_for_interrupts();
            add(finding, nullptr);
        }
        for (Silenced const &one : migration.allowed) {
            check_for_interrupts();
            add(one.finding, &one.reason);
        }
        for (Statement const &statement : migration.statements) {
            check_for_interrupts();
            Rehearsed const &seen = statement.seen;
            if (seen.error)
                all.push_back({own_rules[0].name,
                               sentence("The rehearsal fails here: " + *seen.error +
                                        (seen.sqlstate ? " (SQLSTATE " + *seen.sqlstate + ")" : "")),
                               Severity::error, &migration, statement.region, false, seen.sql, nullptr});
            for (std::string const &table : seen.rewrites)
                all.push_back({own_rules[1].name, "The rehearsal rewrote the table " + table + ".", Severity::info,
                               &migration, statement.region, false, seen.sql, nullptr});
        }
    }
    auto const more_severe = [](Result const &a, Result const &b) { return a.severity > b.severity; };
    // If some have to be left out, then the least severe ones; else they stay in the order of the files.
    if (all.size() > most_results)
        std::stable_sort(all.begin(), all.end(), more_severe);
    return all;
}

void text_object(JsonWriter &out, std::string_view key, std::string_view text) {
    out.key(key).object().member("text", text).end();
}

void write_rule(JsonWriter &out, Rule const &rule, bool silenced_by_directive) {
    std::string const hazard(shortened(sentence(rule.hazard), longest_description));
    std::string help = hazard;
    if (silenced_by_directive)
        help += std::string(" Where it is intended, write -- migrator: allow=") + rule.name +
                " and the reason above the statement.";
    out.object().member("id", rule.name).member("name", pascal_case(rule.name));
    text_object(out, "shortDescription", hazard);
    text_object(out, "fullDescription", hazard);
    text_object(out, "help", help);
    out.key("properties").object();
    out.key("tags").array().value("sql").value("migration").end().member("precision", "high");
    out.end().end();
}

void write_location(JsonWriter &out, Report const &report, Result const &result) {
    std::string const uri = uri_of(path_of(report, *result.migration), report.utf8);
    out.key("locations").array().object().key("physicalLocation").object();
    out.key("artifactLocation").object().member("uri", uri);
    if (uri.compare(0, 7, "file://") != 0)
        out.member("uriBaseId", "%SRCROOT%");
    out.end().key("region").object().member("startLine", result.region.line);
    if (!result.whole_line)
        out.member("startColumn", result.region.column)
            .member("endLine", result.region.end_line)
            .member("endColumn", result.region.end_column);
    out.end().end();
    out.key("logicalLocations").array().object();
    out.member("name", result.migration->version).member("kind", "module");
    out.member("fullyQualifiedName", report.module + "." + result.migration->version).end().end();
    out.end().end();
}

void notify(JsonWriter &out, const char *level, std::string_view text) {
    out.object().member("level", level);
    text_object(out, "message", text);
    out.end();
}

} // namespace

std::string sarif(Report const &report) {
    std::vector<Result> const results = results_of(report);
    bool const suppressions = has_suppressions(results);
    std::map<std::string, std::size_t> index;
    JsonWriter out;
    out.object().member("$schema", "https://json.schemastore.org/sarif-2.1.0.json").member("version", "2.1.0");
    out.key("runs").array().object().key("tool").object().key("driver").object();
    out.member("name", "migrator").member("version", report.tool_version);
    out.key("rules").array();
    auto const add = [&](Rule const &rule, bool silenced_by_directive) {
        if (index.emplace(rule.name, index.size()).second)
            write_rule(out, rule, silenced_by_directive);
    };
    for (Rule const &rule : own_rules)
        add(rule, false);
    for (Rule const &rule : report.rules)
        add(rule, true);
    out.end().end().end();
    // Tells the analyses of two modules of one repository apart.
    out.key("automationDetails").object().member("id", "migrator/" + report.module + "/").end();
    out.key("originalUriBaseIds").object().key("%SRCROOT%").object();
    text_object(out, "description", "The root of the repository.");
    out.end().end().member("columnKind", "unicodeCodePoints");

    out.key("results").array();
    std::map<std::string, int> seen;
    for (std::size_t i = 0; i < std::min(results.size(), most_results); ++i) {
        check_for_interrupts();
        Result const &result = results[i];
        out.object().member("ruleId", result.rule);
        if (auto const at = index.find(result.rule); at != index.end())
            out.member("ruleIndex", at->second);
        out.member("level", level(result.severity));
        text_object(out, "message", shortened(result.message, longest_message));
        write_location(out, report, result);
        if (suppressions) {
            out.key("suppressions").array();
            if (result.justification)
                out.object()
                    .member("kind", "inSource")
                    .member("justification", shortened(*result.justification, longest_message))
                    .end();
            out.end();
        }
        // Stays the same when lines are added above. Not primaryLocationLineHash: GitHub's upload computes that itself
        // and complains about another one.
        std::string hash = checksum::of_bytes(result.rule + '\n' + result.migration->version + '\n', result.sql);
        hash.resize(16);
        int const occurrence = ++seen[hash];
        out.key("partialFingerprints").object();
        out.member("migratorStatement/v1", hash + ":" + std::to_string(occurrence)).end().end();
    }
    out.end();
    out.key("invocations").array().object().member("executionSuccessful", !report.refusal);
    out.key("toolExecutionNotifications").array();
    if (report.refusal)
        notify(out, "error", "Not rehearsed: " + sentence(report.refusal->message));
    if (results.size() > most_results)
        notify(out, "warning",
               std::to_string(results.size() - most_results) + " results are left out, the least severe ones.");
    out.end().end().end();
    return out.end().end().end().take();
}

} // namespace mig::report
