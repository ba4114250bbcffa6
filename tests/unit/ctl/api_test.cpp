// The commands that ask the management server: what they send, what they print, how they end.
#include <gtest/gtest.h>

#include "isns-server/ctl/api_session.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/edit_commands.h"
#include "shared/base/json_reader.h"
#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

constexpr const char* kWhy =
    R"({"host": "host:web1", "unit": "logical-unit:db", "basis": "applied", "finds": "no", "gets_in": "no",
  "works": "no", "right": null, "observed": false, "pending": false, "since": 0, "broken_layers": ["visible"],
  "paths": [{"initiator": "node:iqn.a:web1", "target": "node:iqn.a:disk1", "portal": "portal:10.0.0.5:3260/tcp", "lun": 0,
    "finds": "no", "gets_in": "no", "works": "no", "right": "read-write", "proof": "claimed-name", "session": null, "since": 0,
    "layers": [{"layer": "registered", "state": "yes", "since": 3, "facts": [{"about": "node:iqn.a:web1", "text": "Both are registered.", "since": 3}]},
               {"layer": "visible", "state": "no", "since": 0, "facts": [{"about": "node:iqn.a:web1", "text": "They share no active domain.", "since": 0}]}]}],
  "more_paths": 0,
  "mends": [{"text": "Add web1 to the domain zone1.", "layers": ["visible"], "result": "yes", "objects": 1, "bystanders": 1,
             "edits": [{"op": "add", "object": "domain:zone1", "field": "nodes", "value": "node:iqn.a:web1"}]}]})";

struct Api : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
};

TEST(ApiUrl, TakesHostsAddressesAndPorts) {
  EXPECT_EQ(*ctl::apiUrl("san"), "https://san:3285");
  EXPECT_EQ(*ctl::apiUrl("san:443"), "https://san:443");
  EXPECT_EQ(*ctl::apiUrl("https://10.0.0.1/"), "https://10.0.0.1:3285");
  EXPECT_EQ(*ctl::apiUrl("2001:db8::1"), "https://[2001:db8::1]:3285");
  EXPECT_EQ(*ctl::apiUrl("[2001:db8::1]:99"), "https://[2001:db8::1]:99");
}

TEST(ApiUrl, RefusesHttpPathsAndNames) {
  for (const char* text : {"http://san", "san/path", "user@san", "san?x", ""}) EXPECT_FALSE(ctl::apiUrl(text)) << text;
}

TEST(ApiProblem, BecomesASentenceWithCodeHintAndExitCode) {
  const auto failure = ctl::problemFailure(404, R"({"code": "no-such-object", "detail": "There is no host:x."})");
  EXPECT_EQ(failure.exit, Exit::Empty);
  EXPECT_EQ(ctl::oneLine(failure), "no-such-object: there is no host:x; look for it with sanctl search TEXT");
  EXPECT_EQ(ctl::problemFailure(401, R"({"code": "token-ended"})").exit, Exit::Denied);
  EXPECT_EQ(ctl::problemFailure(403, R"({"code": "right-missing"})").exit, Exit::Denied);
  EXPECT_EQ(ctl::problemFailure(409, R"({"code": "stale-draft"})").exit, Exit::Conflict);
  EXPECT_EQ(ctl::problemFailure(400, R"({"code": "bad-filter"})").exit, Exit::Refused);
  EXPECT_EQ(ctl::problemFailure(502, "<html>").exit, Exit::Refused);
}

