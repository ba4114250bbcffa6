// A keeper with a small SAN, and a store that takes the rows of each work.
#pragma once

#include <gmock/gmock.h>

#include "db/store/change.h"
#include "isns-server/manage/credentials/credential_sync.h"
#include "tests/support/random_bytes.h"
#include "tests/support/san_builder.h"
#include "tests/unit/manage_credentials/credential_world.h"

namespace credentials_test {

struct KeeperWorld {
  base::RandomSource random = support::knownBytes();
  keys::KeyRing ring;
  CredentialKeeper keeper{ring};
  test::SanBuilder san;
  base::WallTime now = kStart;
  store::Batch stored;  // all that was committed
  std::vector<ops::AuditRecord> audit;
  san::Id host = 0, disk = 0;

  KeeperWorld() {
    EXPECT_TRUE(ring.add(1, support::sealKey(random)));
    host = san.initiator(kHost);
    disk = san.target(kDisk);
  }
  void agentOf(const std::string& name, san::Id node) {
    san.create(san::Kind::Agent, {{"name", name}, {"nodes", test::SanBuilder::refs(san::Kind::Node, {node})}});
  }
  san::Id credential(san::Id target, bool mutual = false) {
    if (target == 0) return san.create(san::Kind::Credential, {{"initiator", node(host)}, {"mutual", mutual}});
    return san.create(san::Kind::Credential, {{"initiator", node(host)}, {"target", node(target)}, {"mutual", mutual}});
  }
  static san::ObjectRef node(san::Id id) { return {san::Kind::Node, id}; }

  CredentialWork work() { return {keeper, random, {ops::ActorKind::Person, "admin", "unix"}, now}; }
  // As the lane does it: rows and audit in one change, fields into the model, and the keeper follows.
  void commit(CredentialWork& work) {
    san.edit([&](san::SnapshotEditor& editor) { (void)work.editModel(editor); });
    manage::Step step = work.finish();
    store::OpsWriter ops = stored.begin(stored.size() + 1, 0, 1, "admin", "unix");
    step.rows(ops, stored.size());
    stored.end();
    ASSERT_TRUE(keeper.apply(stored[stored.size() - 1]));
    audit.insert(audit.end(), step.audit.begin(), step.audit.end());
  }
  bool held = false;  // what is gone may come back
  bool live = true;   // drafts may be committed
  bool sync() {
    CredentialWork made = work();
    syncWithModel(made, keeper, san::SanIndex(san.done()),
                  {[&](san::Id) { return held; }, [&](san::Id) { return live; }}, now);
    if (made.empty()) return false;
    commit(made);
    return true;
  }
  void event(san::Id object, const std::function<void(CredentialMachine&)>& happens) {
    CredentialWork made = work();
    made.onEvent(of(object).id, happens);
    if (!made.empty()) commit(made);
  }
  // Both agents apply what they are given.
  void settle(san::Id object) {
    for (int i = 0; i < 3; ++i) {
      event(object, [&](CredentialMachine& machine) {
        for (const CredentialEnd& end : of(object).targets) {
          machine.onApplied(Side::Target, end.node, of(object).step, now);
        }
      });
      event(object,
            [&](CredentialMachine& machine) { machine.onApplied(Side::Initiator, kHost, of(object).step, now); });
    }
  }
  [[nodiscard]] const Credential& of(san::Id object) const { return *keeper.ofObject(object); }
  [[nodiscard]] const san::Credential& shown(san::Id object) const { return *san.done().get<san::Credential>(object); }
  [[nodiscard]] std::string secret(san::Id object, Way way, Version version) const {
    const auto opened = keeper.openVersion(of(object), way, version);
    return opened ? std::string(base::asText(opened->reveal())) : std::string();
  }
};

}  // namespace credentials_test
