// zone, zone set, map add, finding mend, change rollback and approve: the edits of their drafts; and how refusals and
// nothing to do are told.
#include <gtest/gtest.h>

#include <algorithm>

#include "isns-server/ctl/api_problem.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/problem.h"
#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

constexpr const char* kDraft = R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}]})";
constexpr const char* kNoSuch = R"({"code": "no-such-object", "detail": "There is none."})";

struct Makers : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
  void answerDraft() {
    api.answer(kDraft, 201);
    api.answer(R"({"objects": [], "lines": ["+ something"]})");
    api.answer(R"({"sentences": []})");
  }
  // The edits of the one draft that the command made.
  std::string editsOf(const std::string& line) {
    api.asked.clear();
    answerDraft();
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, 0) << line << ": " << ended.err;
    for (const auto& asked : api.asked) {
      if (asked.line != "POST /api/v1/changes") continue;
      std::string text;
      base::parseJson(asked.body)->find("edits")->writeCompact(text);
      return text;
    }
    return {};
  }
};

TEST_F(Makers, AnyObjectIsMadeChangedAndDeletedFieldByField) {
  EXPECT_EQ(editsOf("object create cable name=Z1 from=10.0.0.1:3260 status=planned"),
            R"([{"op": "create", "object": "cable:+0"}, )"
            R"({"op": "set", "object": "cable:+0", "field": "name", "value": "Z1"}, )"
            R"({"op": "set", "object": "cable:+0", "field": "from", "value": "portal:10.0.0.1:3260"}, )"
            R"({"op": "set", "object": "cable:+0", "field": "status", "value": "planned"}])");
  EXPECT_EQ(editsOf("object set host:web1 labels='PCI, SOX' site="),
            R"([{"op": "set", "object": "host:web1", "field": "labels", "value": ["label:PCI", "label:SOX"]}, )"
            R"({"op": "set", "object": "host:web1", "field": "site", "value": null}])");
  EXPECT_EQ(editsOf("object set host:web1 labels='+PCI, -test'"),
            R"([{"op": "add", "object": "host:web1", "field": "labels", "value": "label:PCI"}, )"
            R"({"op": "remove", "object": "host:web1", "field": "labels", "value": "label:test"}])");
  EXPECT_EQ(editsOf("object set settings:#1 confirm_within=5m author_may_approve=no"),
            R"([{"op": "set", "object": "settings:#1", "field": "confirm_within", "value": 300}, )"
            R"({"op": "set", "object": "settings:#1", "field": "author_may_approve", "value": false}])");
  EXPECT_EQ(editsOf("object set window:freeze starts=2026-12-24 ends=2026-12-27T06:00:00Z"),
            R"([{"op": "set", "object": "window:freeze", "field": "starts", "value": 1798070400}, )"
            R"({"op": "set", "object": "window:freeze", "field": "ends", "value": 1798351200}])");
  EXPECT_EQ(editsOf("object delete cable:Z1 label:PCI"),
            R"([{"op": "erase", "object": "cable:Z1"}, {"op": "erase", "object": "label:PCI"}])");
}

TEST_F(Makers, AFieldThatIsNoneOrAValueThatIsNoneIsRefusedBeforeTheServerIsAsked) {
  const std::pair<const char*, const char*> wrong[] = {
      {"object set host:web1 colour=red", "its fields are: name, site, cluster, entities, nodes, labels"},
      {"object set node:iqn.x symbolic_name=a", "its fields are: alias, labels, chap, enforcement"},
      {"object set cable:Z1 status=gone", "is one of: planned, connected, decommissioning"},
      {"object set settings:#1 confirm_within=5", "as in 30m, 12h or 7d"},
      {"object set map:#1 lun=x", "is a whole number from 0"},
      {"object set window:w weekly=maybe", "is yes or no"},
      {"object set window:w starts=tomorrow", "2026-12-24T08:00:00Z"},
      {"object create map who=web1", "has the kind of its object in front"},
      {"object create session", "administrators make nothing of that kind"},
      {"object delete node:iqn.x", "a registration ends by sanctl isns deregister"},
      {"object delete host:web1 logical-unit:naa.6", "administrators do not keep objects of that kind"},
      {"object delete agent:web1", "an enrolment by sanctl agent revoke"},
      {"object set web1 name=x", "its kind stands in front"},
      {"object set host:web1 name", "as in name=web1"},
  };
  for (const auto& [line, text] : wrong) {
    api.asked.clear();
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, 1) << line;
    EXPECT_NE(ended.err.find(text), std::string::npos) << line << ": " << ended.err;
    EXPECT_TRUE(api.asked.empty()) << line;
  }
}