TEST(ApiProblem, TellsWhatAGuardObjects) {
  const auto failure = ctl::problemFailure(
      409, R"({"code": "guard", "detail": "A guard stops it.", "objections": [{"text": "web1 loses its disk."}]})");
  EXPECT_EQ(failure.why, "a guard stops it; web1 loses its disk");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(ctl::shellWord("iqn.2026-01.example:web1"), "iqn.2026-01.example:web1");
  EXPECT_EQ(ctl::shellWord("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(ctl::shellWord(""), "''");
}

TEST(CommandsOf, AreVerbsWhereTheySayItAll) {
  const auto lines = [](const char* text) {
    std::string all;
    for (const std::string& line : ctl::commandsOf(*base::parseJson(text), "a b")) all += line + "\n";
    return all;
  };
  EXPECT_EQ(lines(R"([{"op":"set","object":"domain-set:prod","field":"enabled","value":true}])"),
            "sanctl zone enable prod\n");
  EXPECT_EQ(lines(R"([{"op":"add","object":"domain-set:prod","field":"domains","value":"domain:z"},
                      {"op":"set","object":"domain-set:prod","field":"enabled","value":true}])"),
            "sanctl zone set add prod z\nsanctl zone enable prod\n");
  EXPECT_EQ(lines(R"([{"op":"add","object":"domain:z","field":"nodes","value":"node:iqn.a:b"},
                      {"op":"add","object":"domain:z","field":"portals","value":"portal:10.0.0.1:3260/tcp"}])"),
            "sanctl zone add z iqn.a:b 10.0.0.1:3260/tcp\n");
  EXPECT_EQ(lines(R"([{"op":"create","object":"domain:+0"}, {"op":"set","object":"domain:+0","field":"name","value":"db1 z"},
      {"op":"set","object":"domain:+0","field":"nodes","value":["node:iqn.a:b","node:iqn.a:c"]},
      {"op":"create","object":"domain-set:+1"}, {"op":"set","object":"domain-set:+1","field":"name","value":"Active"},
      {"op":"set","object":"domain-set:+1","field":"enabled","value":true},
      {"op":"add","object":"domain-set:+1","field":"domains","value":"domain:+0"}, {"op":"create","object":"map:+2"},
      {"op":"set","object":"map:+2","field":"who","value":"node:iqn.a:b"},
      {"op":"set","object":"map:+2","field":"target","value":"node:iqn.a:c"},
      {"op":"set","object":"map:+2","field":"unit","value":"logical-unit:naa.6"},
      {"op":"set","object":"map:+2","field":"lun","value":4}])"),
            "sanctl zone create 'db1 z' iqn.a:b iqn.a:c --new-set Active\nsanctl map add iqn.a:b iqn.a:c naa.6 --lun 4\n");
  EXPECT_EQ(lines(R"([{"op":"create","object":"domain:+0"}, {"op":"set","object":"domain:+0","field":"name","value":"z"},
      {"op":"add","object":"domain:+0","field":"nodes","value":"node:iqn.a:b"},
      {"op":"add","object":"domain-set:prod","field":"domains","value":"domain:+0"}])"),
            "sanctl zone create z iqn.a:b --set prod\n");
}

TEST(CommandsOf, AreTheEditsWhereNoVerbSaysThem) {
  const auto edits = [](const char* text) { return *base::parseJson(text); };
  const auto one = ctl::commandsOf(edits(R"([{"op":"create","object":"label:+0"}])"), "a b");
  EXPECT_EQ(one, std::vector<std::string>{"sanctl change new 'a b' --edits '[{\"op\": \"create\", \"object\": \"label:+0\"}]'"});
  for (const char* text : {R"([{"op":"add","object":"domain:z","field":"nodes","value":"node:+0"}])",
                           R"([{"op":"set","object":"domain:z","field":"chap","value":"mutual"}])",
                           R"([{"op":"create","object":"domain:+0"}, {"op":"set","object":"domain:+0","field":"name","value":"z"},
                               {"op":"set","object":"domain:+0","field":"chap","value":"mutual"}])",
                           R"([{"op":"create","object":"domain-set:+0"}])"}) {
    EXPECT_TRUE(ctl::commandsOf(edits(text), "t").front().starts_with("sanctl change new t --edits '[")) << text;
  }
}

TEST(ApiSession, WithoutALoginSaysHowToLogIn) {
  ApiWorld api;
  const Ended ended = api.run("whoami");
  EXPECT_EQ(ended.exit, code(Exit::Denied));
  EXPECT_NE(ended.err.find("sanctl login --server HOST"), std::string::npos);
  EXPECT_TRUE(api.asked.empty());
}

