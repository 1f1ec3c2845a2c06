#include "core/migration/checksum.hpp"

#include "core/base/interruption.hpp"
#include "core/text/token_text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace mig::checksum {

namespace {

class Sha256 {
  public:
    Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw std::bad_alloc();
    }

    void add(std::string_view bytes) {
        constexpr std::size_t portion = 1 << 20;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(portion, bytes.size()))) {
            check_for_interrupts();
            if (EVP_DigestUpdate(context_.get(), bytes.data(), std::min(portion, bytes.size())) != 1)
                throw std::bad_alloc();
        }
    }

    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
        unsigned length = 0;
        if (EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1)
            throw std::bad_alloc();
        std::string text;
        text.reserve(std::size_t{2} * length);
        for (unsigned i = 0; i < length; ++i) {
            text += "0123456789abcdef"[digest[i] >> 4];
            text += "0123456789abcdef"[digest[i] & 15];
        }
        return text;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// What follows is what `algorithm` stands for: a change would make every applied migration look modified.
char letter_of(Token::Kind kind) {
    return kind == Token::Kind::word ? 'w' : kind == Token::Kind::copy_data ? 'd' : 'x';
}

// Appends a token with its kind and length; one buffer for all, because EVP_DigestUpdate is expensive for a few bytes.
void append(std::string &stream, Lexed const &lexed, Token const &token) {
    constexpr std::size_t header = 5;
    std::size_t const start = stream.size();
    stream.append(header, '\0');
    append_token_text(stream, lexed, token);
    std::size_t const length = stream.size() - start - header;
    stream[start] = letter_of(token.kind);
    for (unsigned byte = 0; byte < 4; ++byte)
        stream[start + 1 + byte] = static_cast<char>((length >> (8 * byte)) & 0xff);
}

} // namespace

std::string of_tokens(Lexed const &lexed) {
    constexpr std::size_t enough = 1 << 16;
    Sha256 sum;
    std::string stream;
    stream.reserve(enough / 16);
    for (Token const &token : lexed.tokens) {
        check_for_interrupts();
        append(stream, lexed, token);
        if (stream.size() >= enough) {
            sum.add(stream);
            stream.clear();
        }
    }
    sum.add(stream);
    return sum.hex();
}

std::string of_statement(Lexed const &body, Statement const &statement) {
    auto const from = [&](std::size_t offset) {
        return std::lower_bound(body.tokens.begin(), body.tokens.end(), offset,
                                [](Token const &token, std::size_t begin) { return token.begin < begin; });
    };
    Lexed own{body.text, {from(statement.begin), from(statement.end)}};
    if (statement.copies())
        own.tokens.push_back(*from(statement.data_begin));
    return of_tokens(own);
}

std::string of_bytes(std::string_view bytes) { return of_bytes(bytes, {}); }

std::string of_bytes(std::string_view first, std::string_view second) {
    Sha256 sum;
    sum.add(first);
    sum.add(second);
    return sum.hex();
}

} // namespace mig::checksum
