// A small SAN in a ChangeWorld, and the fixture of the tests of change sets in it: drafts, submits, approves and commits
// in a word. Each of them expects that it succeeds, where it does not give an Answer.
#pragma once

#include <algorithm>

#include "tests/unit/manage/change_edits.h"
#include "tests/unit/manage/change_world.h"

namespace test {

// A world with two hosts, two targets of ours and a logical unit behind each.
struct SmallSan {
  ChangeWorld world;
  Id web1, web2, disk1, disk2, unit1, unit2;
  explicit SmallSan(ChangeSets::Options options = {}, bool defaultDomain = false)
      : world(newDatabase(), 1'700'000'000, std::move(options), defaultDomain) {
    web1 = world.host("web1", 1);
    web2 = world.host("web2", 2);
    disk1 = world.target("disk1", 11);
    disk2 = world.target("disk2", 12);
    unit1 = world.unit("naa.6001", disk1, 0);
    unit2 = world.unit("naa.6002", disk2, 0);
  }
  // web1 sees disk1 and has its unit.
  [[nodiscard]] std::vector<Edit> giveWeb1() const {
    return mapping({Kind::Host, web1}, disk1, unit1, 0) +
           zoning("zone1", {world.initiatorOf("web1"), ObjectRef{Kind::Node, disk1}});
  }
};

inline san::Cell cellOf(const san::Snapshot& snapshot, Id host, Id unit) {
  const san::SanIndex index(snapshot);
  return san::cellOf(index, san::Basis::Desired, *index.hostNumber({Kind::Host, host}), unit);
}

// Of alice, who drafts and commits, and bob, who approves.
struct Changes : testing::Test, SmallSan {
  explicit Changes(bool defaultDomain = false) : SmallSan({}, defaultDomain) {}
  manage::Who alice = administrator("alice");
  manage::Who bob = administrator("bob");

  // A draft that is submitted; its number.
  Id submitted(const std::vector<Edit>& edits) {
    const Answer made = world.ask(world.sets().create(alice, "a change", edits, world.now()));
    EXPECT_EQ(made.what, Answer::What::Done) << made.text;
    const Answer sent =
        world.ask(world.sets().submit(alice, made.draft, made.version, "it is needed", "T-1", world.now()));
    EXPECT_EQ(sent.what, Answer::What::Done) << sent.text;
    return made.draft;
  }
  Id approved(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer =
        world.ask(world.sets().approve(bob, id, draft(id).version, world.sets().preview(id)->hash, world.now()));
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    return id;
  }
  const Draft& draft(Id id) { return *world.sets().find(id); }
  std::vector<Id> pendingOf(Id id) {
    std::vector<Id> targets;
    for (const manage::PendingTarget& one : draft(id).pending) targets.push_back(one.target);
    return targets;
  }
  Answer commit(Id id, std::string exception = {}, std::string overrides = {}) {
    return world.ask(
        world.sets().commit(alice, {id, draft(id).version, std::move(exception), std::move(overrides)}, world.now()));
  }
  Id committed(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer = commit(id);
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    world.settle();
    return id;
  }
  void settings(const ChangeWorld::Fields& fields) {
    world.byManagement([&](san::SnapshotEditor& editor) {
      const ObjectRef ref{Kind::Settings, san::Settings::kId};
      if (editor.view().get(ref) == nullptr) (void)editor.create(Kind::Settings, ref.id);
      for (const auto& [name, value] : fields)
        EXPECT_TRUE(editor.set(ref, *san::findField(ref.kind, name), value).ok());
    });
  }
  san::Truth works(Id host, Id unit) { return cellOf(world.model(), host, unit).works; }
  std::size_t at(const std::string& what) {
    const auto found = std::find(world.timeline.begin(), world.timeline.end(), what);
    return static_cast<std::size_t>(found - world.timeline.begin());
  }
  bool logged(const std::string& what) {
    for (const std::string& line : world.auditLog()) {
      if (line.starts_with(what)) return true;
    }
    return false;
  }
};

}  // namespace test