TEST(ApiSession, SendsNothingToAServerThatWasNotPinned) {
  ApiWorld api;
  const Ended ended = api.run("list nodes --server san");
  EXPECT_EQ(ended.exit, code(Exit::Denied));
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Api, TheTokenOfAnotherServerIsNotSent) {
  api.answer("{}");
  api.run("whoami --server elsewhere --ca root.pem");
  for (const auto& one : api.asked) EXPECT_EQ(one.token, "");
}

TEST_F(Api, AsksWithTheStoredLogin) {
  api.answer(R"({"user": "me", "roles": "viewer", "scope": [], "rights": ["san.read"]})");
  const Ended ended = api.run("whoami");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  ASSERT_EQ(api.asked.size(), 1U);
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/whoami");
  EXPECT_EQ(api.asked[0].token, "T0KEN");
  EXPECT_EQ(api.settings[0].url, "https://san:3285");
  EXPECT_EQ(api.settings[0].authority, "PEM");
  EXPECT_EQ(ended.out.find("T0KEN"), std::string::npos);
}

TEST_F(Api, ReachSaysWhatItKnowsAndHowToLearnMore) {
  api.answer(kWhy);
  const Ended ended = api.run("reach web1 db --at 7");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/why?host=web1&unit=db&revision=7");
  EXPECT_TRUE(ended.out.starts_with("no       web1 cannot reach db.\n")) << ended.out;
  EXPECT_NE(ended.out.find("  stops at   visible\n"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("--why"), std::string::npos);
}

TEST_F(Api, WhyPutsBrokenLayersFirstAndMendsAsCommands) {
  api.answer(kWhy);
  const Ended ended = api.run("reach web1 db --why");
  const auto visible = ended.out.find("  no       visible     They share no active domain.");
  const auto registered = ended.out.find("  yes      registered  Both are registered. (since revision 3)");
  ASSERT_NE(visible, std::string::npos) << ended.out;
  ASSERT_NE(registered, std::string::npos) << ended.out;
  EXPECT_LT(visible, registered);
  EXPECT_NE(ended.out.find("     sanctl zone add zone1 iqn.a:web1\n"), std::string::npos) << ended.out;
}

TEST_F(Api, ExpectEndsWithItsOwnCode) {
  api.answer(kWhy);
  EXPECT_EQ(api.run("reach web1 db --expect yes").exit, code(Exit::Different));
  api.answer(kWhy);
  EXPECT_EQ(api.run("reach web1 db --expect no").exit, 0);
}

TEST_F(Api, ListFollowsPagesAndNamesWhatIsNotThere) {
  api.answer(
      R"({"revision": 4, "items": [{"ref": "host:a", "name": "a", "nodes": ["node:x", "node:y"]}], "next_cursor": 2})");
  api.answer(R"({"revision": 4, "items": [{"ref": "host:b", "name": "b", "nodes": []}], "next_cursor": null})");
  const Ended ended = api.run("list hosts --output json");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_NE(ended.out.find("host:b"), std::string::npos);
  EXPECT_NE(api.asked[1].line.find("cursor=2"), std::string::npos);
  api.answer(R"({"revision": 4, "items": [], "next_cursor": null})");
  const Ended none = api.run("list sites --fail-if-empty");
  EXPECT_EQ(none.exit, code(Exit::Empty));
  EXPECT_EQ(none.out, "There are no sites, at revision 4.\n");
}

TEST_F(Api, AListOfChangeSetsIsWholeOrSaysThatItIsNot) {
  const auto page = [](const char* id, const char* next) {
    return std::string(R"({"items": [{"id": )") + id + R"(, "state": "confirmed"}], "next_cursor": )" + next + "}";
  };
  api.answer(page("9", "5"));
  api.answer(page("5", "null"));
  const Ended whole = api.run("change list --state confirmed --output csv");
  EXPECT_EQ(whole.exit, 0) << whole.err;
  EXPECT_NE(whole.out.find("\r\n9,"), std::string::npos) << whole.out;
  EXPECT_NE(whole.out.find("\r\n5,"), std::string::npos) << whole.out;
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/changes?state=confirmed&limit=1000&cursor=5");
  EXPECT_EQ(whole.err, "");
  api.answer(page("9", "5"));
  const Ended cut = api.run("change list --limit 1");
  EXPECT_EQ(cut.err, "sanctl: there are more, earlier ones; --limit shows as many as you like\n");
  api.answer(page("9", "5"));
  api.answer(page("5", "4"));
  EXPECT_EQ(api.run("change list --limit 1001").exit, code(Exit::Connect)) << "a third page is asked for";
  EXPECT_EQ(api.asked.back().line, "GET /api/v1/changes?limit=999&cursor=4");
}

TEST_F(Api, ZoneCreateMakesADraftInTheEnabledSet) {
  api.answer(R"({"revision": 4, "items": [{"ref": "domain-set:prod", "enabled": true}], "next_cursor": null})");
  api.answer("{}");
  api.answer("{}");
  api.answer(R"({"id": 12, "version": 1, "state": "open", "title": "Create zone z", "edits": [{}]})", 201);
  api.answer(R"({"objects": [], "lines": ["+ domain z: nodes iqn.a:web1"]})");
  api.answer(R"({"sentences": ["web1 gains db"], "cells": {}, "listed": [], "findings": {}, "objections": []})");
  const Ended ended = api.run("zone create z iqn.a:web1 10.0.0.5:3260");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/node/iqn.a%3Aweb1");
  EXPECT_EQ(api.asked[2].line, "GET /api/v1/portal/10.0.0.5%3A3260%2Ftcp");
  api.asked.erase(api.asked.begin() + 1, api.asked.begin() + 3);
  EXPECT_EQ(api.asked[1].line, "POST /api/v1/changes");
  EXPECT_NE(
      api.asked[1].body.find(R"({"op": "add", "object": "domain:+0", "field": "nodes", "value": "node:iqn.a:web1"})"),
      std::string::npos)
      << api.asked[1].body;
  EXPECT_NE(api.asked[1].body.find(R"("portals", "value": "portal:10.0.0.5:3260/tcp")"), std::string::npos);
  EXPECT_NE(
      api.asked[1].body.find(R"({"op": "add", "object": "domain-set:prod", "field": "domains", "value": "domain:+0"})"),
      std::string::npos);
  EXPECT_NE(ended.out.find("sanctl change commit 12"), std::string::npos);
  EXPECT_NE(ended.out.find("web1 gains db"), std::string::npos);
}

TEST_F(Api, CommitNeedsAReasonBeforeAnythingIsMade) {
  const Ended ended = api.run("zone delete z --commit");
  EXPECT_EQ(ended.exit, code(Exit::Usage));
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Api, CommitSubmitsThePresentVersionAndCommits) {
  api.answer(R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}]})", 201);
  api.answer(R"({"objects": [], "lines": ["- domain z"]})");
  api.answer(R"({"id": 12, "version": 2, "state": "submitted", "title": "t", "edits": [{}]})");
  api.answer(
      R"({"id": 12, "version": 3, "state": "confirming", "title": "t", "edits": [{}], "confirm_deadline": 1767225600})");
  const Ended ended = api.run({"zone", "delete", "z", "--commit", "--reason", "old"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/changes/12/diff");
  EXPECT_EQ(api.asked[2].body, R"({"version": 1, "reason": "old"})");
  EXPECT_EQ(api.asked[3].body, R"({"version": 2, "reason": "old"})");
  EXPECT_NE(ended.out.find("sanctl change confirm 12"), std::string::npos);
}

TEST_F(Api, WhyAGuardAndAFreezeDidNotStopAChangeSetIsShownWithIt) {
  constexpr const char* kBoth =
      R"({"id": 12, "version": 4, "state": "confirmed", "title": "t", "reason": "new host", "exception": "nobody works there",
          "override": "the disk is full", "edits": []})";
  api.answer(kBoth);
  const Ended shown = api.run("change show 12");
  EXPECT_NE(shown.out.find("nobody works there"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("the disk is full"), std::string::npos) << shown.out;
  api.answer(kBoth);
  const Ended cells = api.run("change show 12 --output csv");
  EXPECT_NE(cells.out.find("exception"), std::string::npos) << cells.out;
  EXPECT_NE(cells.out.find("override"), std::string::npos) << cells.out;
}

