// Byte views, and big-endian reading and writing with bounds.
//
// Lengths are compared as "needed <= remaining"; no pointer sums, so no overflow. A reader borrows its bytes: it must
// not outlive them. A writer appends to a vector that it does not own. Neither is thread safe.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// Appends bytes that do not lie in `out`.
inline void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

inline std::string_view asText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView asBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// Unchecked big-endian access: the caller has checked that the bytes are there.
inline std::uint16_t loadU16(const std::uint8_t* p) { return static_cast<std::uint16_t>((p[0] << 8) | p[1]); }
inline std::uint32_t loadU32(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | std::uint32_t{p[3]};
}
inline std::uint64_t loadU64(const std::uint8_t* p) { return (std::uint64_t{loadU32(p)} << 32) | loadU32(p + 4); }
inline void storeU16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void storeU32(std::uint8_t* p, std::uint32_t v) {
  storeU16(p, static_cast<std::uint16_t>(v >> 16));
  storeU16(p + 2, static_cast<std::uint16_t>(v));
}
inline void storeU64(std::uint8_t* p, std::uint64_t v) {
  storeU32(p, static_cast<std::uint32_t>(v >> 32));
  storeU32(p + 4, static_cast<std::uint32_t>(v));
}

// Reads from the front of a view. A read past the end gives zero, sets failed() and leaves the rest unread.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return take(1) ? last_[0] : std::uint8_t{0}; }
  std::uint16_t u16() { return take(2) ? loadU16(last_) : std::uint16_t{0}; }
  std::uint32_t u32() { return take(4) ? loadU32(last_) : 0; }
  std::uint64_t u64() { return take(8) ? loadU64(last_) : 0; }
  ByteView bytes(std::size_t n) { return take(n) ? ByteView{last_, n} : ByteView{}; }

  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  [[nodiscard]] ByteView rest() const { return rest_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool take(std::size_t n) {
    if (failed_ || n > rest_.size()) {
      failed_ = true;
      return false;
    }
    last_ = rest_.data();
    rest_ = rest_.subspan(n);
    return true;
  }
  ByteView rest_;
  const std::uint8_t* last_ = nullptr;
  bool failed_ = false;
};

// Appends to a vector.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { storeU16(grow(2), v); }
  void u32(std::uint32_t v) { storeU32(grow(4), v); }
  void u64(std::uint64_t v) { storeU64(grow(8), v); }
  void bytes(ByteView b) { append(out_, b); }
  void zeros(std::size_t n) { std::memset(grow(n), 0, n); }
  [[nodiscard]] std::size_t size() const { return out_.size(); }

 private:
  std::uint8_t* grow(std::size_t n) {
    const std::size_t at = out_.size();
    out_.resize(at + n);
    return out_.data() + at;
  }
  Bytes& out_;
};

}  // namespace base
