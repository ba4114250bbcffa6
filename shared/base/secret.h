// Secret: bytes that nobody shall see. They are wiped when they go, and no stream and no test prints them.
//
// The bytes lie in the object, so moving one leaves nothing behind and nothing is allocated. A Secret is moved; a copy
// is made by copy() where one is really needed. Comparing two takes the same time for any two of one length. Not thread
// safe, as any value. Errors: from() gives nothing for more than kMaxSize bytes.
#pragma once

#include <array>
#include <optional>
#include <ostream>

#include "shared/base/bytes.h"

namespace base {

// Overwrites memory with zeroes; the compiler may not leave it out because the memory is not read again.
inline void wipe(std::span<std::uint8_t> memory) {
  if (memory.empty()) return;
  std::memset(memory.data(), 0, memory.size());
  asm volatile("" : : "r"(memory.data()) : "memory");
}

// Whether the bytes are the same. The time depends on the lengths alone.
inline bool equalInConstantTime(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
    asm volatile("" : "+r"(difference));  // else it might be turned into a loop that stops early
  }
  return difference == 0;
}

class Secret {
 public:
  static constexpr std::size_t kMaxSize = 255;

  Secret() = default;
  [[nodiscard]] static std::optional<Secret> from(ByteView bytes) {
    if (bytes.size() > kMaxSize) return std::nullopt;
    Secret secret;
    secret.size_ = static_cast<std::uint8_t>(bytes.size());
    if (!bytes.empty()) std::memcpy(secret.bytes_.data(), bytes.data(), bytes.size());
    return secret;
  }
  [[nodiscard]] static std::optional<Secret> from(std::string_view text) { return from(asBytes(text)); }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    bytes_ = other.bytes_;
    size_ = other.size_;
    other.clear();
    return *this;
  }
  ~Secret() { clear(); }

  [[nodiscard]] Secret copy() const {
    Secret other;
    other.bytes_ = bytes_;
    other.size_ = size_;
    return other;
  }
  void clear() {
    wipe(bytes_);
    size_ = 0;
  }

  // For what computes with it. The view lives as long as the object stands where it is.
  [[nodiscard]] ByteView reveal() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  friend bool operator==(const Secret& a, const Secret& b) { return equalInConstantTime(a.reveal(), b.reveal()); }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;
  // GoogleTest would print the bytes of an object that it does not know.
  friend void PrintTo(const Secret&, std::ostream* out) { *out << "(a secret)"; }

 private:
  std::array<std::uint8_t, kMaxSize> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace base