TEST_F(Makers, AZoneSetIsMadeFilledRenamedAndDeleted) {
  EXPECT_EQ(editsOf("zone set create night"),
            R"([{"op": "create", "object": "domain-set:+0"}, )"
            R"({"op": "set", "object": "domain-set:+0", "field": "name", "value": "night"}])");
  EXPECT_EQ(editsOf("zone set create night a domain:b --enable"),
            R"([{"op": "create", "object": "domain-set:+0"}, )"
            R"({"op": "set", "object": "domain-set:+0", "field": "name", "value": "night"}, )"
            R"({"op": "set", "object": "domain-set:+0", "field": "enabled", "value": true}, )"
            R"({"op": "add", "object": "domain-set:+0", "field": "domains", "value": "domain:a"}, )"
            R"({"op": "add", "object": "domain-set:+0", "field": "domains", "value": "domain:b"}])");
  EXPECT_EQ(editsOf("zone set add night a b"),
            R"([{"op": "add", "object": "domain-set:night", "field": "domains", "value": "domain:a"}, )"
            R"({"op": "add", "object": "domain-set:night", "field": "domains", "value": "domain:b"}])");
  EXPECT_EQ(editsOf("zone set remove night a"),
            R"([{"op": "remove", "object": "domain-set:night", "field": "domains", "value": "domain:a"}])");
  EXPECT_EQ(editsOf("zone set rename night weekend"),
            R"([{"op": "set", "object": "domain-set:night", "field": "name", "value": "weekend"}])");
  EXPECT_EQ(editsOf("zone set delete night"), R"([{"op": "erase", "object": "domain-set:night"}])");
  EXPECT_EQ(api.run("zone set add night").exit, code(Exit::Usage));
}

// What others change between a look and the draft makes this stale, and is not overwritten.
TEST_F(Makers, ADraftStandsOnTheOldestRevisionThatWasReadForIt) {
  const auto baseOf = [&](const std::string& line) {
    EXPECT_NE(editsOf(line), "");
    const auto at = std::ranges::find(api.asked, "POST /api/v1/changes", &ApiWorld::Asked::line);
    if (at == api.asked.end()) return std::string("no draft");
    const base::Json body = *base::parseJson(at->body);
    return body.find("base_revision") == nullptr ? std::string("none") : body.find("base_revision")->plain();
  };
  api.answerOf(41, "{}");
  api.answerOf(40, "{}");
  api.answerOf(42, "{}");
  EXPECT_EQ(baseOf("zone label a PCI SOX test"), "40");
  api.answerOf(50, "{}");
  api.answerOf(51, "{}");
  EXPECT_EQ(baseOf("map add web1 iqn.2026-01.example:disk naa.6001"), "50");
  api.answerOf(
      60, R"({"revision": 60, "findings": [{"rule": "R05", "subject": "host:a", "objects": [], "edits": [{"op": "erase",
                       "object": "host:a"}]}]})");
  EXPECT_EQ(baseOf("finding mend R05"), "60");
  EXPECT_EQ(baseOf("zone delete a"), "none") << "nothing was read: it is about what is there";
}

TEST_F(Makers, AZoneIsRenamedAndLabelled) {
  EXPECT_EQ(editsOf("zone rename a b"), R"([{"op": "set", "object": "domain:a", "field": "name", "value": "b"}])");
  api.answer("{}");
  EXPECT_EQ(editsOf("zone label a PCI"),
            R"([{"op": "add", "object": "domain:a", "field": "labels", "value": "label:PCI"}])");
  api.answer("{}");
  EXPECT_EQ(editsOf("zone unlabel a label:PCI"),
            R"([{"op": "remove", "object": "domain:a", "field": "labels", "value": "label:PCI"}])");
  api.problem(404, kNoSuch);
  EXPECT_EQ(editsOf("zone label a PCI"),
            R"([{"op": "create", "object": "label:+0"}, )"
            R"({"op": "set", "object": "label:+0", "field": "name", "value": "PCI"}, )"
            R"({"op": "add", "object": "domain:a", "field": "labels", "value": "label:+0"}])");
  api.problem(404, kNoSuch);
  EXPECT_EQ(api.run("zone unlabel a PCI").exit, code(Exit::Empty));
}

