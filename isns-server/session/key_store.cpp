#include "isns-server/session/key_store.h"

namespace session {

base::Status PemKeyStore::add(std::string_view spi, std::string_view pem) {
  if (spi.empty() || spi.size() > isns::kMaxSpi) return base::fail("a name has 1 to 512 bytes");
  auto key = isns::PublicKey::fromPem(pem);
  if (!key) return base::Failure<base::Error>{key.error()};
  keys_.insert_or_assign(std::string(spi), std::move(*key));
  return {};
}

const isns::PublicKey* PemKeyStore::find(std::string_view spi) const {
  const auto at = keys_.find(spi);
  return at == keys_.end() ? nullptr : &at->second;
}

LoadedKeys loadKeyFolder(std::span<const KeyFile> files) {
  auto store = std::make_shared<PemKeyStore>();
  LoadedKeys loaded;
  for (const KeyFile& file : files) {
    if (store->size() == kMaxKeys) {
      loaded.problems.push_back(file.name + ": more than " + std::to_string(kMaxKeys) + " keys; left out from here on");
      break;
    }
    if (const auto added = store->add(file.name, file.pem); !added) {
      loaded.problems.push_back(file.name + ": " + added.error().text);
    }
  }
  loaded.keys = std::move(store);
  return loaded;
}

}  // namespace session
