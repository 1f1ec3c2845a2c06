// The words of a comment, whatever it is decorated with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mig {

struct CommentWord {
    std::string text; // in lower case
    std::size_t begin, end;
};

// The first words of a text, at most `most`, without what is neither a letter nor a digit: `[DOWN]` has one,
// `StatementBegin` and `migrate_down` two each. An apostrophe is part of a word. What people write in two words, or
// letter by letter, is one: `roll back`, `D O W N`.
std::vector<CommentWord> comment_words(std::string_view text, std::size_t most);

// Whether one letter is missing, too many or wrong, or two neighbors have changed places. The first letter is right,
// unless it is one of two such neighbors: people see that one.
bool nearly(std::string_view word, std::string_view right);

} // namespace mig