TEST_F(Makers, AMapTakesTheNameThatAnAdministratorGaveTheUnit) {
  api.answer("{}");  // the host
  api.problem(404, kNoSuch);
  api.answer(R"({"revision": 4, "items": [{"ref": "logical-unit:naa.6"}], "next_cursor": null})");
  EXPECT_NE(editsOf("map add web1 iqn.a:disk ledger").find(R"("field": "unit", "value": "logical-unit:naa.6")"),
            std::string::npos);
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/logical-unit/ledger");
  EXPECT_EQ(api.asked[2].line, "GET /api/v1/logical-units?filter=name%3D%22ledger%22&limit=2");
  api.answer("{}");
  api.problem(404, kNoSuch);
  api.answer(R"({"revision": 4, "items": [], "next_cursor": null})");
  EXPECT_EQ(api.run("map add web1 iqn.a:disk ledger").exit, code(Exit::Empty));
  api.answer("{}");
  api.problem(404, kNoSuch);
  api.answer(R"({"revision": 4, "items": [{"ref": "logical-unit:a"}, {"ref": "logical-unit:b"}], "next_cursor": null})");
  EXPECT_EQ(api.run("map add web1 iqn.a:disk ledger").exit, code(Exit::Usage));
}

TEST_F(Makers, ALunThatIsNoneMakesNoDraft) {
  for (const char* lun : {"163839", "16384", "1 ", ""}) {
    api.asked.clear();
    api.answer(R"({"ref": "host:web1"})");
    api.answer(R"({"ref": "logical-unit:naa.6"})");
    EXPECT_EQ(api.run({"map", "add", "web1", "iqn.a:disk", "naa.6", "--lun", lun}).exit, code(Exit::Usage)) << lun;
    for (const auto& asked : api.asked) EXPECT_TRUE(asked.line.starts_with("GET ")) << asked.line;
    api.answers.clear();
  }
}

TEST_F(Makers, AFindingIsMendedByItsEdits) {
  constexpr const char* kFindings =
      R"({"findings": [{"rule": "R05", "subject": "domain:lonely", "mend": "Delete it.",
            "edits": [{"op": "erase", "object": "domain:lonely"}]},
          {"rule": "R05", "subject": "domain:other", "mend": "Delete it.",
            "edits": [{"op": "erase", "object": "domain:other"}]},
          {"rule": "R05", "subject": "domain:words", "mend": "Ask its owner.", "edits": []}]})";
  api.answer(kFindings);
  EXPECT_EQ(editsOf("finding mend R05 lonely"), R"([{"op": "erase", "object": "domain:lonely"}])");
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/findings?rule=R05");
  api.answer(kFindings);
  const Ended several = api.run("finding mend R05");
  EXPECT_EQ(several.exit, code(Exit::Usage));
  EXPECT_NE(several.err.find("say about which objects: domain:lonely, domain:other"), std::string::npos) << several.err;
  api.answer(kFindings);
  const Ended words = api.run("finding mend R05 words");
  EXPECT_EQ(words.exit, code(Exit::Refused));
  EXPECT_EQ(words.err, "sanctl: R05 about words: no change set can end it by itself; Ask its owner.\n");
  api.answer(kFindings);
  EXPECT_EQ(api.run("finding mend R05 nothing").exit, code(Exit::Empty));
  api.answer(kFindings);
  EXPECT_NE(api.run("finding show R05 lonely").out.find("    sanctl finding mend R05 domain:lonely\n"),
            std::string::npos);
}

