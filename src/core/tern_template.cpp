#include "core/convention_hooks.hpp"
#include "core/failure.hpp"
#include "core/text.hpp"

namespace mig::hooks {

Prepared refuse_templates(SourceFile const &file, Placeholders const &) {
    std::size_t const at = file.content.find("{{");
    if (at == std::string_view::npos)
        return nullptr;
    std::string_view const line = file.content.substr(at, file.content.find_first_of("\r\n", at) - at);
    throw Failure(sqlstate::malformed_file,
                  file.path + ", line " + std::to_string(line_at(file.content, at)) + ": a template, " +
                      quoted_excerpt(line),
                  "tern fills templates in before it runs a file.", "Write what the template stands for.");
}

} // namespace mig::hooks
