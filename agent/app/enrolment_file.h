// What an agent keeps of its management, in a folder of its own of the state folder (mode 0700):
//
//   enrolment.json   who it is there: key, certificates, roots, servers; mode 0600. One file, so that they fit together
//   seal.key         32 random bytes by which the last one is sealed; made where there is none; mode 0400
//   last-word.json   when the server spoke last, while management.refuse_after asks for it; mode 0600
//   break-glass.json what was changed here though the server decides (break_glass.h); mode 0600
//   desired.sealed   the last desired state that was applied, which holds CHAP secrets; mode 0600:
//                    version u8 (1), applied at i64 (seconds since 1970), nonce, AES-256-GCM of the server's answer
//                    (big-endian; version and time are associated data)
//
// Calls block: for the start and the disk worker. Errors are sentences with the path and never hold what is secret.
#pragma once

#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/break_glass.h"
#include "agent/management/desired_state.h"
#include "agent/management/https_link.h"
#include "shared/base/random.h"
#include "shared/mgmt/identity.h"

namespace agent {

struct Enrolment {
  std::shared_ptr<const management::LinkIdentity> link;
  mgmt::Identity identity;           // of the certificate
  std::string server;                // that enrolled it
  std::vector<std::string> servers;  // "host:port", in the order in which they are tried
  std::int64_t since = 0;            // seconds since 1970
};

struct KeptState {
  management::DesiredState state;
  std::int64_t appliedAt = 0;
};

class ManagementFolder {
 public:
  // Bound of the file of an enrolment.
  static constexpr std::size_t kMaxEnrolment = std::size_t{1} << 20;

  explicit ManagementFolder(std::string path) : path_(std::move(path)) {}

  // Nothing: it is not enrolled.
  [[nodiscard]] base::Result<std::optional<Enrolment>> load() const;
  // In the place of the one that is kept; what belongs to the agent's management stays.
  [[nodiscard]] base::Status save(const Enrolment& enrolment, const base::RandomSource& random) const;
  // The first one: nothing of an earlier management stays, which was left by a process that was killed, or whose
  // enrolment was removed by hand.
  [[nodiscard]] base::Status begin(const Enrolment& enrolment, const base::RandomSource& random) const;
  // Nothing: none was applied yet. An Error: there is one, and it cannot be opened.
  [[nodiscard]] base::Result<std::optional<KeptState>> loadState(std::pmr::memory_resource* memory) const;
  // With a sealing key, where there is none that can be read.
  [[nodiscard]] base::Status saveState(std::string_view text, std::int64_t appliedAt,
                                       const base::RandomSource& random) const;
  // Empty: nothing was changed so.
  [[nodiscard]] base::Result<BreakGlass> loadGlass() const;
  [[nodiscard]] base::Status saveGlass(const BreakGlass& glass) const;
  // When the server spoke last, seconds since 1970. Nothing: it was never kept. An Error: it cannot be read.
  [[nodiscard]] base::Result<std::optional<std::int64_t>> loadLastWord() const;
  [[nodiscard]] base::Status saveLastWord(std::int64_t at) const;
  [[nodiscard]] base::Status removeAll() const;

 private:
  [[nodiscard]] std::string enrolmentPath() const { return path_ + "/enrolment.json"; }
  [[nodiscard]] std::string keyPath() const { return path_ + "/seal.key"; }
  [[nodiscard]] std::string statePath() const { return path_ + "/desired.sealed"; }
  [[nodiscard]] std::string glassPath() const { return path_ + "/break-glass.json"; }
  [[nodiscard]] std::string lastWordPath() const { return path_ + "/last-word.json"; }
  [[nodiscard]] base::Result<base::Secret> sealKey() const;
  [[nodiscard]] base::Result<base::Secret> newSealKey(const base::RandomSource& random) const;

  std::string path_;
};

}  // namespace agent
