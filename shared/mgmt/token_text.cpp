#include "shared/mgmt/token_text.h"

#include <cassert>

#include "shared/mgmt/fingerprint.h"

namespace mgmt {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 8;
constexpr std::size_t kMaxPacked = kMaxTokenPayload + kTokenChecksum;

int valueOf(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'I' || c == 'L') return 1;
  if (c == 'O') return 0;
  const std::size_t at = kSymbols.find(c);
  return at == kSymbols.npos ? -1 : static_cast<int>(at);
}

constexpr std::size_t symbolsFor(std::size_t bytes) { return (bytes * 8 + 4) / 5; }

static_assert(symbolsFor(kMaxPacked) * (kGroup + 1) / kGroup + 1 <= base::Secret::kMaxSize);

// Bytes and text that pass through here are wiped when it ends.
struct Work {
  std::array<std::uint8_t, kMaxPacked> packed{};
  std::array<std::uint8_t, base::Secret::kMaxSize> text{};
  ~Work() {
    base::wipe(packed);
    base::wipe(text);
  }
};

}  // namespace

base::Secret toTokenText(base::ByteView payload) {
  assert(payload.size() <= kMaxTokenPayload);
  Work work;
  const std::size_t size = payload.size() + kTokenChecksum;
  const Fingerprint digest = sha256(payload);
  std::memcpy(work.packed.data(), payload.data(), payload.size());
  std::memcpy(work.packed.data() + payload.size(), digest.bytes.data(), kTokenChecksum);
  std::size_t at = 0;
  for (std::size_t i = 0; i < symbolsFor(size); ++i) {
    if (i > 0 && i % kGroup == 0) work.text[at++] = '-';
    unsigned value = 0;
    for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      const unsigned set = bit / 8 < size ? (work.packed[bit / 8] >> (7 - bit % 8)) & 1U : 0U;
      value = (value << 1) | set;
    }
    work.text[at++] = static_cast<std::uint8_t>(kSymbols[value]);
  }
  return std::move(*base::Secret::from(base::ByteView(work.text.data(), at)));
}

base::Result<base::Secret> fromTokenText(std::string_view text, std::size_t size) {
  assert(size <= kMaxTokenPayload);
  if (text.size() > kMaxTokenText) return base::fail("too long for a token");
  Work work;
  const std::size_t bytes = size + kTokenChecksum;
  std::size_t symbols = 0;
  for (const char c : text) {
    if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    const int value = valueOf(c);
    if (value < 0) return base::fail("a character that no token has");
    if (symbols == symbolsFor(bytes)) return base::fail("too long for a token: characters were added");
    for (std::size_t i = 0; i < 5; ++i) {
      const std::size_t bit = 5 * symbols + i;
      const unsigned set = (static_cast<unsigned>(value) >> (4 - i)) & 1U;
      if (bit / 8 < bytes) {
        work.packed[bit / 8] = static_cast<std::uint8_t>(work.packed[bit / 8] | (set << (7 - bit % 8)));
      } else if (set != 0) {
        return base::fail("the token does not check: a character is mistyped");
      }
    }
    ++symbols;
  }
  if (symbols < symbolsFor(bytes)) return base::fail("too short for a token: characters are missing");
  const base::ByteView payload(work.packed.data(), size);
  const Fingerprint digest = sha256(payload);
  if (std::memcmp(digest.bytes.data(), work.packed.data() + size, kTokenChecksum) != 0) {
    return base::fail("the token does not check: a character is mistyped");
  }
  return std::move(*base::Secret::from(payload));
}

}  // namespace mgmt
