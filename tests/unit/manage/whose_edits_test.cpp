// Whose objects a change set may change: by their kinds, and by the labels that somebody's rights end at. Asked of who
// drafts, submits, approves and commits.
#include <gmock/gmock.h>

#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

struct Whose : testing::Test, SmallSan {
  manage::Who admin = administrator("admin");
  manage::Who scoped = administrator("sue");

  // web1 and disk1 are labelled PCI, the rest is not.
  void SetUp() override {
    scoped.scope = {"PCI"};
    (void)world.manageObject(Kind::Label, {{"name", "PCI"}});
    for (ObjectRef ref : {ObjectRef{Kind::Host, web1}, ObjectRef{Kind::Node, disk1}}) label(ref);
  }
  void label(ObjectRef ref) {
    world.byManagement([&](san::SnapshotEditor& editor) {
      ASSERT_TRUE(editor.add(ref, *san::findField(ref.kind, "labels"), world.named(Kind::Label, "PCI")).ok());
    });
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
  Id committed(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const Answer answer = commit(admin, id);
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::Confirming);
    return id;
  }
  Answer discard(const manage::Who& who, Id id) {
    return world.ask(world.sets().discard(who, id, world.sets().find(id)->version, world.now()));
  }
  Answer refuse(const manage::Who& who, Id id) {
    return world.ask(world.sets().refuse(who, id, world.sets().find(id)->version, "why not", world.now()));
  }
  Answer confirm(const manage::Who& who, Id id) { return world.ask(world.sets().confirm(who, id, world.now())); }
  Answer rollBack(const manage::Who& who, Id id) {
    const Answer answer = world.ask(world.sets().rollback(who, id, "it went wrong", world.now()));
    world.settle();
    return answer;
  }
  bool denied(const std::string& object) {
    for (const manage::AuditEvent& event : world.audit) {
      if (event.event == "change.denied" && event.who.name == "sue" && event.object == object) return true;
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

// The end of a label would leave a rule that names it with nothing to watch over, and no edit is about the rule.
TEST_F(Whose, ALabelThatARuleNamesStaysForWhoMayNotChangeRules) {
  const ObjectRef label = world.named(Kind::Label, "PCI");
  const ObjectRef rule{Kind::SeparationRule,
                       world.manageObject(Kind::SeparationRule,
                                          {{"name", std::string("pci-only")}, {"subject", label}, {"other", label}})};
  manage::Who activator = administrator("sue");
  activator.rights.withheld = 1U << static_cast<unsigned>(Kind::SeparationRule);
  const std::string why = "You may not change separation-rules, and separation-rule:pci-only names what would go.";
  const Answer answer = create(activator, {erase(label)});
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(answer.text, why);
  EXPECT_EQ(answer.objects, std::vector{rule});

  const Id id = submitted({erase(label)});
  EXPECT_EQ(commit(activator, id).text, why);
  EXPECT_EQ(world.model().get<san::SeparationRule>(rule.id)->subject.id, label.id);
  EXPECT_EQ(commit(admin, id).what, Answer::What::Done);
  EXPECT_EQ(world.model().get<san::SeparationRule>(rule.id)->subject.id, 0U);
}

TEST_F(Whose, WhatGoesTogetherWithItsObjectNeedsNoRightOfItsOwn) {
  const ObjectRef host{Kind::Host, web1};
  (void)world.manageObject(Kind::Waiver, {{"rule", std::string("R19")}, {"subject", host}});
  (void)world.manageObject(Kind::Approval, {{"who", host}, {"unit", ObjectRef{Kind::LogicalUnit, unit1}}});
  manage::Who zoner = administrator("sue");
  for (Kind kind : {Kind::Waiver, Kind::Approval}) zoner.rights.withheld |= 1U << static_cast<unsigned>(kind);
  const Answer answer = create(zoner, {erase(host)});
  EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
}

// ---- Of others -----------------------------------------------------------------------------------------------------

TEST_F(Whose, AnotherOnesDraftBeyondTheScopeIsNeitherDiscardedNorSentBack) {
  const ObjectRef payroll = fresh(Kind::Host);
  for (const auto& edits : {across(), std::vector<Edit>{test::create(payroll), set(payroll, "name", "payroll-db")}}) {
    const Id id = submitted(edits);
    EXPECT_EQ(discard(scoped, id).refusal, Refusal::NotAllowed);
    EXPECT_EQ(refuse(scoped, id).refusal, Refusal::NotAllowed);
    EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::Submitted);
    EXPECT_TRUE(denied("change-set:#" + std::to_string(id)));
    EXPECT_EQ(refuse(admin, id).what, Answer::What::Done);
    EXPECT_EQ(discard(admin, id).what, Answer::What::Done);
  }
}

TEST_F(Whose, AnotherOnesDraftInTheScopeIsSentBackAndDiscarded) {
  const Id id = submitted(inScope());
  EXPECT_EQ(refuse(scoped, id).what, Answer::What::Done);
  EXPECT_EQ(discard(scoped, id).what, Answer::What::Done);
}

TEST_F(Whose, AnotherOnesDraftThatCannotBeDoneIsJudgedByItsEdits) {
  const ObjectRef host = fresh(Kind::Host);
  const std::vector<Edit> bare{test::create(host), set(host, "name", "db9")};
  const Id foreign = submitted(bare);
  const Id own = submitted(bare + std::vector<Edit>{add(host, "labels", world.named(Kind::Label, "PCI"))});
  (void)world.manageObject(Kind::Host, {{"name", std::string("db9")}});
  ASSERT_FALSE(world.sets().preview(own));
  EXPECT_EQ(discard(scoped, foreign).refusal, Refusal::NotAllowed);
  EXPECT_EQ(discard(scoped, own).what, Answer::What::Done);
}

TEST_F(Whose, WhoMadeADraftDiscardsItWhateverBecomesOfHisScope) {
  const Answer made = create(scoped, inScope());
  ASSERT_EQ(made.what, Answer::What::Done) << made.text;
  scoped.scope = {"HIPAA"};
  EXPECT_EQ(discard(scoped, made.draft).what, Answer::What::Done);
}

TEST_F(Whose, WhatIsCommittedBeyondTheScopeIsNeitherConfirmedNorTakenBack) {
  const Id id = committed(across());
  EXPECT_EQ(confirm(scoped, id).refusal, Refusal::NotAllowed);
  EXPECT_EQ(rollBack(scoped, id).refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::Confirming);
  EXPECT_TRUE(denied("change-set:#" + std::to_string(id)));
  EXPECT_EQ(rollBack(admin, id).what, Answer::What::Done);
  EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::RolledBack);
}

TEST_F(Whose, WhatIsCommittedInTheScopeIsConfirmedAndTakenBack) {
  Id id = committed(inScope());
  EXPECT_EQ(rollBack(scoped, id).what, Answer::What::Done);
  EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::RolledBack);
  id = committed(inScope());
  const Answer answer = confirm(scoped, id);
  EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
  EXPECT_EQ(world.sets().find(id)->state, manage::DraftState::Confirmed);
}

