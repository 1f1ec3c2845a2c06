// An owned file descriptor of the operating system.
#pragma once

#include <utility>

#include <unistd.h>

namespace mig::server {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {} // negative: none
    Descriptor(Descriptor &&other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    int number() const { return number_; }

  private:
    int number_;
};

} // namespace mig::server