TEST_F(Api, WhoSaysWhyOnceIsToldItOnce) {
  api.answer(
      R"({"id": 12, "version": 4, "state": "confirmed", "title": "t", "reason": "old", "exception": "old", "edits": []})");
  const Ended shown = api.run("change show 12");
  EXPECT_EQ(shown.out.find("guard"), std::string::npos) << shown.out;
}

TEST_F(Api, ADrainGoesWithACommitAndWithTheDraftOfAMaker) {
  api.answer(
      R"({"id": 12, "version": 4, "state": "confirmed", "title": "t", "edits": [{}], "drain": 600, "due_at": 1767225600})");
  const Ended ended = api.run("change commit 12 --if-version 2 --drain 10m");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.asked.back().body, R"({"version": 2, "drain": 600})");
  EXPECT_NE(ended.out.find("10m"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("2026-01-01 00:00"), std::string::npos) << ended.out;
  api.asked.clear();
  EXPECT_EQ(api.run("change commit 12 --if-version 2 --drain soon").exit, code(Exit::Usage));
  EXPECT_EQ(api.run("change edit 12 --drop 1 --drain soon").exit, code(Exit::Usage));
  EXPECT_TRUE(api.asked.empty());
  api.answer(R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}], "drain": 3600})", 201);
  api.answer(R"({"objects": [], "lines": ["- map #3"], "drain": {"now": ["+ departure #1"], "later": ["- map #3"]}})");
  api.answer(R"({"sentences": ["web1 loses db"], "cells": {}, "listed": [], "drain":
                 {"now": {"sentences": ["web1 may only read db"]}, "later": {"sentences": ["web1 loses db"]}}})");
  const Ended maker = api.run("map remove '#3' --drain 1h");
  EXPECT_EQ(maker.exit, 0) << maker.err;
  EXPECT_NE(api.asked[0].body.find(R"("drain": 3600)"), std::string::npos) << api.asked[0].body;
  EXPECT_NE(maker.out.find("At its commit\n+ departure #1\nWhen the drain ends\n- map #3\n"), std::string::npos)
      << maker.out;
  EXPECT_NE(maker.out.find("web1 may only read db"), std::string::npos) << maker.out;
}

