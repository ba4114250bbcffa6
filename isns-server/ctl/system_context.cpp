#include "isns-server/ctl/system_context.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "isns-server/ctl/curl_client.h"
#include "isns-server/ctl/net_connection.h"
#include "shared/base/clock.h"
#include "shared/isns/auth_block.h"
#include "shared/isns/dsa_key.h"
#include "shared/net/host_name.h"

namespace ctl {
namespace {

std::optional<std::string> readWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::nullopt;
  return text;
}

std::string ownHostName() {
  const std::string name = net::hostName();
  return name.empty() ? "localhost" : name;
}

// Signs with the key of a file. What is wrong with the file shows when the first request is sent; no byte of the key
// is ever printed.
isns::MessageSigner signerOf(const ServerSettings& settings) {
  if (settings.keyFile.empty()) return {};
  const auto pem = readWholeFile(settings.keyFile);
  const auto key =
      pem ? isns::PrivateKey::fromPem(*pem) : base::Result<isns::PrivateKey>(base::fail("the file cannot be read"));
  return
      [key, file = settings.keyFile, spi = settings.keyName](base::Bytes& message, base::WallTime now) -> base::Status {
        if (!key) return base::fail(file + ": " + key.error().text);
        return isns::signMessage(message, 0, *key, spi, static_cast<std::uint64_t>(base::unixSeconds(now)));
      };
}

}  // namespace

Context systemContext(std::span<const CommandTable> tables) {
  return {
      .out = std::cout,
      .err = std::cerr,
      .environment = [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      },
      .readFile = readWholeFile,
      .hostName = ownHostName,
      .now = base::now,
      .connect = [](const ServerSettings& settings) -> std::unique_ptr<Connection> {
        return std::make_unique<NetConnection>(settings, signerOf(settings), settings.verbose ? &std::cerr : nullptr);
      },
      .tables = tables,
      .api = curlClient,
  };
}

}  // namespace ctl
