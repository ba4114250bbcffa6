#include "isns-server/manage/keys/key_backup.h"

namespace keys {
namespace {

constexpr std::string_view kMagic = "SANCTUM KEYS 1\n";
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kHeadSize = kMagic.size() + 3 + kSaltSize + kNonceSize;
constexpr std::size_t kMaxPlain = 1 + kMaxBackupKeys * (2 + kMaxName + base::Secret::kMaxSize);

// Bytes that are wiped when they go; reserved at once, so that growing leaves no copy behind.
struct Plain {
  base::Bytes bytes;
  Plain() { bytes.reserve(kMaxPlain); }
  ~Plain() { base::wipe(bytes); }
};

base::Result<std::vector<NamedKey>> parse(base::ByteView plain) {
  base::ByteReader in(plain);
  std::vector<NamedKey> keys(in.u8());
  for (NamedKey& key : keys) {
    key.name = base::asText(in.bytes(in.u8()));
    key.key = std::move(*base::Secret::from(in.bytes(in.u8())));
  }
  if (in.failed() || in.remaining() != 0) return base::fail("the key backup is not of this version");
  return keys;
}

}  // namespace

base::Result<base::Bytes> sealKeyBackup(const std::vector<NamedKey>& keys, const base::Secret& passphrase,
                                        const base::RandomSource& random, ScryptCost cost) {
  if (passphrase.size() < kMinPassphrase) return base::fail("the passphrase is shorter than 12 characters");
  if (keys.size() > kMaxBackupKeys) return base::fail("more than 32 keys for one backup");
  Plain plain;
  base::ByteWriter out(plain.bytes);
  out.u8(static_cast<std::uint8_t>(keys.size()));
  for (const NamedKey& key : keys) {
    if (key.name.size() > kMaxName) return base::fail("a key's name is longer than 64 bytes");
    out.u8(static_cast<std::uint8_t>(key.name.size()));
    out.bytes(base::asBytes(key.name));
    out.u8(static_cast<std::uint8_t>(key.key.size()));
    out.bytes(key.key.reveal());
  }
  base::Bytes file;
  base::append(file, base::asBytes(kMagic));
  for (const std::uint8_t byte : {cost.logN, cost.r, cost.p}) file.push_back(byte);
  std::array<std::uint8_t, kSaltSize + kNonceSize> drawn{};
  if (!random(drawn)) return base::fail("no random bytes for a key backup");
  base::append(file, drawn);
  const base::ByteView salt = base::ByteView(drawn).first(kSaltSize);
  const base::Result<base::Secret> key = scrypt(passphrase.reveal(), salt, cost, kSealKeySize);
  if (!key) return base::fail(key.error());
  const base::Bytes head = file;
  if (auto status = gcmSeal(key->reveal(), base::ByteView(drawn).subspan(kSaltSize), head, plain.bytes, file);
      !status) {
    return base::fail(status.error());
  }
  return file;
}

base::Result<std::vector<NamedKey>> openKeyBackup(base::ByteView file, const base::Secret& passphrase) {
  if (file.size() < kMagic.size() || !base::equal(file.first(kMagic.size()), base::asBytes(kMagic))) {
    return base::fail("not a key backup of this version");
  }
  if (file.size() < kHeadSize + kTagSize || file.size() > kHeadSize + kMaxPlain + kTagSize) {
    return base::fail("the key backup is cut off or too long");
  }
  const ScryptCost cost{file[kMagic.size()], file[kMagic.size() + 1], file[kMagic.size() + 2]};
  const base::ByteView salt = file.subspan(kMagic.size() + 3, kSaltSize);
  const base::Result<base::Secret> key = scrypt(passphrase.reveal(), salt, cost, kSealKeySize);
  if (!key) return base::fail(key.error());
  Plain plain;
  plain.bytes.resize(file.size() - kHeadSize - kTagSize);
  if (!gcmOpen(key->reveal(), file.subspan(kHeadSize - kNonceSize, kNonceSize), file.first(kHeadSize),
               file.subspan(kHeadSize), plain.bytes)) {
    return base::fail("the key backup does not open: the passphrase is another, or the file was changed");
  }
  return parse(plain.bytes);
}

}  // namespace keys
