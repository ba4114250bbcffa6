#include "isns-server/manage/keys/key_ring.h"

#include <algorithm>
#include <string>

namespace keys {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPlaceSize = 1 + 8 + 1 + 4;

using Associated = std::array<std::uint8_t, KeyRing::kHead + kPlaceSize>;

Associated associatedData(base::ByteView head, const SealPlace& place) {
  Associated data{};
  std::memcpy(data.data(), head.data(), KeyRing::kHead);
  std::uint8_t* at = data.data() + KeyRing::kHead;
  *at++ = place.table;
  base::storeU64(at, place.row);
  at += 8;
  *at++ = place.field;
  base::storeU32(at, place.version);
  return data;
}

std::string keyName(KeyId id) { return "key " + std::to_string(id); }

}  // namespace

const KeyRing::Key* KeyRing::find(KeyId id) const {
  const auto at = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  return at == keys_.end() ? nullptr : &*at;
}

base::Status KeyRing::add(KeyId id, const base::Secret& key, const std::optional<Digest>& expected) {
  if (id == 0) return base::fail("a sealing key's id begins at 1");
  if (has(id)) return base::fail(keyName(id) + " is there already");
  if (keys_.size() == kMaxKeys) return base::fail("the ring holds 16 keys: re-seal, and take old ones away");
  if (key.size() != kSealKeySize) return base::fail(keyName(id) + " has not 32 bytes");
  base::Result<base::Secret> seal = hkdfSha256(key.reveal(), {}, "sanctum seal", kSealKeySize);
  base::Result<base::Secret> reuse = hkdfSha256(key.reveal(), {}, "sanctum reuse", kSealKeySize);
  const base::Result<base::Secret> check = hkdfSha256(key.reveal(), {}, "sanctum check", kDigestSize);
  if (!seal || !reuse || !check) return base::fail(keyName(id) + ": OpenSSL derived no keys");
  Key one{id, std::move(*seal), std::move(*reuse), {}};
  std::memcpy(one.check.data(), check->reveal().data(), kDigestSize);
  if (expected && *expected != one.check) {
    return base::fail(keyName(id) + " is not the key of that id that this database was sealed with");
  }
  keys_.push_back(std::move(one));
  if (current_ == 0) current_ = id;
  return {};
}

base::Status KeyRing::makeCurrent(KeyId id) {
  if (!has(id)) return base::fail(keyName(id) + " is not there");
  current_ = id;
  return {};
}

base::Status KeyRing::remove(KeyId id) {
  if (!has(id)) return base::fail(keyName(id) + " is not there");
  if (id == current_) return base::fail(keyName(id) + " seals now: make another current first");
  std::erase_if(keys_, [&](const Key& key) { return key.id == id; });
  return {};
}

std::optional<Digest> KeyRing::check(KeyId id) const {
  const Key* key = find(id);
  return key == nullptr ? std::nullopt : std::optional(key->check);
}

base::Status KeyRing::seal(const base::Secret& value, const SealPlace& place, const base::RandomSource& random,
                           base::Bytes& out) const {
  const Key* key = find(current_);
  if (key == nullptr) return base::fail("there is no sealing key");
  std::array<std::uint8_t, kHead> head{};
  head[0] = kVersion;
  base::storeU32(head.data() + 1, key->id);
  const std::span<std::uint8_t> nonce(head.data() + 5, kNonceSize);
  if (!random(nonce)) return base::fail("no random bytes for a seal");
  const std::size_t start = out.size();
  base::append(out, head);
  base::Status status = gcmSeal(key->seal.reveal(), nonce, associatedData(head, place), value.reveal(), out);
  if (!status) out.resize(start);
  return status;
}

std::optional<KeyId> KeyRing::keyOf(base::ByteView sealed) {
  if (sealed.size() < kHead + kTagSize || sealed[0] != kVersion) return std::nullopt;
  return base::loadU32(sealed.data() + 1);
}

base::Result<base::Secret> KeyRing::open(base::ByteView sealed, const SealPlace& place) const {
  const std::optional<KeyId> id = keyOf(sealed);
  if (!id) return base::fail("not a sealed value");
  const std::size_t size = sealed.size() - kHead - kTagSize;
  if (size > base::Secret::kMaxSize) return base::fail("a sealed value longer than any secret");
  const Key* key = find(*id);
  if (key == nullptr) return base::fail("sealed with " + keyName(*id) + ", which is not among the keys of this server");
  std::array<std::uint8_t, base::Secret::kMaxSize> plain{};
  const bool opened = gcmOpen(key->seal.reveal(), sealed.subspan(5, kNonceSize), associatedData(sealed, place),
                              sealed.subspan(kHead), std::span(plain).first(size));
  std::optional<base::Secret> value = base::Secret::from(base::ByteView(plain.data(), size));
  base::wipe(plain);
  if (!opened) {
    return base::fail("the seal of table " + std::to_string(place.table) + " row " + std::to_string(place.row) +
                      " does not open with " + keyName(*id) + ": the row was changed or moved, or the key is another");
  }
  return std::move(*value);
}

base::Result<std::optional<base::Bytes>> KeyRing::reseal(base::ByteView sealed, const SealPlace& place,
                                                         const base::RandomSource& random) const {
  if (keyOf(sealed) == current_ && current_ != 0) return std::optional<base::Bytes>();
  const base::Result<base::Secret> value = open(sealed, place);
  if (!value) return base::fail(value.error());
  base::Bytes again;
  if (base::Status status = seal(*value, place, random, again); !status) return base::fail(status.error());
  return std::optional(std::move(again));
}

base::Result<Digest> KeyRing::reuseFingerprint(const base::Secret& value) const {
  const Key* key = find(current_);
  if (key == nullptr) return base::fail("there is no sealing key");
  return hmacSha256(key->reuse.reveal(), value.reveal());
}

}  // namespace keys
