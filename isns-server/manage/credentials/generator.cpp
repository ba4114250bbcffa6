#include "isns-server/manage/credentials/generator.h"

#include <array>

namespace credentials {

base::Result<base::Secret> generateSecret(std::size_t length, const base::RandomSource& random) {
  if (length < kForeignLength || length > base::Secret::kMaxSize) {
    return base::fail("a generated secret has 16 to 255 characters");
  }
  std::array<std::uint8_t, base::Secret::kMaxSize> symbols{};
  const std::span<std::uint8_t> used = std::span(symbols).first(length);
  if (!random(used)) return base::fail("no random bytes for a secret");
  for (std::uint8_t& symbol : used) symbol = static_cast<std::uint8_t>(kAlphabet[symbol % kAlphabet.size()]);
  std::optional<base::Secret> secret = base::Secret::from(base::ByteView(used));
  base::wipe(symbols);
  return std::move(*secret);
}

}  // namespace credentials
