#include "isns-server/manage/people/password.h"

#include <openssl/evp.h>

#include <charconv>
#include <optional>

#include "isns-server/manage/credentials/secret_check.h"
#include "shared/san/observed_objects.h"

namespace people {
namespace {

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;
constexpr unsigned kWantedBits = 45;  // at most so strong a password is refused

struct Parts {
  keys::ScryptCost cost;
  base::Bytes salt;
  base::Bytes hash;
};

std::string toBase64(base::ByteView bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// Exactly `size` bytes, or nothing.
std::optional<base::Bytes> fromBase64(std::string_view text, std::size_t size) {
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  base::Bytes bytes(padded.size() / 4 * 3 + 1);
  const int got = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const std::uint8_t*>(padded.data()),
                                  static_cast<int>(padded.size()));
  if (got < static_cast<int>(size)) return std::nullopt;
  bytes.resize(size);
  if (toBase64(bytes) != text) return std::nullopt;
  return bytes;
}

// A number of the text behind `key`, which is taken off.
bool takeCost(std::string_view& text, std::string_view key, std::uint8_t& value) {
  if (!text.starts_with(key)) return false;
  text.remove_prefix(key.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::optional<Parts> parse(std::string_view text) {
  Parts parts;
  if (!takeCost(text, "$scrypt$ln=", parts.cost.logN) || !takeCost(text, ",r=", parts.cost.r) ||
      !takeCost(text, ",p=", parts.cost.p) || !text.starts_with('$')) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const std::size_t split = text.find('$');
  if (split == text.npos || !isUsable(parts.cost)) return std::nullopt;
  auto salt = fromBase64(text.substr(0, split), kSaltSize);
  auto hash = fromBase64(text.substr(split + 1), kHashSize);
  if (!salt || !hash) return std::nullopt;
  parts.salt = std::move(*salt);
  parts.hash = std::move(*hash);
  return parts;
}

}  // namespace

std::string passwordProblem(const base::Secret& password, std::string_view user) {
  if (password.size() < kMinPassword) return "a password has at least 12 characters";
  const auto verdict = credentials::checkSecret(password, {user, nullptr, false});
  if ((verdict.weaknesses & san::weakness::kEqualsUserName) != 0) return "the password is the user's name";
  if ((verdict.weaknesses & san::weakness::kDictionary) != 0)
    return "the password is a common word with little beside it";
  if (credentials::strengthBits(password.reveal()) < kWantedBits) return "the password is too easy to guess";
  return {};
}

base::Result<std::string> hashPassword(const base::Secret& password, const base::RandomSource& random,
                                       const keys::ScryptCost& cost) {
  std::array<std::uint8_t, kSaltSize> salt{};
  if (!random(salt)) return base::fail("no random bytes for a password hash");
  const auto hash = keys::scrypt(password.reveal(), salt, cost, kHashSize);
  if (!hash) return base::fail(hash.error());
  return "$scrypt$ln=" + std::to_string(cost.logN) + ",r=" + std::to_string(cost.r) + ",p=" + std::to_string(cost.p) +
         "$" + toBase64(salt) + "$" + toBase64(hash->reveal());
}

bool verifyPassword(const base::Secret& password, std::string_view hash) {
  const std::optional<Parts> parts = parse(hash);
  if (!parts) return false;
  const auto computed = keys::scrypt(password.reveal(), parts->salt, parts->cost, kHashSize);
  return computed && base::equalInConstantTime(computed->reveal(), parts->hash);
}

std::string_view nobodysHash() {
  return "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
}

}  // namespace people
