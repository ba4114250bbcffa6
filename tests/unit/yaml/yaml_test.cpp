#include "shared/yaml/yaml_text.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using base::Json;

// The value as JSON, or the error.
std::string read(std::string_view yaml) {
  const auto json = yaml::parseYaml(yaml);
  if (!json) return json.error().text;
  std::string text;
  json->writeCompact(text);
  return text;
}

TEST(Yaml, ADocumentIsReadAsAPersonWritesIt) {
  EXPECT_EQ(read("# zones\nformat: 1\nhosts:\n- name: web1   # the first\n  labels: [PCI, 'two words']\n"
                 "  entities:\n    - web1.example.com\n- {name: db1, site: null}\nsettings: {}\n"),
            R"({"format": 1, "hosts": [{"name": "web1", "labels": ["PCI", "two words"], "entities": )"
            R"(["web1.example.com"]}, {"name": "db1", "site": null}], "settings": {}})");
  EXPECT_EQ(read("note: |\n  two\n  lines\nname: >-\n  folded\n  text\n"),
            R"({"note": "two\nlines\n", "name": "folded text"})");
}

TEST(Yaml, ScalarsAreWhatTheCoreSchemaSays) {
  EXPECT_EQ(read("[~, null, '', true, False, 12, 0x1F, 0o17, 1.5, 007]"),
            R"([null, null, "", true, false, 12, 31, 15, 1.5, 7])");
  EXPECT_EQ(
      read("[no, yes, on, iqn.2026-01.a:b, 10.0.0.1:3260/tcp, '12', \"null\", !!str 12, 0x, 1e, naa.6001]"),
      R"(["no", "yes", "on", "iqn.2026-01.a:b", "10.0.0.1:3260/tcp", "12", "null", "12", "0x", "1e", "naa.6001"])");
  EXPECT_EQ(read("18446744073709551615"), "18446744073709551615");
  for (const char* number : {"18446744073709551616", "1e300", "1e999", "-1e20"})
    EXPECT_EQ(read(number), "line 1, column 1: this number is too large") << number;
}

TEST(Yaml, AnchorsAreCopiedOut) {
  EXPECT_EQ(read("a: &x [1, 2]\nb: *x\nc: {d: *x}\n"), R"({"a": [1, 2], "b": [1, 2], "c": {"d": [1, 2]}})");
  EXPECT_EQ(read("a: &x [*x]\n"), "line 1, column 8: nothing before has this anchor");
  EXPECT_EQ(read("a: *y\n"), "line 1, column 4: nothing before has this anchor");
}

TEST(Yaml, ABombOfAliasesIsRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(read(bomb).find("these are too many values"), std::string::npos);
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i)
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(read(deep).find("this lies too deep"), std::string::npos);
  EXPECT_NE(read(std::string(100'000, '[')).find("this lies too deep"), std::string::npos);
}

// Each keeps a copy of all that is in it.
TEST(Yaml, ManyAnchorsRoundMuchAreRefused) {
  constexpr std::size_t kAnchors = 12;
  std::string text;
  for (std::size_t i = 0; i < kAnchors; ++i) text += "&a" + std::to_string(i) + " [";
  for (std::size_t i = 0; i < yaml::kMaxYamlNodes / 5; ++i) text += "1,";
  EXPECT_NE(read(text + std::string(kAnchors, ']')).find("these are too many values"), std::string::npos);
}

TEST(Yaml, WhatIsNotReadSaysWhere) {
  EXPECT_EQ(read("a: 1\na: 2\n"), "line 2, column 1: this name stands here twice");
  EXPECT_EQ(read("? [a]\n: 1\n"), "line 1, column 3: a name must be a text");
  EXPECT_EQ(read("a: !thing 1\n"), "line 1, column 4: tags are not read here");
  EXPECT_EQ(read("<<: {a: 1}\n"), "line 1, column 1: merge keys are not read here");
  EXPECT_EQ(read("a: 1\n---\nb: 2\n"), "line 2, column 1: there is a second document");
  EXPECT_EQ(read(std::string(129, 'n') + ": 1"), "line 1, column 1: this name is too long");
  EXPECT_EQ(read(""), "line 1, column 1: there is no document");
  EXPECT_TRUE(read("a: [1\nb: 2\n").starts_with("line 2, column 2: ")) << read("a: [1\nb: 2\n");
  EXPECT_TRUE(read("a: \xff\n").find("invalid") != std::string::npos) << read("a: \xff\n");
}

TEST(Yaml, WhatIsWrittenIsForPeople) {
  const Json document = Json::Object{
      {"format", std::uint64_t{1}},
      {"hosts", Json::Array{Json::Object{{"name", "web1"}, {"labels", Json::Array{"PCI", "no"}}, {"enabled", true}}}},
      {"sites", Json::Array{}},
      {"settings", Json::Object{}},
      {"texts", Json::Array{"10.0.0.1:3260/tcp", "a: b", "iqn.2026-01.a:b", "", "two\nlines", "Zürich", "x #y"}}};
  EXPECT_EQ(yaml::yamlText(document),
            "format: 1\nhosts:\n  - name: web1\n    labels:\n      - PCI\n      - \"no\"\n    enabled: true\n"
            "sites: []\nsettings: {}\ntexts:\n  - \"10.0.0.1:3260/tcp\"\n  - \"a: b\"\n  - iqn.2026-01.a:b\n  - \"\"\n"
            "  - \"two\\nlines\"\n  - \"Z\xC3\xBCrich\"\n  - \"x #y\"\n");
}

Json randomValue(std::mt19937& random, int depth) {
  constexpr std::string_view kTexts[] = {"a",
                                         "no",
                                         "Null",
                                         "12",
                                         "0x1f",
                                         "-",
                                         ": ",
                                         "#",
                                         "'",
                                         "\"",
                                         "\\",
                                         "\n",
                                         "\r",
                                         "\t",
                                         " a ",
                                         "a:",
                                         "a b",
                                         "{",
                                         "*a",
                                         "&a",
                                         "!a",
                                         "%a",
                                         "@a",
                                         "`",
                                         "~",
                                         "1e5",
                                         "\xc2\x85",
                                         "\xe2\x80\xa8",
                                         "\xef\xbb\xbf",
                                         "\xef\xbf\xbf",
                                         "\x7f",
                                         "\xf0\x9f\x98\x80",
                                         "a\n b",
                                         "---",
                                         "..."};
  const auto text = [&] {
    std::string all;
    for (auto i = random() % 3 + 1; i > 0; --i) all += kTexts[random() % std::size(kTexts)];
    return all;
  };
  switch (random() % (depth > 4 ? 5 : 7)) {
    case 0:
      return {};
    case 1:
      return random() % 2 == 0;
    case 2:
      return std::uint64_t{random()} * random();
    case 3:
      return static_cast<double>(random() % 1000) / 8 + 0.125;
    case 4:
      return text();
    case 5: {
      Json::Array items;
      for (auto i = random() % 4; i > 0; --i) items.push_back(randomValue(random, depth + 1));
      return items;
    }
    default: {
      Json::Object members;
      for (auto i = random() % 4; i > 0; --i)
        members.push_back({std::to_string(i) + text(), randomValue(random, depth + 1)});
      return members;
    }
  }
}

TEST(Yaml, WhatIsWrittenIsReadAsTheSame) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    const Json value = randomValue(random, 0);
    std::string json;
    value.writeCompact(json);
    ASSERT_EQ(read(yaml::yamlText(value)), json) << yaml::yamlText(value);
  }
}

}  // namespace
