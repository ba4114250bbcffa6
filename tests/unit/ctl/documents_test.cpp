// export, apply, import, finding waive, and what goes on while something takes long.
#include <gtest/gtest.h>

#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

constexpr const char* kDraft = R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": [{}]})";
constexpr const char* kNothing = R"({"id": 12, "version": 1, "state": "open", "title": "t", "edits": []})";

struct Documents : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
  // What follows a draft that --dry-run looks at.
  void answerLook() {
    api.answer(R"({"objects": [], "lines": ["+ host a"]})");
    api.answer(R"({"sentences": []})");
    api.answer("", 204);
  }
};

TEST_F(Documents, AnExportIsWrittenAsTheFilesNameSays) {
  const char* document = R"({"format": 1, "hosts": [{"name": "web1"}]})";
  api.answer(document);
  EXPECT_EQ(api.run("export --file san.yaml").exit, 0);
  EXPECT_EQ(api.privateFiles["san.yaml"], "format: 1\nhosts:\n  - name: web1\n");
  api.answer(document);
  EXPECT_EQ(api.run("export --kinds hosts").out, "{\n  \"format\": 1,\n  \"hosts\": [\n    {\"name\": \"web1\"}\n  ]\n}\n");
  api.answer(document);
  EXPECT_EQ(api.run("export --format yaml").out, "format: 1\nhosts:\n  - name: web1\n");
}

TEST_F(Documents, ApplyReadsYamlAndJson) {
  const std::string wanted = R"({"format": 1, "hosts": [{"name": "web1"}]})";
  for (const auto& [file, text] :
       {std::pair{"a.yaml", "format: 1\nhosts: [{name: web1}]\n"},
        std::pair{"b.json", "{\"format\": 1, \"hosts\": [{\"name\": \"web1\"}]}"},
        std::pair{"c", "format: 1\nhosts:\n- name: web1\n"},
        std::pair{"d", "\n{\"format\": 1, \"hosts\": [{\"name\": \"web1\"}]}"},
        std::pair{"e.json", "\xef\xbb\xbf{\"format\": 1, \"hosts\": [{\"name\": \"web1\"}]}"}}) {
    api.world.files[file] = text;
    api.answer(kNothing, 201);
    api.answer("", 204);
    const Ended ended = api.run(std::string("apply --dry-run -f ") + file);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(ended.out, "The SAN is so already: there is nothing to change.\n");
    EXPECT_EQ(api.asked[api.asked.size() - 2].body, wanted) << file;
  }
  EXPECT_TRUE(api.asked[0].line.starts_with("POST /api/v1/document/plan?mode=merge&title=Apply%20a.yaml"));
  api.world.files["bad.yaml"] = "a: [\n";
  const Ended bad = api.run("apply -f bad.yaml");
  EXPECT_EQ(bad.exit, code(Exit::Usage));
  EXPECT_NE(bad.err.find("bad.yaml: this is no YAML: line 2, column 1"), std::string::npos) << bad.err;
}

TEST_F(Documents, ApplyTellsAllThatIsWrong) {
  api.world.files["a.json"] = R"({"hosts": []})";
  api.problem(422, R"({"code": "bad-value", "detail": "There is no site x.", "pointer": "/hosts/0/site",
      "errors": [{"pointer": "/hosts/0/site", "text": "There is no site x."}, {"pointer": "/hots", "text": "No."}]})");
  const Ended ended = api.run("apply -f a.json");
  EXPECT_EQ(ended.exit, code(Exit::Refused));
  EXPECT_TRUE(ended.err.starts_with("sanctl: /hosts/0/site: There is no site x.\nsanctl: /hots: No.\n")) << ended.err;
  EXPECT_NE(ended.err.find("2 things in the document are wrong, and nothing was changed"), std::string::npos);
}