// ---- What a refusal says -------------------------------------------------------------------------------------------

TEST_F(Whose, WhatIsWrongWithAnEditIsNotToldOfWhatHeDoesNotSee) {
  const ObjectRef web2node = world.initiatorOf("web2");
  ASSERT_EQ(confirm(admin, committed(zoning("foreign-zone", {web2node, {Kind::Node, disk2}}))).what,
            Answer::What::Done);
  const ObjectRef foreign = world.named(Kind::Domain, "foreign-zone");
  const std::vector<std::vector<Edit>> all{
      {leave(foreign, "nodes", {Kind::Node, disk1})},  // would say: is not in nodes of foreign-zone
      {set(foreign, "description", std::string())},    // changes nothing, and would be told by its name
      mapping({Kind::Host, web1}, disk2, unit1, 0),    // does not stand behind disk2
      {add(foreign, "nodes", web2node)},               // is there already
  };
  for (const auto& edits : all) {
    world.audit.clear();
    const Answer answer = create(scoped, edits);
    EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
    EXPECT_THAT(answer.text, testing::MatchesRegex("Not in your scope: what edit [0-9] is about\\."));
    EXPECT_FALSE(answer.edit);
    EXPECT_TRUE(answer.objects.empty());
    ASSERT_FALSE(world.audit.empty());
    EXPECT_THAT(world.audit.front().details,
                testing::AnyOf(testing::HasSubstr("foreign-zone"), testing::HasSubstr("disk2")));
  }
  EXPECT_TRUE(std::ranges::none_of(world.sets().list(), [](const Draft* draft) { return draft->author == "sue"; }));
}

TEST_F(Whose, ANodeThatAForeignHostHasIsNotToldToBePartOfIt) {
  world.registerNode("iqn.2026-01.example:web9", isns::node_type::kInitiator, 9);
  const ObjectRef node = world.initiatorOf("web9");
  (void)world.manageObject(Kind::Host, {{"name", std::string("foreign-host")}, {"nodes", std::vector{node}}});
  label(node);
  const std::vector<Edit> edits{add({Kind::Host, web1}, "nodes", node)};
  const Answer answer = create(scoped, edits);
  EXPECT_EQ(answer.refusal, Refusal::BadEdits);
  EXPECT_EQ(answer.text, "Edit 1: what the host consists of is part of another host, too: take it out of one of them.");
  EXPECT_NE(create(admin, edits).text.find("foreign-host"), std::string::npos);
}

}  // namespace
