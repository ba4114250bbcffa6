// What joins the first part of a commit becomes durable with it or not at all.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

struct Joining {
  std::vector<Id> asked;  // drafts
  bool fails = false;
  ChangeSets::Options options() {
    ChangeSets::Options options;
    options.join = [this](const Draft& draft, const manage::Actor&, const san::Snapshot& before,
                          const san::SanIndex& after, san::SnapshotEditor& middle) -> base::Result<manage::Joined> {
      asked.push_back(draft.id);
      if (fails) return base::fail("no random bytes");
      after.snapshot().table<san::Credential>().forEach([&](Id id, const san::Credential&) {
        if (before.get<san::Credential>(id) == nullptr) middle.own<san::Credential>(id).setAt = 77;
      });
      return manage::Joined{[id = draft.id](store::OpsWriter& ops, std::uint64_t) {
                              ops.put(kAuditTable, 100'000);
                              ops.text("joined " + std::to_string(id));
                            },
                            {}};
    };
    return options;
  }
};

struct Joins : testing::Test {
  Joining joining;
  SmallSan small{joining.options()};
  manage::Who alice = administrator("alice");

  std::vector<Edit> credential() {
    const ObjectRef made{Kind::Credential, san::kFirstProvisional};
    return {{EditOp::Create, made, {}, {}},
            {EditOp::Set, made, "initiator", small.world.initiatorOf("web1")},
            {EditOp::Set, made, "target", ObjectRef{Kind::Node, small.disk1}}};
  }
  Answer commit(const std::vector<Edit>& edits, Id& id) {
    auto& sets = small.world.sets();
    const Answer made = small.world.ask(sets.create(alice, "x", edits, small.world.now()));
    const Answer sent = small.world.ask(sets.submit(alice, made.draft, made.version, "needed", {}, small.world.now()));
    id = made.draft;
    Answer answer = small.world.ask(sets.commit(alice, {id, sent.version, {}, {}}, small.world.now()));
    small.world.settle();
    return answer;
  }
  bool stored(const std::string& text) {
    const auto log = small.world.auditLog();
    return std::ranges::find(log, text) != log.end();
  }
};

TEST_F(Joins, RowsAndFieldsOfTheServersOwn) {
  Id id = 0;
  EXPECT_EQ(commit(credential(), id).what, Answer::What::Done);
  EXPECT_EQ(joining.asked, std::vector<Id>{id});
  EXPECT_TRUE(stored("joined " + std::to_string(id)));
  ASSERT_TRUE(small.world.model().get<san::Credential>(1) != nullptr);
  EXPECT_EQ(small.world.model().get<san::Credential>(1)->setAt, 77);
  // A server that begins with what is stored has the same.
  ChangeWorld again(small.world.database());
  EXPECT_EQ(again.model().get<san::Credential>(1)->setAt, 77);
}

TEST_F(Joins, ACredentialAloneNeedsNoWindowAndMoreThanThatDoes) {
  Id id = 0;
  EXPECT_EQ(commit(credential(), id).what, Answer::What::Done);
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::Confirmed);
  EXPECT_EQ(commit({{EditOp::Erase, {Kind::Credential, 1}, {}, {}}}, id).what, Answer::What::Done);
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::Confirming);
}

// The host has no agent: whoever looks after it must set the new one there, or it is taken back.
TEST_F(Joins, ACredentialThatTakesAnothersPlaceNeedsAReasonAndAWindow) {
  std::vector<Edit> wide = credential();
  wide.pop_back();
  Id id = 0;
  ASSERT_EQ(commit(wide, id).what, Answer::What::Done);
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::Confirmed);
  const Answer stopped = commit(credential(), id);
  EXPECT_EQ(stopped.refusal, Refusal::LocksOut);
  ASSERT_EQ(stopped.objections.size(), 1U);
  EXPECT_EQ(san::wordOf(stopped.objections[0].guard), "supersedes-credential");
  const auto version = small.world.sets().find(id)->version;
  const Answer done = small.world.ask(
      small.world.sets().commit(alice, {id, version, "It is set by hand today", {}}, small.world.now()));
  EXPECT_EQ(done.what, Answer::What::Done) << done.text;
  small.world.settle();
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::Confirming);
  small.world.advance(std::chrono::hours(25));
  small.world.settle();
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::RolledBack);
  EXPECT_EQ(small.world.model().table<san::Credential>().size(), 1U);
}

// Of a draft that is edited: what goes with its edits, and what comes with them.
TEST(JoinsDrafts, RowsOfAnEditAreThereWithItOrNotAtAll) {
  ChangeSets::Options options;
  options.joinDraft = [](const Draft& draft) -> core::ExtraRows {
    return [edits = draft.edits.size()](store::OpsWriter& ops, std::uint64_t) {
      ops.put(kAuditTable, 100'000);
      ops.text("left " + std::to_string(edits));
    };
  };
  SmallSan small(options);
  const manage::Who alice = administrator("alice");
  auto& sets = small.world.sets();
  const ObjectRef disk{Kind::Node, small.disk1};
  const Answer made =
      small.world.ask(sets.create(alice, "x", {set(disk, "alias", std::string("a"))}, small.world.now()));
  const auto edited = [&](std::uint64_t version, bool drops) {
    manage::EditsChange change;
    if (drops) change.what = manage::EditsChange::What::Drop;
    if (drops) change.drop = {0};
    change.rows = [](store::OpsWriter& ops, std::uint64_t) {
      ops.put(kAuditTable, 100'001);
      ops.text("brought");
    };
    return small.world.ask(sets.edit(alice, made.draft, version, std::move(change), small.world.now()));
  };
  const auto stored = [&](const std::string& text) {
    const auto log = small.world.auditLog();
    return std::ranges::find(log, text) != log.end();
  };
  EXPECT_EQ(edited(made.version + 7, true).refusal, Refusal::OldVersion);
  EXPECT_FALSE(stored("brought"));
  const Answer done = edited(made.version, true);
  EXPECT_EQ(done.what, Answer::What::Done) << done.text;
  EXPECT_TRUE(stored("brought"));
  EXPECT_TRUE(stored("left 0"));
}

TEST_F(Joins, AFailureStopsTheCommit) {
  joining.fails = true;
  Id id = 0;
  const Answer answer = commit(credential(), id);
  EXPECT_EQ(answer.what, Answer::What::Refused);
  EXPECT_EQ(answer.text, "no random bytes.");
  EXPECT_EQ(small.world.sets().find(id)->state, DraftState::Submitted);
  EXPECT_TRUE(small.world.model().table<san::Credential>().empty());
}

}  // namespace
