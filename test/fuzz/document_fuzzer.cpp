// Any bytes as a migration file: what parse_document() promises of its sections.
#include "../unit/home_document.hpp"
#include "../unit/stand_in_scanner.hpp"
#include "core/base/failure.hpp"
#include "core/convention/marker_slip.hpp"
#include "core/convention/sections.hpp"
#include "core/migration/checksum.hpp"
#include "require.hpp"

using mig::Document;
using mig::Lexed;
using mig::Section;
using mig::test::require;
using mig::test::StandInScanner;

namespace {

// The document, or the message of the refusal.
struct Parsed {
    std::optional<Document> document;
    std::string refusal;

    explicit Parsed(Lexed const &file) {
        try {
            document = mig::test::parse_document(file);
        } catch (mig::Failure const &failure) {
            require(std::string_view(failure.state) == mig::sqlstate::malformed_file, "a refusal says malformed_file");
            refusal = failure.message;
            require(refusal.rfind("line ", 0) == 0, "a refusal names the line");
        }
    }
};

bool ends_line(std::string_view text, std::size_t at) {
    return text[at] == '\n' || (text[at] == '\r' && text.substr(at, 2) != "\r\n");
}

std::uint32_t line_of(std::string_view text, std::size_t offset) {
    std::uint32_t line = 1;
    for (std::size_t i = 0; i < offset; ++i)
        line += ends_line(text, i);
    return line;
}

Lexed part(Lexed const &file, Section const &section) { return mig::slice(file, section.begin, section.end); }

void check_section(Lexed const &file, Section const &section) {
    std::string_view const text = file.text;
    require(section.begin <= section.end && section.end <= text.size(), "a section lies within the text");
    // A marker that ends the text without a line end: the section would begin on the next line.
    bool const beyond = section.begin == text.size() && !text.empty() && text.back() != '\n' && text.back() != '\r';
    std::uint32_t const line = line_of(text, section.begin);
    require(section.line == line || (beyond && section.line == line + 1), "a section has its line number");

    Lexed const own = part(file, section);
    require(own.text == text.substr(section.begin, section.end - section.begin), "a part has the section's text");
    std::optional<Lexed> const again = StandInScanner(own.text).scan();
    require(again && again->tokens.size() == own.tokens.size(), "a section scanned by itself has the same tokens");
    std::size_t before = 0;
    for (std::size_t i = 0; i < own.tokens.size(); ++i) {
        mig::Token const &token = own.tokens[i];
        require(before <= token.begin && token.begin < token.end && token.end <= own.text.size(),
                "the tokens of a part lie inside, in order");
        require(again->tokens[i].begin == token.begin && again->tokens[i].end == token.end &&
                    again->tokens[i].kind == token.kind,
                "the tokens of a part are those of its text");
        before = token.end;
    }

    Parsed const inner(own);
    require(inner.document && !inner.document->down && !inner.document->verify && inner.document->up.begin == 0 &&
                inner.document->up.end == own.text.size(),
            "a section holds no marker");
}

void check_sections(Lexed const &file, Document const &document) {
    std::size_t tokens = part(file, document.up).tokens.size();
    check_section(file, document.up);
    auto const apart = [](Section const &a, Section const &b) {
        require(a.end <= b.begin || b.end <= a.begin, "sections do not overlap");
    };
    for (std::optional<Section> const &section : {document.down, document.verify})
        if (section) {
            check_section(file, *section);
            tokens += part(file, *section).tokens.size();
            apart(document.up, *section);
        }
    if (document.down && document.verify)
        apart(*document.down, *document.verify);
    require(tokens == file.tokens.size(), "every token is in one section");
}

void check_lines(Lexed const &file) {
    mig::LineCounter counter(file.text);
    for (mig::Token const &token : file.tokens) {
        std::uint32_t const line = line_of(file.text, token.begin);
        require(mig::line_at(file.text, token.begin) == line, "line_at() counts lines");
        require(counter.at(token.begin) == line, "LineCounter counts lines");
    }
}

bool same_position(std::optional<Section> const &a, std::optional<Section> const &b) {
    return a.has_value() == b.has_value() && (!a || (a->begin == b->begin && a->end == b->end && a->line == b->line));
}

// A change that must not matter: the same refusal, or the same lines and checksums.
void check_cosmetic(Lexed const &file, Parsed const &parsed, std::string const &text, const char *what) {
    std::optional<Lexed> const changed = StandInScanner(text).scan();
    require(changed.has_value(), what);
    Parsed const again(*changed);
    require(again.refusal == parsed.refusal && again.document.has_value() == parsed.document.has_value(), what);
    require(mig::checksum::of_tokens(*changed) == mig::checksum::of_tokens(file), what);
    if (!parsed.document)
        return;
    Document const &old = *parsed.document, &now = *again.document;
    auto const same = [&](Section const &a, Section const &b) {
        return a.line == b.line &&
               mig::checksum::of_tokens(part(file, a)) == mig::checksum::of_tokens(part(*changed, b));
    };
    require(same(old.up, now.up), what);
    require(old.down.has_value() == now.down.has_value() && (!old.down || same(*old.down, *now.down)), what);
}

std::string with_windows_lines(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            result += '\r';
        result += text[i];
    }
    return result;
}

// Nothing when there is no comment that looks like a marker.
std::string slip_in(std::string const &text) {
    std::optional<Lexed> const file = StandInScanner(text).scan();
    require(file.has_value(), "a comment line before or after a text does not matter to the scanner");
    try {
        mig::refuse_slips({nullptr, mig::MarkerKind::up, false, *file, {}});
    } catch (mig::Failure const &failure) {
        require(std::string_view(failure.state) == mig::sqlstate::malformed_file, "a refusal says malformed_file");
        require(failure.message.rfind("line ", 0) == 0, "a refusal names the line");
        return failure.message;
    }
    return {};
}

void check_slips(std::string const &text) {
    std::string const slip = slip_in(text);
    require(slip == slip_in(text + "\n-- a comment\n"), "a comment line at the end does not matter");
    std::string const allowed = slip_in("-- migrator: allow=marker for the test\n" + text);
    require(allowed.find("looks like") == std::string::npos, "an allowance at the top is for all");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const text(reinterpret_cast<const char *>(data), size);
    std::optional<Lexed> const file = StandInScanner(text).scan();
    if (!file)
        return 0; // the server refuses it before a document is made of it

    Parsed const parsed(*file), again(*file);
    require(parsed.refusal == again.refusal, "parsing again refuses the same");
    if (parsed.document) {
        check_sections(*file, *parsed.document);
        require(same_position(parsed.document->up, again.document->up) &&
                    same_position(parsed.document->down, again.document->down) &&
                    same_position(parsed.document->verify, again.document->verify),
                "parsing again gives the same");
    }
    check_lines(*file);
    check_cosmetic(*file, parsed, text + "\n-- a comment\n", "a comment line at the end does not matter");
    check_cosmetic(*file, parsed, with_windows_lines(text), "CRLF instead of LF does not matter");
    check_slips(text);
    return 0;
}