TEST_F(Api, ANumberOfAnEditThatIsNoneDropsNothing) {
  for (const char* text : {"1,3", "1-3", "x2", "0", "", "2 ", "99999999999999999999"}) {
    const Ended ended = api.run({"change", "edit", "12", "--drop", text});
    EXPECT_EQ(ended.exit, code(Exit::Usage)) << text;
    EXPECT_TRUE(api.asked.empty()) << text;
  }
  api.answer(R"({"id": 12, "version": 4, "state": "open"})");
  api.answer(R"({"id": 12, "version": 5, "state": "open"})");
  EXPECT_EQ(api.run("change edit 12 --drop 1 --drop 3").exit, 0);
  EXPECT_EQ(api.asked.back().body, R"({"version": 4, "drop": [0, 2]})");
}

TEST_F(Api, ARevisionThatIsNoneIsAWrongCommandLine) {
  for (const char* text : {"99999999999999999999", "-1", "2026-01-01", ""}) {
    EXPECT_EQ(api.run({"evidence", "create", "pack.tar", "--at", text}).exit, code(Exit::Usage)) << text;
    EXPECT_EQ(api.run({"watch", "--since", text}).exit, code(Exit::Usage)) << text;
    EXPECT_EQ(api.run({"watch", "--since", std::string("7.") + text}).exit, code(Exit::Usage)) << text;
  }
  EXPECT_TRUE(api.asked.empty());
  api.answer("pack");
  EXPECT_EQ(api.run("evidence create pack.tar --at 7").exit, 0);
  EXPECT_EQ(api.asked.back().body, R"({"revision": 7})");
}

