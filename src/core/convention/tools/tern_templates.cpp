#include "core/convention/tools/tern_templates.hpp"

#include "core/base/failure.hpp"
#include "core/text/text.hpp"

namespace mig {

RewrittenText refuse_templates(std::string_view text, Placeholders const &, std::string const &path) {
    std::size_t const at = text.find("{{");
    if (at == std::string_view::npos)
        return nullptr;
    std::string_view const rest = text.substr(at);
    throw Failure(sqlstate::malformed_file,
                  path + ", line " + std::to_string(line_at(text, at)) + ": a template, " +
                      quoted_excerpt(rest.substr(0, rest.find_first_of("\r\n"))),
                  "tern expands templates before it runs a file.", "Write out what the template expands to.");
}

} // namespace mig
