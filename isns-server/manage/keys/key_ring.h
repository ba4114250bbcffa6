// The keys that seal secrets at rest, and the seal itself.
//
//   version u8 (1), key id u32, nonce 12 bytes, AES-256-GCM cipher text, tag 16 bytes      (big-endian)
//
// The seal's associated data are the head and the place (table, row, field, version), so that a sealed value moved to
// another row or field, or an old one put back, does not open. Nonces are random: a key seals at most 2^32 values, far
// more than a SAN has.
//
// A key is 32 random bytes, one a source (a file that only the server may read, or a systemd credential); the driver
// reads them (net::readSecretFile). What seals is derived from it, and so is what recognises a secret that was used
// before, so that neither says anything about the other. To change keys: add the new one, make it current, re-seal all
// rows, then take the old one away. check() of a key stands in the store, so that a wrong file is told at start.
//
// One owner, no locks. Keys lie in memory of the given resource, which a server makes locked. Bound: kMaxKeys. Errors
// name key ids and places, never a byte of a key or a value.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <vector>

#include "isns-server/manage/keys/digests.h"
#include "shared/base/random.h"

namespace keys {

using KeyId = std::uint32_t;  // from 1

// Where a sealed value stands.
struct SealPlace {
  std::uint8_t table = 0;
  std::uint64_t row = 0;
  std::uint8_t field = 0;     // of the row: a column, a direction
  std::uint32_t version = 0;  // of the value
};

class KeyRing {
 public:
  static constexpr std::size_t kMaxKeys = 16;
  static constexpr std::size_t kHead = 1 + 4 + kNonceSize;

  explicit KeyRing(std::pmr::memory_resource* memory = std::pmr::get_default_resource()) : keys_(memory) {}
  KeyRing(KeyRing&&) = default;

  // `expected`: the check that the store has of this id, where it has one. The first key becomes the current one.
  [[nodiscard]] base::Status add(KeyId id, const base::Secret& key, const std::optional<Digest>& expected = {});
  [[nodiscard]] base::Status makeCurrent(KeyId id);
  // The current one cannot go.
  [[nodiscard]] base::Status remove(KeyId id);

  [[nodiscard]] KeyId current() const { return current_; }  // 0: no key
  [[nodiscard]] bool has(KeyId id) const { return find(id) != nullptr; }
  // What tells one key from another and says nothing of either.
  [[nodiscard]] std::optional<Digest> check(KeyId id) const;

  // Appends the sealed value.
  [[nodiscard]] base::Status seal(const base::Secret& value, const SealPlace& place, const base::RandomSource& random,
                                  base::Bytes& out) const;
  [[nodiscard]] base::Result<base::Secret> open(base::ByteView sealed, const SealPlace& place) const;
  // The key id that a sealed value names; nothing: it is no sealed value.
  [[nodiscard]] static std::optional<KeyId> keyOf(base::ByteView sealed);
  // The value sealed by the current key; nothing where it is already.
  [[nodiscard]] base::Result<std::optional<base::Bytes>> reseal(base::ByteView sealed, const SealPlace& place,
                                                                const base::RandomSource& random) const;

  // By which the same secret is recognised elsewhere: an HMAC under a key of the ring. Fingerprints of different keys
  // cannot be compared; a re-seal computes them anew.
  [[nodiscard]] base::Result<Digest> reuseFingerprint(const base::Secret& value) const;

 private:
  struct Key {
    KeyId id = 0;
    base::Secret seal;
    base::Secret reuse;
    Digest check{};
  };
  [[nodiscard]] const Key* find(KeyId id) const;

  std::pmr::vector<Key> keys_;
  KeyId current_ = 0;
};

}  // namespace keys
