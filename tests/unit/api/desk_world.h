// A desk of the management API for unit tests: handlers without a server, whose steps are stored at once.
#pragma once

#include <gtest/gtest.h>

#include "isns-server/api/desk.h"
#include "isns-server/api/workers.h"
#include "isns-server/manage/credentials/credential_keeper.h"
#include "tests/support/key_world.h"

namespace test {

using manage::Wanted;

// Stores at once.
struct FakeClerk final : api::Clerk {
  explicit FakeClerk(credentials::CredentialKeeper& keeper) : keeper_(keeper) {
    EXPECT_TRUE(projection_.finishLoad(1, 1'800'000'000));
  }
  void carryOut(manage::Step step, std::function<void(const Wanted<std::uint64_t>&)> done) override {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(++revision_, 0, 1, "test", "unix");
    if (step.rows) step.rows(ops, revision_);
    batch.end();
    EXPECT_TRUE(keeper_.apply(batch[0]));
    if (step.committed) step.committed(revision_);
    ++steps;
    done(revision_);
  }
  void rebuild(san::Revision, std::function<void(const Wanted<san::Snapshot>&)>) override {}
  void revisionAt(base::WallTime, std::function<void(const Wanted<san::Revision>&)>) override {}
  void openForAll(std::function<void(const Wanted<void>&)>) override {}
  [[nodiscard]] const manage::Projection* model() const override { return &projection_; }
  void warn(const std::string&) override {}
  void leftOut(const std::string&, const std::string&) override {}
  void amend(const std::function<san::Edited<void>(san::SnapshotEditor&)>&) override {}

  std::size_t steps = 0;  // that were carried out

 private:
  credentials::CredentialKeeper& keeper_;
  manage::Projection projection_{7, {false, false, {}}};
  std::uint64_t revision_ = 1;
};

// Not asked.
struct NoArchive final : api::Archive {
  void listAudit(api::AuditQuery, std::function<void(const Wanted<api::AuditPage>&)>) override {}
  void exportAudit(std::uint64_t, std::uint64_t, std::function<void(const Wanted<std::string>&)>) override {}
  void evidenceFacts(std::uint64_t, std::function<void(const Wanted<Facts>&)>) override {}
  void checkLog(Findings) override {}
  void acceptRestore(ops::AuditRecord, Findings) override {}
  [[nodiscard]] api::LogState logState() const override { return api::LogState::Intact; }
  [[nodiscard]] api::LogNotes logNotes() const override { return {}; }
};
struct NoChanges final : api::ChangeDesk {
  [[nodiscard]] const manage::ChangeSets* changes() const override { return nullptr; }
  void ask(const manage::Who&, const Request&, Done) override {}
};
struct Keys final : api::KeyDesk {
  Keys(const manage::AuthorityKeeper& authority, const manage::SealKeeper& seals)
      : authority_(authority), seals_(seals) {}
  [[nodiscard]] const manage::AuthorityKeeper& authority() const override { return authority_; }
  [[nodiscard]] const manage::SealKeeper& seals() const override { return seals_; }
  void rotateAuthority(const Asker&, std::chrono::seconds, Done) override {}
  void disownAuthorities(const Asker&, Done) override {}
  void rotateSealing(const Asker&, Done) override {}
  [[nodiscard]] LogSigner logSigner() const override { return {}; }
  void rotateLogKey(const Asker&, Done) override {}
  void acceptClock(const Asker&, Done) override {}

 private:
  const manage::AuthorityKeeper& authority_;
  const manage::SealKeeper& seals_;
};

class DeskWorld : public KeyWorld {
 protected:
  manage::AgentKeeper agents{authority, support::knownBytes(2)};
  credentials::CredentialKeeper credentials{seals.ring()};
  api::Timeline timeline;
  manage::Administration administration{support::knownBytes(4)};
  manage::PersonCertificates certificates{authority, support::knownBytes(5)};
  manage::ModelLane lane;
  std::unique_ptr<api::EventLoop> loop = std::move(api::EventLoop::make()).value();
  api::Workers workers{*loop};
  api::Workers passwords{*loop};
  FakeClerk clerk{credentials};
  NoArchive archive;
  NoChanges changes;
  Keys keys{authority, seals};
  manage::RefusedAccess refused;
  api::Desk desk{timeline, administration, certificates,           agents, credentials, lane, workers, passwords,
                 clerk,    archive,        support::knownBytes(6), "1",    changes,     keys, {},      {},
                 {},       refused};
};

}  // namespace test