TEST_F(Api, ACommitIsWaitedFor) {
  const char* under = R"({"id": 12, "version": 3, "state": "committing", "title": "t", "edits": [{}]})";
  api.answer(under);
  api.answer(under);
  api.answer(R"({"id": 12, "version": 4, "state": "confirmed", "title": "t", "edits": [{}]})");
  const Ended ended = api.run("change commit 12 --if-version 2");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.asked.back().line, "GET /api/v1/changes/12");
  EXPECT_EQ(api.waits.size(), 2U);
  EXPECT_TRUE(ended.out.starts_with("Change set 12: t  confirmed\n")) << ended.out;
  api.answer(under);
  EXPECT_EQ(api.run("change commit 12 --if-version 2 --no-wait").exit, 0);
  EXPECT_EQ(api.asked.back().line, "POST /api/v1/changes/12/commit");
}

TEST_F(Api, LongValuesGoOnBelowThemselvesOnANarrowTerminal) {
  api.width = 40;
  api.answer(R"({"user": "me", "roles": "viewer", "scope": [], "rights": ["san.read", "audit.read", "evidence.make"]})");
  EXPECT_NE(api.run("whoami").out.find("  rights  san.read, audit.read,\n          evidence.make\n"), std::string::npos);
  api.answer(R"({"revision": 1, "open": 1, "findings": [{"severity": "warn", "rule": "R01", "subject": "domain:z", "count": 2,
                 "text": "The domain z holds initiators of two hosts."}]})");
  api.width = 70;
  const Ended ended = api.run("finding list");
  EXPECT_NE(ended.out.find("\nwarn      R01   z            2  The domain z holds initiators of two\n"
                           "                                hosts.\n"), std::string::npos) << ended.out;
}

TEST_F(Api, HelpFitsTheTerminal) {
  for (const int width : {60, 80, 200}) {
    api.width = width;
    std::istringstream lines(api.run("finding waive --help").out);
    for (std::string line; std::getline(lines, line);) {
      // Commands are copied, so they stay whole.
      const bool command = line.find("sanctl ") != std::string::npos;
      EXPECT_LE(line.size(), command ? 200U : static_cast<std::size_t>(std::min(100, width))) << line;
    }
  }
}

TEST_F(Api, ADryRunLeavesNoDraft) {
  api.answer(R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}]})", 201);
  api.answer(R"({"objects": [], "lines": []})");
  api.answer(R"({"sentences": []})");
  api.answer("", 204);
  EXPECT_EQ(api.run("zone disable prod --dry-run").exit, 0);
  EXPECT_EQ(api.asked.back().line, "DELETE /api/v1/changes/12");
}

TEST_F(Api, WatchReadsEventsThatComeInPieces) {
  api.pieces = {": listening\n\nid: 5\nevent: cha",
                "nge\ndata: {\"revision\": 5, \"time\": 1767225600, \"diff\": {\"lines\": [\"+ host a\"]}}\n", "\n"};
  api.answer(R"({"revision": 4})");
  const Ended ended = api.run("watch --count 1");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out, "2026-01-01 00:00:00 UTC  revision 5\n  + host a\n");
}

TEST_F(Api, LoginWithoutATerminalNeedsTheFingerprint) {
  api.chain = "";
  EXPECT_EQ(api.run("login --user me").exit, code(Exit::Malformed));
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Api, WordsAreColouredOnATerminalAlone) {
  api.answer(kWhy);
  EXPECT_EQ(api.run("reach web1 db").out.find('\x1b'), std::string::npos);
  api.colours = true;
  api.answer(kWhy);
  EXPECT_NE(api.run("reach web1 db").out.find("\x1b[31mno\x1b[0m"), std::string::npos);
  api.world.environment["NO_COLOR"] = "1";
  api.answer(kWhy);
  EXPECT_EQ(api.run("reach web1 db").out.find('\x1b'), std::string::npos);
}

TEST_F(Api, AnEvidencePackThatIsNoneIsUnproven) {
  api.world.files["pack"] = "no archive";
  EXPECT_EQ(api.run("evidence verify pack").exit, code(Exit::Unproven));
  api.world.files["log"] = "no log\n";
  EXPECT_EQ(api.run("audit verify log").exit, code(Exit::Unproven));
}

TEST_F(Api, EveryVerbHasAnExample) {
  for (const ctl::CommandTable table : ctl_test::kTables) {
    for (const ctl::Command& command : table) {
      EXPECT_TRUE(command.handler == nullptr || !command.examples.empty()) << command.path;
    }
  }
}

}  // namespace
