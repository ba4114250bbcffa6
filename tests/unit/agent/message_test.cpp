#include "agent/control/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "shared/base/json_reader.h"

namespace {

using control::Code;
using control::Command;
using base::Json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::string mistake(const std::string& line) {
  const auto request = control::parseRequest(line);
  if (request) return "none";
  EXPECT_EQ(request.error().refusal.code, Code::BadRequest);
  return request.error().refusal.text;
}

TEST(ControlTable, HasNamesOfOneFormAndHelp) {
  std::set<std::string_view> names;
  for (const control::CommandRow& row : control::commandTable()) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_THAT(std::string(row.name), MatchesRegex("[a-z]+([.][a-z]+)?"));
    EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    EXPECT_EQ(control::findCommand(row.name), &row);
    for (const control::ArgumentRow& argument : row.arguments) EXPECT_FALSE(argument.help.empty());
  }
}

TEST(ControlRequest, IsReadAsItWasWritten) {
  control::Request request;
  request.id = 7;
  request.command = Command::Map;
  request.arguments.set("target", base::Json("iqn.a"));
  request.arguments.set("unit", base::Json("a \"b\"\n"));
  request.arguments.set("lun", base::Json(std::uint64_t{3}));
  request.arguments.set("read_only", base::Json(true));
  request.arguments.set("addresses", base::Json(base::Json::Array{"10.0.0.0/8", "::1"}));
  std::string line = control::writeRequest(request);
  ASSERT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  line.pop_back();
  const auto read = control::parseRequest(line);
  ASSERT_TRUE(read) << read.error().refusal.text;
  EXPECT_EQ(read->id, 7U);
  EXPECT_EQ(read->command, Command::Map);
  EXPECT_EQ(read->arguments.text("unit"), "a \"b\"\n");
  EXPECT_EQ(read->arguments.number("lun"), 3U);
  EXPECT_TRUE(read->arguments.flag("read_only"));
  EXPECT_EQ(read->arguments.texts("addresses").size(), 2U);
  EXPECT_EQ(read->arguments.text("initiator"), "");
  EXPECT_FALSE(read->arguments.has("initiator"));
}

TEST(ControlRequest, ThatIsWrongSaysWhat) {
  EXPECT_THAT(mistake(""), HasSubstr("no JSON"));
  EXPECT_THAT(mistake("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(mistake("{}"), HasSubstr("version"));
  EXPECT_THAT(mistake(R"({"v": 2, "command": "status"})"), HasSubstr("version 1, not 2"));
  EXPECT_THAT(mistake(R"({"v": 1})"), HasSubstr("\"command\" is missing"));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "statsu"})"), HasSubstr("did you mean \"status\"?"));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "status", "more": 1})"), HasSubstr("unknown member \"more\""));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "unit.create", "arguments": {"id": "a"}})"),
              HasSubstr("\"store\" is missing"));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "unit.create", "arguments": {"id": 5, "store": "x"}})"),
              HasSubstr("\"id\" is a text"));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "status", "arguments": {"id": "a"}})"), HasSubstr("no argument \"id\""));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "status", "arguments": []})"), HasSubstr("no object"));
  EXPECT_THAT(mistake(R"({"v": 1, "command": "access.deny", "arguments": {"target": "a", "addresses": [1]}})"),
              HasSubstr("list of texts"));
  EXPECT_EQ(control::parseRequest(R"({"v": 1, "id": 9, "command": "x"})").error().id, 9U);
  EXPECT_THAT(mistake(std::string(control::kMaxRequest + 1, ' ')), HasSubstr("too long"));
}

TEST(ControlAnswer, IsReadAsItWasWritten) {
  const auto read = [](const control::Result& result, std::uint64_t id) {
    std::string line = control::writeAnswer(5, result);
    line.pop_back();
    return control::parseAnswer(line, id);
  };
  const auto done = read(base::Json(base::Json::Object{{"unit", "a"}}), 5);
  ASSERT_TRUE(done);
  ASSERT_TRUE(*done);
  EXPECT_EQ(*(*done)->find("unit")->text(), "a");
  EXPECT_FALSE(read(base::Json(), 6));
  const auto refused = read(base::fail(control::Refusal{Code::InUse, "it is used"}), 5);
  ASSERT_TRUE(refused);
  ASSERT_FALSE(*refused);
  EXPECT_EQ(refused->error().code, Code::InUse);
  EXPECT_EQ(refused->error().text, "it is used");
}

std::string again(std::string_view text) {
  const auto json = base::parseJson(text);
  if (!json) return "error: " + json.error().text;
  std::string out;
  json->writeCompact(out);
  return out;
}

TEST(JsonReader, TakesWhatTheRfcTakes) {
  EXPECT_EQ(again(" {\"a\" : [ 1 , true,false , null , \"x\" , { } , [ ] ] } "),
            "{\"a\": [1, true, false, null, \"x\", {}, []]}");
  EXPECT_EQ(again("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(again("-1"), "-1.0");
  EXPECT_EQ(again("1.5e1"), "15.0");
  EXPECT_EQ(again("0"), "0");
  EXPECT_EQ(again(R"("\u00e4\ud83d\ude00\n\/\\\"")"), "\"\xc3\xa4\xf0\x9f\x98\x80\\n/\\\\\\\"\"");
}

TEST(JsonReader, RefusesEverythingElse) {
  for (const char* bad : {"",
                          " ",
                          "{",
                          "[",
                          "[1,]",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{\"a\" 1}",
                          "01",
                          "+1",
                          "1.",
                          ".5",
                          "1e",
                          "1e999",
                          "--1",
                          "\"",
                          "\"\\x\"",
                          "\"\\u12\"",
                          "\"\\ud800\"",
                          "\"\\ud800\\u0041\"",
                          "\"\\udc00\"",
                          "\"\t\"",
                          "tru",
                          "nul",
                          "1 2",
                          "{\"a\":1,\"a\":2}",
                          "\xff",
                          "\"\xc0\x80\"",
                          "// x\n1",
                          "'a'",
                          "NaN",
                          "-"}) {
    EXPECT_THAT(again(bad), HasSubstr("error: ")) << bad;
  }
  EXPECT_EQ(again(std::string(16, '[') + std::string(16, ']')), std::string(16, '[') + std::string(16, ']'));
  EXPECT_THAT(again(std::string(17, '[') + std::string(17, ']')), HasSubstr("nested too deeply"));
  EXPECT_THAT(again(std::string(100'000, '[')), HasSubstr("nested too deeply"));
}

}  // namespace
