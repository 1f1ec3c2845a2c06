#include "core/convention/statement_blocks.hpp"

#include "core/text/statement_ends.hpp"

namespace mig {

namespace {

// Walks through the tokens and the markers of a file in parallel.
class Blocks {
  public:
    Blocks(Lexed const &text, std::vector<FoundMarker> const &markers) : text_(text), markers_(markers) {}

    std::shared_ptr<std::string> terminated() {
        for (std::size_t i = 0; i < markers_.size(); ++i) {
            check_for_interrupts();
            FoundMarker const &marker = markers_[i];
            read_until(marker.begin);
            if (begins_section(*marker.marker)) {
                ends_ = {};
                open_ = false;
            } else if (marker.marker->kind == MarkerKind::statement_begin) {
                open_ = true;
            } else if (marker.marker->kind == MarkerKind::statement_end) {
                // The last statement of a section needs no semicolon: nothing follows that it could run into.
                if (open_ && !ends_.between_statements() && section_continues_after(i))
                    terminate_at(text_.text.find("--", marker.begin));
                open_ = false;
            }
        }
        if (result_)
            result_->append(text_.text.substr(copied_));
        return result_;
    }

  private:
    void read_until(std::size_t offset) {
        for (; next_token_ < text_.tokens.size() && text_.tokens[next_token_].begin < offset; ++next_token_) {
            check_for_interrupts();
            Token const &token = text_.tokens[next_token_];
            if (token.kind != Token::Kind::copy_data) // which StatementEnds must not see
                (void) ends_.advance(token.kind, text_.at(token));
        }
    }

    bool section_continues_after(std::size_t marker) const {
        for (std::size_t i = marker + 1; i < markers_.size(); ++i) {
            check_for_interrupts();
            if (next_token_ < text_.tokens.size() && text_.tokens[next_token_].begin < markers_[i].begin)
                return true;
            if (begins_section(*markers_[i].marker))
                return false;
        }
        return next_token_ < text_.tokens.size();
    }

    void terminate_at(std::size_t offset) {
        if (!result_)
            result_ = std::make_shared<std::string>();
        result_->append(text_.text.substr(copied_, offset - copied_)).append(";");
        copied_ = offset;
        ends_ = {};
    }

    Lexed const &text_;
    std::vector<FoundMarker> const &markers_;
    std::size_t next_token_ = 0;
    StatementEnds ends_;
    bool open_ = false; // inside a block
    std::shared_ptr<std::string> result_;
    std::size_t copied_ = 0; // bytes of the text that are in the result
};

} // namespace

RewrittenText with_terminated_blocks(Lexed const &text, std::vector<FoundMarker> const &markers) {
    bool const any = std::any_of(markers.begin(), markers.end(), [](FoundMarker const &found) {
        return found.marker->kind == MarkerKind::statement_end;
    });
    return any ? Blocks(text, markers).terminated() : nullptr;
}

} // namespace mig