TEST_F(Documents, AnImportIsPlannedAndWhatIsNotKnownYetIsLeftOut) {
  api.world.files["hosts.csv"] = "Server,Room\nweb1,Zurich\ndb1,Nowhere\nweb2,Zurich\n";
  api.problem(422, R"({"code": "bad-value", "detail": "There is no site Nowhere.",
      "errors": [{"pointer": "/hosts/1/site", "text": "There is no site Nowhere."}]})");
  api.problem(422, R"({"code": "bad-value", "detail": "x", "errors": [{"pointer": "/hosts/1", "text": "Twice."}]})");
  api.answer(kDraft, 201);
  answerLook();
  const Ended ended =
      api.run({"import", "csv", "hosts.csv", "--kind", "hosts", "--column", "Server=name", "--column", "Room=site", "--dry-run"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.err, "sanctl: line 3: There is no site Nowhere.\nsanctl: line 4: Twice.\n2 objects are left out.\n");
  EXPECT_EQ(api.asked[2].body, R"({"format": 1, "hosts": [{"name": "web1", "site": "Zurich"}]})");
  EXPECT_NE(ended.out.find("+ host a"), std::string::npos);
  EXPECT_EQ(api.asked.back().line, "DELETE /api/v1/changes/12");
}

TEST_F(Documents, WithoutPartialAnImportThatIsNotWholeChangesNothing) {
  api.world.files["hosts.csv"] = "name,vlan\nweb1,3\n";
  EXPECT_EQ(api.run("import csv hosts.csv --kind hosts").exit, code(Exit::Refused));
  api.world.files["listing"] =
      "Object 0:\n  0811  uint32      : DD ID = 1\nObject 1:\n  0801  uint32      : DDS ID = 2\n";
  const Ended ended = api.run("import open-isns listing");
  EXPECT_EQ(ended.exit, code(Exit::Refused));
  EXPECT_NE(ended.err.find("1 thing cannot be taken over, and nothing was changed; look at the rest with --dry-run"),
            std::string::npos)
      << ended.err;
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Documents, AnImportThatTakesNothingIsNeverWhatIsSoAlready) {
  api.world.files["wrong"] = "nom;site\napp1;Hall 1\n";
  api.world.files["empty"] = "";
  api.world.files["header"] = "name,site\n";
  api.world.files["listing"] = "Object 0:\n  DD ID(2065): 1\n";
  api.world.files["document"] = R"({"format": 1})";
  for (const char* words : {"csv wrong --kind hosts", "csv wrong --kind sessions", "csv empty --kind hosts",
                            "csv header --kind hosts", "open-isns listing", "json document"}) {
    for (const char* option : {"", " --dry-run", " --partial"}) {
      const Ended ended = api.run(std::string("import ") + words + option);
      EXPECT_EQ(ended.exit, code(Exit::Refused)) << words << option;
      EXPECT_EQ(ended.out, "") << words << option;
      EXPECT_NE(ended.err.find(": nothing of it can be taken over") == std::string::npos,
                ended.err.find(": it names nothing to take over") == std::string::npos)
          << ended.err;
    }
  }
  EXPECT_TRUE(api.asked.empty());
  EXPECT_EQ(api.run("import csv wrong --kind hosts --print").exit, code(Exit::Refused));
}

TEST_F(Documents, AnImportOfWhichTheServerKnowsNothingChangesNothing) {
  api.world.files["maps.csv"] = "who,target,unit\nhost:a,iqn.a:b,naa.6\n";
  api.problem(422, R"({"code": "bad-value", "detail": "x", "errors": [{"pointer": "/maps/0/unit", "text": "None."}]})");
  const Ended ended = api.run("import csv maps.csv --kind maps --partial");
  EXPECT_EQ(ended.exit, code(Exit::Refused));
  EXPECT_EQ(ended.err, "sanctl: line 2: None.\nsanctl: bad-value: nothing of it can be taken over, and nothing was changed\n");
  EXPECT_EQ(api.asked.size(), 1U);
}