TEST_F(Makers, SeveralFindingsBecomeOneDraftWithoutTheirContradictions) {
  constexpr const char* kDomains =
      R"({"findings": [{"rule": "R05", "subject": "domain:lonely", "edits": [{"op": "erase", "object": "domain:lonely"}]},
          {"rule": "R05", "subject": "domain:other", "edits": [{"op": "erase", "object": "domain:other"},
              {"op": "remove", "object": "domain-set:day", "field": "domains", "value": "domain:other"}]},
          {"rule": "R05", "subject": "domain:words", "mend": "Ask its owner.", "edits": []}]})";
  constexpr const char* kSets =
      R"({"findings": [{"rule": "R06", "subject": "domain-set:night", "edits": [
              {"op": "add", "object": "domain-set:night", "field": "domains", "value": "domain:lonely"}]},
          {"rule": "R06", "subject": "domain-set:day", "edits": [
              {"op": "remove", "object": "domain-set:day", "field": "domains", "value": "domain:other"}]}]})";
  constexpr const char* kBoth =
      R"([{"op": "erase", "object": "domain:lonely"}, {"op": "erase", "object": "domain:other"}, )"
      R"({"op": "remove", "object": "domain-set:day", "field": "domains", "value": "domain:other"}])";
  api.answer(kDomains);
  EXPECT_EQ(editsOf("finding mend R05 lonely other domain:lonely"), kBoth) << "each once";
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/findings?rule=R05");
  EXPECT_NE(api.asked[1].body.find(R"("title": "Mend 2 findings of R05")"), std::string::npos) << api.asked[1].body;
  // All of two rules: what people must do, and what contradicts, is named and left out.
  api.asked.clear();
  api.answer(kDomains);
  api.answer(kSets);
  answerDraft();
  const Ended all = api.run("finding mend --rule R05 --rule R06");
  EXPECT_EQ(all.exit, 0) << all.err;
  EXPECT_NE(api.asked[2].body.find(kBoth), std::string::npos) << api.asked[2].body;
  EXPECT_NE(api.asked[2].body.find("Mend 3 findings"), std::string::npos);
  EXPECT_EQ(all.err,
            "Left out: R05 about words: no change set can end it by itself\n"
            "Left out: R06 about night: its mend contradicts that of R05 about lonely, about domain-set:night\n");
  const Ended nothing = api.run("finding mend lonely");
  EXPECT_EQ(nothing.exit, code(Exit::Usage));
  EXPECT_NE(nothing.err.find("a rule is missing before it"), std::string::npos) << nothing.err;
  EXPECT_EQ(api.run("finding mend").exit, code(Exit::Usage));
}

// ---- Taking back ---------------------------------------------------------------------------------------------------

struct RollBack : Makers {
  static constexpr const char* kBack =
      R"({"id": 13, "version": 1, "state": "open", "title": "rollback", "edits": [{}],
          "left": [{"object": "domain:a", "field": "name", "why": "it has changed since"}]})";
  void confirmedOne() { api.answer(R"({"id": 12, "version": 4, "state": "confirmed", "edits": [{}]})"); }
  void looks() {
    api.answer(R"({"objects": [], "lines": ["- the zone"]})");
    api.answer(R"({"sentences": ["web1 loses one logical unit."]})");
  }
  std::vector<std::string> lines() {
    std::vector<std::string> all;
    for (const auto& asked : api.asked) all.push_back(asked.line.substr(0, asked.line.find("?")));
    return all;
  }
};

