// A credential with agents and foreign ends around it that hold versions as the real ones hold secrets.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "isns-server/manage/credentials/credential_machine.h"

namespace credentials_test {

using namespace credentials;

inline constexpr base::WallTime kStart{std::chrono::seconds(1'800'000'000)};
inline const std::string kHost = "iqn.2026-01.example:web1";
inline const std::string kDisk = "iqn.2026-01.example:disk1";

struct CredentialWorld {
  Credential credential;
  Outputs outputs;
  base::WallTime now = kStart;
  HandOver host;  // what the ends have applied; versions of 0: nothing
  std::map<std::string, HandOver> disks;

  CredentialWorld(bool hostManaged, bool diskManaged, bool mutual = false) {
    credential.id = 7;
    credential.initiator = {kHost, hostManaged, 0, 0, 0};
    credential.targets = {{kDisk, diskManaged, 0, 0, 0}};
    credential.mutual = mutual;
    credential.userName = "web1";
    EXPECT_TRUE(machine().create(now));
  }
  CredentialMachine machine() { return {credential, outputs}; }

  // The agent of an end pulls what it is to hold, applies and tells it.
  void applyHost() {
    const auto over = handOver(credential, Side::Initiator);
    if (!over || !credential.initiator.managed) return;
    host = *over;
    machine().onApplied(Side::Initiator, kHost, over->step, now);
  }
  void applyDisk(const std::string& disk = kDisk) {
    const auto over = handOver(credential, Side::Target);
    if (!over || !findEnd(credential, Side::Target, disk)->managed) return;
    disks[disk] = *over;
    machine().onApplied(Side::Target, disk, over->step, now);
  }
  // A person types a version at a foreign end.
  void typeAtHost(Version version) {
    const Version reverse = credential.mutual ? version : 0;
    host = {0, version, 0, false, reverse, 0, credential.mutual, credential.userName, {}};
  }
  void typeAtDisk(Version version, const std::string& disk = kDisk) {
    const Version reverse = credential.mutual ? version : 0;
    disks[disk] = {0, reverse, 0, false, version, 0, credential.mutual, credential.userName, {}};
  }

  // One try with one version; the reverse version that the target shows, or nothing.
  std::optional<Version> tryLogin(Version forward, const HandOver& disk) const {
    const bool named =
        host.userName == disk.userName || (!disk.formerUserName.empty() && host.userName == disk.formerUserName);
    const bool accepted = named && forward != 0 && (forward == disk.accept || forward == disk.acceptElse);
    const Version reverse = disk.answerAsPeer ? forward : disk.answer;
    const bool believed = !host.mutual || (reverse != 0 && (reverse == host.accept || reverse == host.acceptElse));
    return accepted && believed ? std::optional(host.mutual ? reverse : 0) : std::nullopt;
  }
  // As the initiator's agent does it, with the reports of the agents at both ends. False: no version gets in.
  bool login(const std::string& disk = kDisk) {
    for (const Version forward : {host.answer, host.answerElse}) {
      if (forward == 0) continue;
      const auto reverse = tryLogin(forward, disks[disk]);
      if (!reverse) continue;
      LoginReport report{Side::Target, disk, forward, *reverse, false};
      if (findEnd(credential, Side::Target, disk)->managed) machine().onLogin(report, now);
      report.reportedBy = Side::Initiator;
      if (credential.initiator.managed) machine().onLogin(report, now);
      return true;
    }
    return false;
  }
  void settle() {
    applyDisk();
    applyHost();
    if (!credential.initiator.managed) typeAtHost(1);
    if (!credential.targets[0].managed) typeAtDisk(1);
    EXPECT_TRUE(login());
    outputs.clear();
  }

  std::size_t count(OutputKind kind) const {
    std::size_t n = 0;
    for (const Output& output : outputs) n += output.kind == kind ? 1U : 0U;
    return n;
  }
  std::vector<Version> erased() const {
    std::vector<Version> versions;
    for (const Output& output : outputs) {
      if (output.kind == OutputKind::EraseVersion) versions.push_back(output.version);
    }
    return versions;
  }
};

}  // namespace credentials_test