TEST_F(Documents, WhatIsLeftOutIsNotSaidToBeSoAlready) {
  api.world.files["hosts.csv"] = "name,site\nweb1,Zurich\ndb1,Nowhere\n";
  api.problem(422, R"({"code": "bad-value", "detail": "x", "errors": [{"pointer": "/hosts/1/site", "text": "None."}]})");
  api.answer(kNothing, 201);
  api.answer("", 204);
  EXPECT_EQ(api.run("import csv hosts.csv --kind hosts --partial").out,
            "What can be taken over is so already: there is nothing to change.\n");
  api.world.files["a.json"] = R"({"format": 1, "hosts": []})";
  api.answer(kNothing, 201);
  api.answer("", 204);
  EXPECT_EQ(api.run("apply -f a.json").out, "The document names no object: there is nothing to change.\n");
}

TEST_F(Documents, AnImportCanBePrintedWithoutAServer) {
  api.world.files["list.json"] = R"([{"name": "PCI"}])";
  EXPECT_EQ(api.run("import json list.json --kind labels --print --format yaml").out,
            "format: 1\nlabels:\n  - name: PCI\n");
  api.world.files["lio"] = "\xef\xbb\xbf{\"targets\": []}";
  EXPECT_EQ(api.run("import lio lio --print").exit, 0);
  api.world.files["none"] = "{}";
  const std::string err = api.run("import lio none --print").err;
  EXPECT_EQ(err.substr(0, err.find('\n')), "sanctl: This is no saveconfig.json: it has no targets.");
  EXPECT_EQ(api.run("import json list.json --print").exit, code(Exit::Usage));
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Documents, AWaiverIsADraftWithItsEnd) {
  api.answer(R"({"findings": [{"subject": "host:a"}, {"subject": "node:iqn.a:spare"}]})");
  api.answer(kDraft, 201);
  answerLook();
  const Ended ended = api.run({"finding", "waive", "R06", "iqn.a:spare", "--reason", "spare", "--until",
                               "2096-01-01T00:00:00Z", "--dry-run"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(api.asked[1].body.find(R"({"op": "set", "object": "waiver:+0", "field": "expires", "value": 3976214400})"),
            std::string::npos)
      << api.asked[1].body;
  EXPECT_NE(api.asked[1].body.find(R"("field": "subject", "value": "node:iqn.a:spare")"), std::string::npos);
  EXPECT_EQ(api.run({"finding", "waive", "R06", "--reason", "x"}).exit, code(Exit::Usage)) << "neither OBJECT nor --all";
  EXPECT_EQ(api.run("finding waive R06 --all").exit, code(Exit::Usage)) << "no reason";
  EXPECT_EQ(api.run({"finding", "waive", "R06", "--all", "--reason", "x", "--until", "2001-01-01T00:00:00Z"}).exit,
            code(Exit::Usage));
}

TEST_F(Documents, AWaiverEndsByItsRuleAndObject) {
  api.answer(R"({"findings": [{"subject": "host:a"}]})");
  api.answer(R"({"revision": 4, "next_cursor": null, "items": [{"ref": "waiver:#1", "rule": "R06", "subject": null},
      {"ref": "waiver:#2", "rule": "R06", "subject": "host:a"}, {"ref": "waiver:#3", "rule": "R07", "subject": "host:a"}]})");
  api.answer(kDraft, 201);
  answerLook();
  EXPECT_EQ(api.run("finding unwaive R06 host:a --dry-run").exit, 0);
  EXPECT_NE(api.asked[2].body.find(R"("edits": [{"op": "erase", "object": "waiver:#2"}])"), std::string::npos);
  api.answer(R"({"revision": 4, "next_cursor": null, "items": []})");
  EXPECT_EQ(api.run("finding unwaive R06 --all").exit, code(Exit::Empty));
}

TEST_F(Documents, AMemberThatHasNotRegisteredIsNamedAndTold) {
  api.problem(404, R"({"code": "no-such-object", "detail": "There is none."})");
  api.answer(kDraft, 201);
  answerLook();
  const Ended ended = api.run("zone add z iqn.2026-01.a:new --dry-run");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.err, "iqn.2026-01.a:new has not registered: it is named, and counts once it registers.\n");
  EXPECT_NE(api.asked[1].body.find(R"("edits": [{"op": "create", "object": "node:+0"}, {"op": "set", "object": "node:+0", )"
                                   R"("field": "name", "value": "iqn.2026-01.a:new"}, {"op": "add", "object": "domain:z", )"
                                   R"("field": "nodes", "value": "node:+0"}])"),
            std::string::npos)
      << api.asked[1].body;
  api.problem(404, R"({"code": "no-such-object", "detail": "There is none."})");
  EXPECT_EQ(api.run("zone add z web1 --dry-run").exit, code(Exit::Empty)) << "no iSCSI name";
}

TEST_F(Documents, TheKeysOfTheLogAreThoseThatItsRecordsAnnounce) {
  api.answer(R"({"items": [{"sequence": 1, "time": "2026-01-01T00:00:00Z", "details": {"key": "aa"}}]})");
  api.answer(R"({"items": [{"sequence": 9, "time": "2026-02-01T00:00:00Z", "details": {"previous": "aa", "next": "bb"}}]})");
  EXPECT_EQ(api.run("audit keys --output csv").out,
            "key,since,record\r\naa,2026-01-01T00:00:00Z,1\r\nbb,2026-02-01T00:00:00Z,9\r\n");
}

TEST_F(Documents, TheKeyThatSignsNowIsFoundBehindAnyNumberOfRecords) {
  api.answer(
      R"({"items": [{"sequence": 1, "time": "2026-01-01T00:00:00Z", "details": {"key": "aa"}}], "next_cursor": 2})");
  api.answer(R"({"items": [], "next_cursor": 200001})");
  api.answer(R"({"items": [{"sequence": 300000, "details": {"next": "bb"}}], "next_cursor": 400001})");
  api.answer(R"({"items": [{"sequence": 500000, "details": {"next": "cc"}}], "next_cursor": null})");
  const Ended ended = api.run("audit keys --output csv");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_TRUE(ended.out.ends_with("\r\ncc,,500000\r\n")) << ended.out;
  ASSERT_EQ(api.asked.size(), 4U);
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/audit?event=log.key-rotated&limit=1000");
  EXPECT_EQ(api.asked[2].line, "GET /api/v1/audit?event=log.key-rotated&limit=1000&cursor=200001");
  EXPECT_TRUE(api.asked[3].line.ends_with("&cursor=400001")) << api.asked[3].line;
}

TEST_F(Documents, AHostThatNobodyKeepsIsItsOneInitiator) {
  api.problem(404, R"({"code": "no-such-object", "detail": "There is no host:db1."})");
  api.answer(R"({"revision": 4, "items": [{"ref": "node:iqn.a:db1"}], "next_cursor": null})");
  api.answer("{}");  // the logical unit
  api.answer(kDraft, 201);
  answerLook();
  const Ended ended = api.run("map add db1 iqn.a:disk naa.6 --dry-run");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(api.asked[3].body.find(R"("field": "who", "value": "node:iqn.a:db1")"), std::string::npos);
  api.problem(404, R"({"code": "no-such-object", "detail": "There is no host:db1."})");
  api.answer(R"({"revision": 4, "items": [{"ref": "node:a"}, {"ref": "node:b"}], "next_cursor": null})");
  EXPECT_EQ(api.run("map add db1 iqn.a:disk naa.6 --dry-run").exit, code(Exit::Usage));
}

TEST_F(Documents, AWatchGoesOnWhereItBrokeOff) {
  api.answer(R"({"revision": 4})");
  api.pieces = {"event: change\ndata: {\"revision\": 5, \"time\": 1767225600, \"diff\": {\"lines\": []}}\n\n"};
  const Ended ended = api.run("watch");
  EXPECT_EQ(ended.exit, code(Exit::Connect));
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/events?since=4");
  EXPECT_EQ(api.asked[2].line, "GET /api/v1/events?since=5");
  EXPECT_NE(ended.err.find("it goes on after revision 5 once the server answers"), std::string::npos) << ended.err;
  ASSERT_GT(api.waits.size(), 6U);
  EXPECT_EQ(api.waits[1], std::chrono::seconds(2));
  EXPECT_EQ(api.waits.back(), std::chrono::seconds(30));
}

TEST_F(Documents, AWatchGoesOnWithinARevision) {
  api.answer(R"({"revision": 4})");
  api.pieces = {": listening\nid: 4.71\n\n"};
  EXPECT_EQ(api.run("watch").exit, code(Exit::Connect));
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/events?since=4");
  EXPECT_EQ(api.asked[2].line, "GET /api/v1/events?since=4.71") << "it has heard where it is";
}

TEST_F(Documents, AWatchTellsTheIdOfAnEventAndTakesItBack) {
  api.pieces = {
      "id: 5.72\nevent: change\ndata: {\"revision\": 5, \"time\": 1767225600, \"diff\": {\"lines\": []}}\n\n"
      "id: 5.73\nevent: cha"};
  const Ended ended = api.run("watch --since 4.71 --output json");
  EXPECT_NE(ended.out.find(R"("id": "5.72")"), std::string::npos) << ended.out;
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/events?since=4.71");
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/events?since=5.72") << "what is not whole was not shown";
  EXPECT_NE(ended.err.find("it goes on after revision 5 once the server answers"), std::string::npos) << ended.err;
}

TEST_F(Documents, AWatchWhoseOutputNobodyTakesEndsBeforeItLosesEvents) {
  for (const char* format : {"json", "csv", "table"}) {
    api.world.outputFails = true;
    api.pieces = {"event: change\ndata: {\"revision\": 5, \"time\": 1767225600, \"diff\": {\"lines\": []}}\n\n"};
    const Ended ended = api.run(std::string("watch --since 4 --output ") + format);
    EXPECT_EQ(ended.exit, code(Exit::Local)) << format;
    EXPECT_TRUE(api.waits.empty());
    EXPECT_NE(ended.err.find("watch again with --since 4"), std::string::npos) << ended.err;
  }
}

TEST_F(Documents, TheTimeOfASilentServerCountsForTheFiveMinutesOfAWatch) {
  for (int second = 0; second <= 600; second += 100) api.clock.push_back(base::TimePoint{std::chrono::seconds(second)});
  for (int look = 0; look < 3; ++look) api.fail(Exit::Timeout);
  EXPECT_EQ(api.run("watch --since 4").exit, code(Exit::Timeout));
  EXPECT_EQ(api.waits.size(), 2U) << "three times 100 seconds";
}

TEST_F(Documents, AWatchThatIsRefusedEnds) {
  api.problem(403, R"({"code": "right-missing"})");
  EXPECT_EQ(api.run("watch --since 4").exit, code(Exit::Denied));
  EXPECT_TRUE(api.waits.empty());
}

TEST_F(Documents, ProgressIsForTheTerminalOfTheStandardErrorAlone) {
  api.answer("pack");
  api.received = {1024, 2048};
  EXPECT_EQ(api.run("evidence create pack.tar").err.find('\r'), std::string::npos);
  api.errorTerminal = true;
  api.clock = {base::TimePoint{std::chrono::seconds(0)}, base::TimePoint{std::chrono::seconds(0)},
               base::TimePoint{std::chrono::seconds(3)}};
  api.answer("pack");
  const Ended ended = api.run("evidence create pack.tar");
  EXPECT_TRUE(ended.err.starts_with("\r\x1b[KThe server makes the evidence pack ... 3 s, 2 KiB\r\x1b[K4 bytes written"))
      << ended.err;
}

}  // namespace
