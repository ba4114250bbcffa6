// Whose objects a change set may change: by their kinds, and by the labels that somebody's rights end at. Asked of who
// drafts, submits, approves and commits.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

struct Whose : testing::Test, SmallSan {
  manage::Who admin = administrator("admin");
  manage::Who scoped = administrator("sue");

  // web1 and disk1 are labelled PCI, the rest is not.
  void SetUp() override {
    scoped.scope = {"PCI"};
    const Id pci = world.manageObject(Kind::Label, {{"name", "PCI"}});
    for (ObjectRef ref : {ObjectRef{Kind::Host, web1}, ObjectRef{Kind::Node, disk1}}) {
      world.byManagement([&](san::SnapshotEditor& editor) {
        ASSERT_TRUE(editor.add(ref, *san::findField(ref.kind, "labels"), {Kind::Label, pci}).ok());
      });
    }
  }
  Answer create(const manage::Who& who, const std::vector<Edit>& edits) {
    return world.ask(world.sets().create(who, "a change", edits, world.now()));
  }
  Id submitted(const std::vector<Edit>& edits) {
    const Answer made = create(admin, edits);
    EXPECT_EQ(made.what, Answer::What::Done) << made.text;
    const Answer sent = world.ask(world.sets().submit(admin, made.draft, made.version, "why", "T", world.now()));
    EXPECT_EQ(sent.what, Answer::What::Done) << sent.text;
    return made.draft;
  }
  Answer commit(const manage::Who& who, Id id) {
    const Answer answer =
        world.ask(world.sets().commit(who, {id, world.sets().find(id)->version, {}, {}}, world.now()));
    world.settle();
    return answer;
  }
  [[nodiscard]] std::vector<Edit> inScope() const { return mapping({Kind::Host, web1}, disk1, unit1, 0); }
  [[nodiscard]] std::vector<Edit> across() const { return mapping({Kind::Host, web2}, disk1, unit1, 0); }
  bool denied(const std::string& object) {
    for (const manage::AuditEvent& event : world.audit) {
      if (event.event == "change.denied" && event.who == "sue" && event.object == object) return true;
    }
    return false;
  }
};

TEST_F(Whose, WhoHasAScopeDraftsAndCommitsInIt) {
  const Answer made = create(scoped, inScope());
  ASSERT_EQ(made.what, Answer::What::Done) << made.text;
  ASSERT_EQ(world.ask(world.sets().submit(scoped, made.draft, 1, "why", "T", world.now())).what, Answer::What::Done);
  EXPECT_EQ(commit(scoped, made.draft).what, Answer::What::Done);
  EXPECT_EQ(world.model().table<san::Map>().size(), 1U);
}

TEST_F(Whose, ADraftBeyondTheScopeIsRefusedAndRecorded) {
  const Answer answer = create(scoped, across());
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(answer.text.substr(0, 18), "Not in your scope:") << answer.text;
  EXPECT_TRUE(denied(""));
  EXPECT_TRUE(world.sets().list().empty());
}

TEST_F(Whose, ARefusalNamesNothingThatHeDoesNotSeeAndTheRecordDoes) {
  const ObjectRef foreign{Kind::Host, web2};
  const Answer answer = create(scoped, inScope() + std::vector<Edit>{erase(foreign)});
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(answer.text, "Not in your scope: what edit 6 is about.");
  EXPECT_TRUE(answer.objects.empty());
  const auto record = std::ranges::find(world.audit, "change.denied", &manage::AuditEvent::event);
  ASSERT_NE(record, world.audit.end());
  EXPECT_NE(record->details.find("web2"), std::string::npos) << record->details;
}

TEST_F(Whose, AnEditBeyondTheScopeLeavesTheDraftAsItWas) {
  const Answer made = create(scoped, inScope());
  ASSERT_EQ(made.what, Answer::What::Done);
  const Answer answer =
      world.ask(world.sets().edit(scoped, made.draft, 1, {manage::EditsChange::What::Replace, across(), {}}, world.now()));
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.sets().find(made.draft)->edits, inScope());
}

TEST_F(Whose, AnotherOnesChangeSetBeyondTheScopeIsNeitherApprovedNorCommitted) {
  const Id id = submitted(across());
  const auto hash = world.sets().preview(id)->hash;
  EXPECT_EQ(world.ask(world.sets().approve(scoped, id, world.sets().find(id)->version, hash, world.now())).refusal,
            Refusal::NotAllowed);
  EXPECT_EQ(commit(scoped, id).refusal, Refusal::NotAllowed);
  EXPECT_TRUE(denied("change-set:#" + std::to_string(id)));
  EXPECT_EQ(world.model().table<san::Map>().size(), 0U);
  EXPECT_EQ(commit(admin, id).what, Answer::What::Done);
}

TEST_F(Whose, AScopeThatShrankSinceTheDraftHolds) {
  const Answer made = create(scoped, inScope());
  ASSERT_EQ(made.what, Answer::What::Done);
  scoped.scope = {"HIPAA"};
  EXPECT_EQ(world.ask(world.sets().submit(scoped, made.draft, 1, "why", "T", world.now())).refusal,
            Refusal::NotAllowed);
}

TEST_F(Whose, KindsThatAreWithheldAreRefusedInDraftsAndAtTheCommit) {
  const ObjectRef settings{Kind::Settings, san::Settings::kId};
  const std::vector<Edit> edits{test::create(settings), set(settings, "offline_days", std::uint64_t{7})};
  manage::Who zoner = administrator("sue");
  zoner.rights.withheld = 1U << static_cast<unsigned>(Kind::Settings);
  const Answer answer = create(zoner, edits);
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(answer.text, "You may not change settings.");
  const Id id = submitted(edits);
  EXPECT_EQ(commit(zoner, id).refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.model().settings().offlineDays, 30U);
  EXPECT_EQ(commit(admin, id).what, Answer::What::Done);
  EXPECT_EQ(world.model().settings().offlineDays, 7U);
}

}  // namespace
