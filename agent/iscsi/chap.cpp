#include "agent/iscsi/chap.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "agent/iscsi/text.h"

namespace iscsi {
namespace {

using A = ChapAlgorithm;

constexpr ChapAlgorithmRow kRows[] = {
    {A::Md5, "MD5", "MD5", 16, "RFC 1994"},
    {A::Sha1, "SHA-1", "SHA1", 20, "IANA"},
    {A::Sha256, "SHA-256", "SHA256", 32, "IANA"},
    {A::Sha3_256, "SHA3-256", "SHA3-256", 32, "IANA"},
};
static_assert(std::size(kRows) == kChapAlgorithms);
static_assert([] {
  for (std::size_t i = 0; i < kChapAlgorithms; ++i) {
    if (kRows[i].size > kMaxChapDigest || kRows[i].size < 16) return false;
    if (i != 0 && static_cast<int>(kRows[i].algorithm) != static_cast<int>(kRows[i - 1].algorithm) + 1) return false;
  }
  return true;
}());

struct FreeMd {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Md = std::unique_ptr<EVP_MD, FreeMd>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Md fetch(ChapAlgorithm algorithm) { return Md(EVP_MD_fetch(nullptr, rowOf(algorithm).digest, nullptr)); }

// 1 and 0 as numbers, so that what is known is put together without a jump.
unsigned matches(base::ByteView response, const ChapDigest& digest) {
  return base::equalInConstantTime(response, digest.view()) ? 1U : 0U;
}

}  // namespace

std::span<const ChapAlgorithmRow> chapAlgorithmTable() { return kRows; }

const ChapAlgorithmRow* findChapAlgorithm(std::uint64_t number) {
  for (const ChapAlgorithmRow& row : kRows) {
    if (static_cast<std::uint64_t>(row.algorithm) == number) return &row;
  }
  return nullptr;
}

const ChapAlgorithmRow& rowOf(ChapAlgorithm algorithm) {
  return kRows[static_cast<std::size_t>(algorithm) - static_cast<std::size_t>(A::Md5)];
}

bool isAvailable(ChapAlgorithm algorithm) { return fetch(algorithm) != nullptr; }

std::optional<ChapAlgorithm> chooseChapAlgorithm(std::string_view list, const ChapAlgorithms& allowed,
                                                 bool& malformed) {
  std::optional<ChapAlgorithm> chosen;
  malformed = false;
  for (std::string_view word; nextWord(list, word);) {
    const auto number = parseNumber(word);
    if (!number) {
      malformed = true;
      return std::nullopt;
    }
    const ChapAlgorithmRow* row = findChapAlgorithm(*number);
    if (!chosen && row != nullptr && allowed.contains(row->algorithm) && isAvailable(row->algorithm)) {
      chosen = row->algorithm;
    }
  }
  return chosen;
}

ChapDigest chapResponse(ChapAlgorithm algorithm, std::uint8_t identifier, const base::Secret& secret,
                        base::ByteView challenge) {
  ChapDigest digest;
  const Md md = fetch(algorithm);
  const Context context(EVP_MD_CTX_new());
  if (md == nullptr || context == nullptr) return digest;
  const base::ByteView key = secret.reveal();
  unsigned size = 0;
  const bool done = EVP_DigestInit_ex2(context.get(), md.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), &identifier, 1) == 1 &&
                    EVP_DigestUpdate(context.get(), key.data(), key.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), challenge.data(), challenge.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.bytes.data(), &size) == 1;
  digest.size = done ? size : 0;
  return digest;
}

base::Status checkChapSecrets(const ChapEntry& initiator, const ChapEntry& target, bool shortSecretsAllowed) {
  const base::Secret* const ours[] = {&initiator.current, &initiator.next};
  const base::Secret* const theirs[] = {&target.current, &target.next};
  for (const auto& side : {ours, theirs}) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (side[i]->empty() || shortSecretsAllowed || side[i]->size() >= kMinChapSecret) continue;
      return base::fail("a CHAP secret has less than 12 bytes (96 bits)");
    }
  }
  for (const base::Secret* a : ours) {
    for (const base::Secret* b : theirs) {
      if (!a->empty() && *a == *b) return base::fail("initiator and target have the same CHAP secret");
    }
  }
  return {};
}

bool ChapChallenge::make(ChapAlgorithm algorithm, const RandomSource& random) {
  const std::uint8_t last = identifier_;
  const std::size_t size = rowOf(algorithm).size;
  std::array<std::uint8_t, kMaxChapDigest + 1> bytes{};
  if (!random(std::span(bytes).first(size + 1))) return false;
  algorithm_ = algorithm;
  identifier_ = bytes[size] == last ? static_cast<std::uint8_t>(last + 1) : bytes[size];
  size_ = size;
  std::copy_n(bytes.begin(), size, challenge_.begin());
  return true;
}

SecretMatch ChapChallenge::verify(base::ByteView response, const ChapEntry* peer, const ChapEntry* own) const {
  // For each secret that may be missing something is computed, so that time does not tell which are there.
  static const base::Secret kNobody = *base::Secret::from("nobody has this secret");
  const auto check = [&](const base::Secret* secret) {
    const bool there = secret != nullptr && !secret->empty();
    const ChapDigest digest = chapResponse(algorithm_, identifier_, there ? *secret : kNobody, challenge());
    return matches(response, digest) & (there && digest.size != 0 ? 1U : 0U);
  };
  const unsigned reflected =
      check(own == nullptr ? nullptr : &own->current) | check(own == nullptr ? nullptr : &own->next);
  const unsigned current = check(peer == nullptr ? nullptr : &peer->current);
  const unsigned next = check(peer == nullptr ? nullptr : &peer->next);
  if (size_ == 0 || reflected != 0) return SecretMatch::None;
  if (current != 0) return SecretMatch::Current;
  return next != 0 ? SecretMatch::Next : SecretMatch::None;
}

void SentChallenges::add(base::ByteView challenge) {
  ChapDigest one;
  one.size = std::min(challenge.size(), one.bytes.size());
  std::copy_n(challenge.begin(), one.size, one.bytes.begin());
  if (kept_.size() < kKept) {
    kept_.push_back(one);
    return;
  }
  kept_[next_] = one;
  next_ = (next_ + 1) % kKept;
}

bool SentChallenges::contains(base::ByteView challenge) const {
  return std::any_of(kept_.begin(), kept_.end(),
                     [&](const ChapDigest& one) { return base::equal(one.view(), challenge); });
}

}  // namespace iscsi
