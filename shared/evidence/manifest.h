// The manifest of an evidence pack: what was asked, of which data, how complete the answer is, and the SHA-256 of every
// file. It is the one thing that is signed, and it vouches for all others.
//
// A pack is a tar with, in this order: manifest.json, manifest.sig (64 bytes, Ed25519 over manifest.json as it stands
// there), signer.pem (the public key), then the files that the manifest lists, in its order. The text form is strict:
// manifestFromText() takes only what manifestText() writes. Values; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/evidence/chain_verifier.h"

namespace evidence {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kSignatureName = "manifest.sig";
inline constexpr std::string_view kSignerName = "signer.pem";
inline constexpr std::string_view kFactsName = "evidence.json";  // repeats cut, counts and log, and holds the texts
inline constexpr std::string_view kPackSuffix = ".sanctum-evidence.tar";

inline constexpr std::size_t kMaxManifest = 1 << 20;

struct PackFile {
  std::string name;
  std::uint64_t bytes = 0;
  Digest sha256{};
  std::optional<std::uint64_t> rows;  // of a table, without its heading
};

struct DataCut {
  std::uint64_t revision = 0;
  base::WallTime time{};
};

struct PackCounts {
  std::uint64_t population = 0;
  std::uint64_t findings = 0;
  std::uint64_t sources = 0;
  std::uint64_t sourcesSilent = 0;  // those that have not reported up to the cut
};

struct PackOption {
  std::string name;
  std::string value;
};

struct Manifest {
  std::string title;
  std::string serverId;
  std::string serverName;
  std::string generator;  // program and version
  DataCut cut;
  std::string query;
  std::vector<PackOption> options;
  PackCounts counts;
  bool complete = false;
  std::string statement;  // of completeness, a sentence or two
  LogHead log;
  std::vector<PackFile> files;
  Fingerprint signer{};
};

// Those parts that evidence.json repeats.
base::Json toJson(const DataCut& cut);
base::Json toJson(const PackCounts& counts);
base::Json toJson(const LogHead& log);

std::string manifestText(const Manifest& manifest);
base::Result<Manifest> manifestFromText(std::string_view text);

}  // namespace evidence
