// What --commit, change commit and --dry-run say and leave behind where the server is late, fails or takes it back.
#include <gtest/gtest.h>

#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

constexpr const char* kNewDraft = R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}]})";
constexpr const char* kSomeDiff = R"({"objects": [], "lines": ["- domain z"]})";
constexpr const char* kCommitLine = "zone delete z --commit --reason old";

struct ChangeSteps : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
  void in(const std::string& state, const std::string& note = {}) {
    api.answer(R"({"id": 12, "version": 2, "title": "t", "edits": [{}], "state": ")" + state + R"(", "note": ")" +
               note + "\"}");
  }
  void draftIsThere() {
    api.answer(kNewDraft, 201);
    api.answer(kSomeDiff);
  }
};

TEST_F(ChangeSteps, ACommitThatIsNotAnsweredIsLookedAtUntilItStands) {
  draftIsThere();
  in("submitted");
  api.fail(Exit::Timeout);
  for (const char* state : {"submitted", "submitted", "committing", "confirmed"}) in(state);
  const Ended ended = api.run(kCommitLine);
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(ended.out.starts_with("Change set 12: t  confirmed\n")) << ended.out;
  for (const char* state : {"committing", "confirming"}) {
    api.fail(Exit::Connect);
    in(state);
    in("confirming");
    EXPECT_EQ(api.run("change commit 12 --if-version 2").exit, 0) << state;
    api.answers.clear();
  }
}

TEST_F(ChangeSteps, OfACommitWhoseFateIsNotKnownNobodySaysThatItIsNotCommitted) {
  draftIsThere();
  in("submitted");
  api.fail(Exit::Timeout);
  for (int look = 0; look <= 600; ++look) in("submitted");
  const Ended silent = api.run(kCommitLine);
  EXPECT_EQ(silent.exit, code(Exit::Timeout));
  EXPECT_TRUE(api.answers.empty());
  EXPECT_EQ(silent.err,
            "sanctl: the server: scripted, so it is not known whether change set 12 (it was submitted when last "
            "looked at) is committed; sanctl change show 12 says where it stands\n");
  api.fail(Exit::Timeout);
  in("submitted");
  EXPECT_EQ(api.run("change commit 12 --if-version 2 --no-wait").exit, code(Exit::Timeout));
  for (const Exit exit : {Exit::Timeout, Exit::Connect, Exit::Malformed}) {
    api.fail(exit);
    api.fail(Exit::Connect);
    const Ended gone = api.run("change commit 12 --if-version 2");
    EXPECT_EQ(gone.exit, code(exit));
    EXPECT_NE(gone.err.find("not known whether change set 12 is committed"), std::string::npos) << gone.err;
  }
  in("committing");
  api.fail(Exit::Connect);
  const Ended under = api.run("change commit 12 --if-version 2");
  EXPECT_EQ(under.exit, code(Exit::Connect));
  EXPECT_NE(under.err.find("(it was committing when last looked at) is carried out"), std::string::npos) << under.err;
}

TEST_F(ChangeSteps, OfASubmissionWhoseFateIsNotKnownNobodySaysThatTheDraftStays) {
  draftIsThere();
  api.fail(Exit::Timeout);
  const Ended silent = api.run(kCommitLine);
  EXPECT_EQ(silent.exit, code(Exit::Timeout));
  EXPECT_EQ(silent.err.find("stays as it is"), std::string::npos) << silent.err;
  EXPECT_NE(silent.err.find("not known whether change set 12 is submitted; sanctl change show 12"), std::string::npos)
      << silent.err;
}

TEST_F(ChangeSteps, ACommitThatIsRefusedIsNotCommitted) {
  draftIsThere();
  in("submitted");
  api.problem(409, R"({"code": "guard", "detail": "A guard stops it."})");
  const Ended refused = api.run(kCommitLine);
  EXPECT_EQ(refused.exit, code(Exit::Conflict));
  EXPECT_TRUE(refused.err.starts_with("The change set 12 is submitted, and not committed.\n")) << refused.err;
}

TEST_F(ChangeSteps, ACommitThatIsTakenBackIsAConflict) {
  for (const char* line : {kCommitLine, "change commit 12 --if-version 2"}) {
    if (line == kCommitLine) {
      draftIsThere();
      in("submitted");
    }
    in("committing");
    in("committing");
    in("rolled-back", "It could not be carried out: no room.");
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, code(Exit::Conflict)) << line;
    EXPECT_TRUE(ended.out.starts_with("Change set 12: t  rolled-back\n")) << ended.out;
    EXPECT_EQ(ended.err,
              "sanctl: change set 12: it was taken back: It could not be carried out: no room.; sanctl change show 12 "
              "says where it stands\n");
  }
}

TEST_F(ChangeSteps, ACommitThatIsUnderWayAfterAMinuteIsLate) {
  for (int look = 0; look <= 600; ++look) in("committing");
  const Ended ended = api.run("change commit 12 --if-version 2 --output json");
  EXPECT_EQ(ended.exit, code(Exit::Timeout));
  EXPECT_TRUE(api.answers.empty());
  EXPECT_NE(ended.out.find(R"("state": "committing")"), std::string::npos) << ended.out;
  EXPECT_NE(ended.err.find("it is not carried out yet"), std::string::npos) << ended.err;
}

TEST_F(ChangeSteps, ADryRunLeavesNoDraftWhereALookAtItFails) {
  for (const bool diffToo : {false, true}) {
    api.asked.clear();
    api.answer(kNewDraft, 201);
    if (diffToo) api.answer(kSomeDiff);
    api.fail(Exit::Timeout);
    api.answer("", 204);
    const Ended ended = api.run("zone delete z --dry-run");
    EXPECT_EQ(ended.exit, code(Exit::Timeout));
    EXPECT_EQ(api.asked.back().line, "DELETE /api/v1/changes/12");
    EXPECT_EQ(ended.err.find("is left"), std::string::npos) << ended.err;
  }
}

TEST_F(ChangeSteps, ADraftThatIsLeftIsNamed) {
  constexpr const char* kLeft =
      "The draft 12 is left: sanctl change show 12 shows it, sanctl change discard 12 drops it.\n";
  draftIsThere();
  api.fail(Exit::Timeout);
  api.fail(Exit::Connect);  // the discarding
  const Ended dry = api.run("zone delete z --dry-run");
  EXPECT_EQ(dry.exit, code(Exit::Timeout));
  EXPECT_TRUE(dry.err.starts_with(kLeft)) << dry.err;
  for (const char* line : {"zone delete z", kCommitLine}) {
    api.answer(kNewDraft, 201);
    api.fail(Exit::Timeout);
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, code(Exit::Timeout));
    EXPECT_TRUE(ended.err.starts_with(kLeft)) << ended.err;
    EXPECT_EQ(api.asked.back().line, "GET /api/v1/changes/12/diff") << "it is not dropped";
  }
}

TEST_F(ChangeSteps, ARollbackLeavesNoInverseWhereALookAtItFails) {
  in("confirmed");
  api.answer(R"({"id": 13, "version": 1, "state": "open", "title": "rollback", "edits": [{}], "left": []})", 201);
  api.fail(Exit::Timeout);
  api.answer("", 204);
  EXPECT_EQ(api.run("change rollback 12 --reason wrong --yes").exit, code(Exit::Timeout));
  EXPECT_EQ(api.asked.back().line, "DELETE /api/v1/changes/13");
}

}  // namespace
