#include "core/convention/statement_blocks.hpp"

#include "core/text/statement_ends.hpp"

namespace mig {

namespace {

// Goes through the tokens of a file as its markers come.
class Blocks {
  public:
    Blocks(Lexed const &text, std::vector<FoundMarker> const &markers) : text_(text), markers_(markers) {}

    std::shared_ptr<std::string> ended() {
        for (std::size_t i = 0; i < markers_.size(); ++i) {
            look_for_interrupts();
            FoundMarker const &marker = markers_[i];
            take_until(marker.begin);
            if (begins_section(*marker.marker)) {
                ends_ = {};
                open_ = false;
            } else if (marker.marker->says == Says::statement_begin) {
                open_ = true;
            } else if (marker.marker->says == Says::statement_end) {
                // Behind the last statement of a section there is nothing that it would have to be kept from.
                if (open_ && !ends_.between() && goes_on_behind(i))
                    end_at(text_.text.find("--", marker.begin));
                open_ = false;
            }
        }
        if (result_)
            result_->append(text_.text.substr(done_));
        return result_;
    }

  private:
    void take_until(std::size_t offset) {
        for (; next_ < text_.tokens.size() && text_.tokens[next_].begin < offset; ++next_) {
            look_for_interrupts();
            Token const &token = text_.tokens[next_];
            if (token.kind != Token::Kind::copy_data)
                (void) ends_.take(token.kind, text_.at(token));
        }
    }

    bool goes_on_behind(std::size_t marker) const {
        for (std::size_t i = marker + 1; i < markers_.size(); ++i) {
            look_for_interrupts();
            if (next_ < text_.tokens.size() && text_.tokens[next_].begin < markers_[i].begin)
                return true;
            if (begins_section(*markers_[i].marker))
                return false;
        }
        return next_ < text_.tokens.size();
    }

    void end_at(std::size_t offset) {
        if (!result_)
            result_ = std::make_shared<std::string>();
        result_->append(text_.text.substr(done_, offset - done_)).append(";");
        done_ = offset;
        ends_ = {};
    }

    Lexed const &text_;
    std::vector<FoundMarker> const &markers_;
    std::size_t next_ = 0; // token
    StatementEnds ends_;
    bool open_ = false; // a block is
    std::shared_ptr<std::string> result_;
    std::size_t done_ = 0; // of the text, in the result
};

} // namespace

Prepared with_ends_of_blocks(Lexed const &text, std::vector<FoundMarker> const &markers) {
    bool const any = std::any_of(markers.begin(), markers.end(),
                                 [](FoundMarker const &found) { return found.marker->says == Says::statement_end; });
    return any ? Blocks(text, markers).ended() : nullptr;
}

} // namespace mig