TEST_F(RollBack, OfAConfirmedOneTheInverseIsShownBeforeItIsSent) {
  api.terminal = true;
  api.typed = {"yes"};
  confirmedOne();
  api.answer(kBack, 201);
  looks();
  api.answer(R"({"id": 13, "version": 2, "state": "submitted"})");
  api.answer(R"({"id": 13, "version": 3, "state": "confirmed", "title": "rollback"})");
  const Ended ended = api.run({"change", "rollback", "12", "--reason", "it was wrong"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(lines(), (std::vector<std::string>{"GET /api/v1/changes/12", "POST /api/v1/changes/12/rollback",
                                               "GET /api/v1/changes/13/diff", "GET /api/v1/changes/13/impact",
                                               "POST /api/v1/changes/13/submit", "POST /api/v1/changes/13/commit"}));
  const std::size_t diff = ended.out.find("- the zone");
  const std::size_t impact = ended.out.find("web1 loses one logical unit.");
  const std::size_t done = ended.out.find("Change set 13");
  EXPECT_TRUE(diff < impact && impact < done && done != std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("Stays as it is: domain:a name: it has changed since"), std::string::npos) << ended.out;
}

TEST_F(RollBack, ANoLeavesNothingBehind) {
  api.terminal = true;
  api.typed = {"no"};
  confirmedOne();
  api.answer(kBack, 201);
  looks();
  api.answer("", 204);
  EXPECT_EQ(api.run("change rollback 12 --reason wrong").exit, code(Exit::Usage));
  EXPECT_EQ(lines().back(), "DELETE /api/v1/changes/13");
}

TEST_F(RollBack, WithoutATerminalItWantsAYesOrLeavesADraft) {
  EXPECT_EQ(api.run("change rollback 12 --reason wrong").exit, code(Exit::Usage));
  EXPECT_TRUE(api.asked.empty());
  confirmedOne();
  api.answer(kBack, 201);
  looks();
  const Ended draft = api.run("change rollback 12 --reason wrong --draft");
  EXPECT_EQ(draft.exit, 0) << draft.err;
  EXPECT_NE(draft.out.find("sanctl change submit 13"), std::string::npos) << draft.out;
  EXPECT_EQ(lines().back(), "GET /api/v1/changes/13/impact");
}

TEST_F(RollBack, InItsWindowWhatItDidIsShownAndTakenBackAtOnce) {
  constexpr const char* kWaits = R"({"id": 12, "version": 4, "state": "confirming", "edits": [{}]})";
  api.answer(kWaits);
  api.answer(R"({"objects": [], "lines": ["+ the zone"]})");
  api.answer(R"({"id": 12, "version": 5, "state": "rolled-back", "title": "t", "left": []})");
  const Ended ended = api.run("change rollback 12 --reason wrong --yes");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(lines(), (std::vector<std::string>{"GET /api/v1/changes/12", "GET /api/v1/changes/12/diff",
                                               "POST /api/v1/changes/12/rollback"}));
  EXPECT_NE(ended.out.find("+ the zone\n\nChange set 12"), std::string::npos) << ended.out;
  api.asked.clear();
  api.terminal = true;
  api.typed = {"no"};
  api.answer(kWaits);
  api.answer(R"({"objects": [], "lines": ["+ the zone"]})");
  EXPECT_EQ(api.run("change rollback 12 --reason wrong").exit, code(Exit::Usage));
  EXPECT_EQ(lines().back(), "GET /api/v1/changes/12/diff");
}

TEST_F(Makers, WhatIsSoAlreadyLeavesNoDraft) {
  for (const char* line : {"zone set add night a", "zone set add night a --commit --reason x"}) {
    api.asked.clear();
    api.answer(kDraft, 201);
    api.answer(R"({"objects": [], "lines": []})");
    api.answer("", 204);
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(ended.out, "The SAN is so already: there is nothing to change.\n");
    ASSERT_EQ(api.asked.size(), 3U);
    EXPECT_EQ(api.asked.back().line, "DELETE /api/v1/changes/12");
  }
}

TEST_F(Makers, AnArgumentIsNoEmptyText) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"reach", "db1", ""}, {"search", ""}, {"zone", "rename", "a", ""}, {"list", ""}}) {
    const Ended ended = api.run(words);
    EXPECT_EQ(ended.exit, code(Exit::Usage));
    EXPECT_NE(ended.err.find(" is an empty text; usage: sanctl "), std::string::npos) << ended.err;
  }
  const Ended kind = api.run("show host:");
  EXPECT_EQ(kind.exit, code(Exit::Usage));
  EXPECT_NE(kind.err.find("a name is missing behind the kind; sanctl list hosts shows all"), std::string::npos)
      << kind.err;
  EXPECT_TRUE(api.asked.empty());
}

// ---- Approving

struct Approve : RollBack {
  void submittedOne() { api.answer(R"({"id": 12, "version": 3, "state": "submitted", "edits": [{}]})"); }
  void looksAtCells() {
    api.answer(R"({"objects": [], "lines": ["+ the zone"]})");
    api.answer(R"({"sentences": ["web1 gains one logical unit."], "hash": "ab12"})");
  }
};

TEST_F(Approve, ShowsWhatItIsForAndApprovesThatAlone) {
  api.terminal = true;
  api.typed = {"yes"};
  submittedOne();
  looksAtCells();
  api.answer(R"({"id": 12, "version": 4, "state": "approved", "title": "t"})");
  const Ended ended = api.run("change approve 12");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(lines(), (std::vector<std::string>{"GET /api/v1/changes/12", "GET /api/v1/changes/12/diff",
                                               "GET /api/v1/changes/12/impact", "POST /api/v1/changes/12/approve"}));
  EXPECT_EQ(api.asked.back().body, R"({"version": 3, "hash": "ab12"})");
  const std::size_t diff = ended.out.find("+ the zone");
  const std::size_t impact = ended.out.find("web1 gains one logical unit.");
  const std::size_t done = ended.out.find("Change set 12");
  EXPECT_TRUE(diff < impact && impact < done && done != std::string::npos) << ended.out;
}

TEST_F(Approve, ANoSendsNothing) {
  api.terminal = true;
  api.typed = {"no"};
  submittedOne();
  looksAtCells();
  EXPECT_EQ(api.run("change approve 12").exit, code(Exit::Usage));
  EXPECT_EQ(lines().back(), "GET /api/v1/changes/12/impact");
}

