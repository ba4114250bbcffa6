// The public keys of clients by SPI, the name under which a client signs (RFC 4171 5.5).
//
// As open-isns keeps them: a flat folder of PEM files, each named exactly as its SPI, so that an existing key folder
// can be taken over. The application reads the files; here they are pairs of name and text. A loaded store never
// changes and may be read by any thread; a reload makes a new one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/isns/dsa_key.h"

namespace session {

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // Nothing for a stranger. The key lives as long as the store.
  [[nodiscard]] virtual const isns::PublicKey* find(std::string_view spi) const = 0;
};

class PemKeyStore final : public KeyStore {
 public:
  // A second key of the same name takes the place of the first.
  base::Status add(std::string_view spi, std::string_view pem);
  [[nodiscard]] const isns::PublicKey* find(std::string_view spi) const override;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, isns::PublicKey, std::less<>> keys_;
};

struct KeyFile {
  std::string name;
  std::string pem;
};

struct LoadedKeys {
  std::shared_ptr<const PemKeyStore> keys;
  std::vector<std::string> problems;  // "FILE: why it was left out"
};

inline constexpr std::size_t kMaxKeys = 65536;  // files beyond are left out and reported

LoadedKeys loadKeyFolder(std::span<const KeyFile> files);

}  // namespace session
