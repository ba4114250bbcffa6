// CHAP as iSCSI uses it (RFC 1994, RFC 7143 9.2.1 and 12.1.3): algorithms, challenges, responses, and who is who.
//
// A response is H(identifier, secret, challenge). ChapChallenge is what a verifying end has sent and checks the answer
// against; chapResponse() is what the answering end computes. Pure but for OpenSSL's digests; one owner, no locks.
// Errors are values. Nothing here prints or keeps a secret.
//
// What a verdict rests on (the letters are those of the list of attacks in the header of login_target.h): the response
// has the length of the digest (k), is not what this end would have answered to the same challenge (d), and is that of
// the peer's current or next secret; the time that takes does not depend on which of it fails (f).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace iscsi {

using base::RandomSource;

// IANA: PPP authentication algorithms; 6 to 8 were registered for iSCSI.
enum class ChapAlgorithm : std::uint8_t { Md5 = 5, Sha1 = 6, Sha256 = 7, Sha3_256 = 8 };

struct ChapAlgorithmRow {
  ChapAlgorithm algorithm;
  std::string_view name;
  const char* digest;  // OpenSSL's name
  std::uint8_t size;   // of the digest, in bytes
  std::string_view source;
};
inline constexpr std::size_t kChapAlgorithms = 4;
inline constexpr std::size_t kMaxChapDigest = 32;
std::span<const ChapAlgorithmRow> chapAlgorithmTable();
const ChapAlgorithmRow* findChapAlgorithm(std::uint64_t number);
const ChapAlgorithmRow& rowOf(ChapAlgorithm algorithm);
// Whether OpenSSL computes it here: a FIPS provider has no MD5.
bool isAvailable(ChapAlgorithm algorithm);

// Some algorithms in order of preference.
class ChapAlgorithms {
 public:
  ChapAlgorithms() = default;
  ChapAlgorithms(std::initializer_list<ChapAlgorithm> algorithms) {
    for (const ChapAlgorithm algorithm : algorithms) add(algorithm);
  }
  void add(ChapAlgorithm algorithm) {
    if (!contains(algorithm)) order_[count_++] = algorithm;
  }
  [[nodiscard]] bool contains(ChapAlgorithm algorithm) const {
    for (const ChapAlgorithm one : list()) {
      if (one == algorithm) return true;
    }
    return false;
  }
  [[nodiscard]] std::span<const ChapAlgorithm> list() const { return {order_.data(), count_}; }

 private:
  std::array<ChapAlgorithm, kChapAlgorithms> order_{};
  std::size_t count_ = 0;
};

// The first of a CHAP_A list that is allowed and can be computed. Fails (no value) where there is none; a list that is
// no list of numbers gives `malformed`.
std::optional<ChapAlgorithm> chooseChapAlgorithm(std::string_view list, const ChapAlgorithms& allowed, bool& malformed);

struct ChapDigest {
  std::array<std::uint8_t, kMaxChapDigest> bytes{};
  std::size_t size = 0;  // 0: it could not be computed

  [[nodiscard]] base::ByteView view() const { return {bytes.data(), size}; }
};

ChapDigest chapResponse(ChapAlgorithm algorithm, std::uint8_t identifier, const base::Secret& secret,
                        base::ByteView challenge);

// One end's name (CHAP_N) and secret. While a secret is being changed there are two: whoever verifies takes both,
// whoever answers uses the current one.
struct ChapEntry {
  std::string name;
  base::Secret current;
  base::Secret next;  // empty: none

  [[nodiscard]] bool usable() const { return !current.empty(); }
};

enum class SecretMatch : std::uint8_t { None, Current, Next };

// The shortest secret that an end answers with, in bytes: 96 random bits (9.2.1).
inline constexpr std::size_t kMinChapSecret = 12;

// For configuration: secrets of both directions differ (9.2.1) and are long enough. The error holds no byte of them.
base::Status checkChapSecrets(const ChapEntry& initiator, const ChapEntry& target, bool shortSecretsAllowed = false);

// What a verifying end has sent.
class ChapChallenge {
 public:
  // Random, as long as the digest, with an identifier that differs from the last one of this object. False: no random
  // bytes.
  [[nodiscard]] bool make(ChapAlgorithm algorithm, const RandomSource& random);

  [[nodiscard]] ChapAlgorithm algorithm() const { return algorithm_; }
  [[nodiscard]] std::uint8_t identifier() const { return identifier_; }
  [[nodiscard]] base::ByteView challenge() const { return {challenge_.data(), size_}; }

  // Which secret of the peer the response shows; `own` is what this end proves itself with to that peer, if it does. A
  // peer without an entry is nullptr and never matches.
  [[nodiscard]] SecretMatch verify(base::ByteView response, const ChapEntry* peer, const ChapEntry* own) const;

 private:
  ChapAlgorithm algorithm_ = ChapAlgorithm::Md5;
  std::uint8_t identifier_ = 0;
  std::array<std::uint8_t, kMaxChapDigest> challenge_{};
  std::size_t size_ = 0;
};

// The challenges that this process has sent lately, so that one which comes back is known (9.2.1). All logins of one
// thread share one; it may serve both roles. Bound: kKept challenges, the oldest is forgotten.
class SentChallenges {
 public:
  static constexpr std::size_t kKept = 1024;

  void add(base::ByteView challenge);
  [[nodiscard]] bool contains(base::ByteView challenge) const;

 private:
  std::vector<ChapDigest> kept_;
  std::size_t next_ = 0;
};

}  // namespace iscsi