TEST_F(Approve, InAFormatThatShowsNothingItWantsTheVersionThatWasLookedAt) {
  api.terminal = true;
  api.typed = {"yes"};
  const Ended ended = api.run("change approve 12 --output json");
  EXPECT_EQ(ended.exit, code(Exit::Usage));
  EXPECT_NE(ended.err.find("--if-version NUMBER --yes"), std::string::npos) << ended.err;
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Approve, WithoutATerminalItWantsTheVersionThatWasLookedAt) {
  for (const char* line : {"change approve 12", "change approve 12 --yes", "change approve 12 --if-version 3"}) {
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, code(Exit::Usage)) << line;
    EXPECT_NE(ended.err.find("--if-version NUMBER --yes"), std::string::npos) << ended.err;
  }
  EXPECT_TRUE(api.asked.empty());
  submittedOne();
  looksAtCells();
  api.answer(R"({"id": 12, "version": 3, "state": "approved", "title": "t"})");
  EXPECT_EQ(api.run("change approve 12 --if-version 2 --yes").exit, 0);
  EXPECT_EQ(api.asked.back().body, R"({"version": 2, "hash": "ab12"})");
}

TEST_F(Makers, ARefusalTellsWhatCanBeDoneAtAShell) {
  api.problem(404, R"({"code": "no-such-object", "detail": "There is no change set 999."})");
  EXPECT_EQ(api.run("change show 999").err,
            "sanctl: no-such-object: there is no change set 999; sanctl change list shows all\n");
  api.answer(kDraft);
  api.problem(409, R"({"code": "approval-needed", "detail": "The change set must be approved first.",
      "refusal": "approval-needed", "hint": "POST /x"})");
  EXPECT_EQ(api.run("change commit 12").err,
            "sanctl: approval-needed: the change set must be approved first; it waits for "
            "sanctl change approve 12\n");
  for (const char* looked : {kDraft, R"({"diff": {"objects": []}})", R"({"hash": "ab12"})"}) api.answer(looked);
  api.problem(409, R"({"code": "approval-needed", "detail": "Who made it does not approve it.", "refusal": "author-approves"})");
  EXPECT_EQ(api.run("change approve 12 --if-version 1 --yes").err,
            "sanctl: approval-needed: who made it does not approve it; somebody else has to approve it\n");
  api.answer(kDraft);
  api.problem(409, R"({"code": "wrong-state", "detail": "The change set is not submitted. It is open."})");
  EXPECT_EQ(api.run("change commit 12").err,
            "sanctl: wrong-state: the change set is not submitted. It is open; sanctl change show 12 says where it stands\n");
  api.problem(422, R"({"code": "bad-value", "detail": "There is no domain of that name.", "pointer": "/edits/1/value"})");
  EXPECT_EQ(api.run("zone set add night a nowhere").err,
            "sanctl: bad-value: there is no domain of that name (edit 2: domain:nowhere)\n");
  api.answer(kDraft);
  api.problem(409, R"({"code": "guard", "detail": "web1 loses its disk.", "refusal": "locks-out",
      "objections": [{"text": "web1 loses its disk.", "severity": "needs-reason"}]})");
  EXPECT_EQ(api.run("change commit 12").err,
            "sanctl: guard: web1 loses its disk; --reason 'WHY' lets it through\n");
}

TEST(ProblemWords, NoneSpeaksOfTheApi) {
  for (const mgmt::ProblemRow& row : mgmt::kProblems) {
    for (const mgmt::Route route : {mgmt::Route::GetChange, mgmt::Route::GetObject, mgmt::Route::RevokeAgent}) {
      const auto failure = ctl::problemFailure(
          row.status, R"({"code": ")" + std::string(row.name) + R"(", "detail": "This.", "pointer": "unit"})", {route, {"x"}});
      for (const char* word : {"pointer", "the detail", "/api", "GET ", "POST ", "/readyz", "Retry-After", "{", "header"}) {
        EXPECT_EQ(failure.advice.find(word), std::string::npos) << row.name << ": " << failure.advice;
      }
    }
  }
}

TEST_F(Makers, NotesOnAFilterAreTold) {
  api.answer(R"({"revision": 4, "items": [], "next_cursor": null, "notes": ["There is no label NOPE."]})");
  const Ended ended = api.run("list hosts --filter label:NOPE");
  EXPECT_EQ(ended.err, "sanctl: note on the filter: There is no label NOPE.\n");
}

}  // namespace
