#include "isns-server/manage/credentials/secret_check.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "shared/san/observed_objects.h"

namespace credentials {
namespace {

// Small letters, digits as the letters that they stand for (leet), longest first where one holds another.
constexpr std::string_view kCommonWords[] = {
    "administrator", "initiator", "passphrase", "password", "changeme", "letmein",   "netapp",   "openiscsi",
    "qwertyuiop",    "qwerty",    "storage",    "welcome",  "default",  "microsoft", "windows",  "summer",
    "winter",        "spring",    "autumn",     "secret",   "target",   "vmware",    "synology", "truenas",
    "freenas",       "qnap",      "oracle",     "server",   "dragon",   "monkey",    "master",   "passwd",
    "iscsi",         "admin",     "chapuser",   "chap",     "root",     "test",      "user",     "login",
    "backup",        "linux",     "debian",     "cisco",    "private",  "public",    "asdfgh",   "zxcvbn",
    "abcdef",        "geheim",    "passwort"};

char folded(std::uint8_t c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
}

// A copy of the secret with letters folded, wiped when it goes.
struct Folded {
  std::array<std::uint8_t, base::Secret::kMaxSize> bytes{};
  std::size_t size = 0;
  explicit Folded(base::ByteView secret) : size(secret.size()) {
    std::transform(secret.begin(), secret.end(), bytes.begin(),
                   [](std::uint8_t c) { return static_cast<std::uint8_t>(folded(c)); });
  }
  ~Folded() { base::wipe(bytes); }
  [[nodiscard]] std::string_view text() const { return base::asText(base::ByteView(bytes.data(), size)); }
};

unsigned classesOf(base::ByteView secret) {
  bool small = false;
  bool capital = false;
  bool digit = false;
  bool sign = false;
  bool other = false;
  for (const std::uint8_t c : secret) {
    small = small || (c >= 'a' && c <= 'z');
    capital = capital || (c >= 'A' && c <= 'Z');
    digit = digit || (c >= '0' && c <= '9');
    other = other || c < 0x20 || c >= 0x7f;
    sign = sign ||
           (c >= 0x20 && c < 0x7f && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')));
  }
  return other ? 256U : (small ? 26U : 0U) + (capital ? 26U : 0U) + (digit ? 10U : 0U) + (sign ? 33U : 0U);
}

// A word, and less than half of the wanted strength beside it.
bool leansOnAWord(base::ByteView secret) {
  const Folded folded(secret);
  for (const std::string_view word : kCommonWords) {
    const std::size_t at = folded.text().find(word);
    if (at == std::string_view::npos) continue;
    const unsigned beside = strengthBits(secret.first(at)) + strengthBits(secret.subspan(at + word.size()));
    if (beside < kWantedBits / 2) return true;
  }
  return false;
}

bool equalsFolded(base::ByteView secret, std::string_view name) {
  if (secret.size() != name.size() || name.empty()) return false;
  return Folded(secret).text() == Folded(base::asBytes(name)).text();
}

}  // namespace

unsigned strengthBits(base::ByteView secret) {
  std::size_t counted = secret.empty() ? 0 : 1;
  int lastStep = 256;
  for (std::size_t i = 1; i < secret.size(); ++i) {
    const int step = int{secret[i]} - int{secret[i - 1]};
    const bool run = (step == 0 || step == 1 || step == -1) && step == lastStep;
    lastStep = step;
    if (!run) ++counted;
  }
  const unsigned symbols = classesOf(secret);
  return symbols < 2 ? 0 : static_cast<unsigned>(static_cast<double>(counted) * std::log2(symbols));
}

SecretVerdict checkSecret(const base::Secret& secret, const SecretContext& context) {
  SecretVerdict verdict;
  const auto refuse = [&](std::string text) {
    verdict.refused = true;
    verdict.findings.push_back({0, std::move(text)});
  };
  const auto mark = [&](std::uint32_t weakness, std::string text) {
    verdict.weaknesses |= weakness;
    verdict.findings.push_back({weakness, std::move(text)});
  };
  if (secret.empty()) {
    refuse("the secret is empty");
    return verdict;
  }
  const base::ByteView bytes = secret.reveal();
  if (const unsigned bits = strengthBits(bytes); bits < kWantedBits) {
    mark(san::weakness::kShort,
         "the secret has at most " + std::to_string(bits) + " bits; RFC 7143 wants 96 random ones");
  }
  if (leansOnAWord(bytes)) mark(san::weakness::kDictionary, "the secret is a common word with little beside it");
  if (context.peer != nullptr && *context.peer == secret) {
    mark(san::weakness::kEqualsPeer, "both directions have the same secret");
    refuse("RFC 7143 9.2.1 forbids the same secret in both directions");
  }
  if (equalsFolded(bytes, context.userName)) mark(san::weakness::kEqualsUserName, "the secret is the user name");
  if (context.usedElsewhere) mark(san::weakness::kReused, "another credential has the same secret");
  return verdict;
}

}  // namespace credentials
