#include "shared/ops/config_validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/ops/config_text.h"

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

base::Status checkEven(std::string_view text) {
  if (text.size() % 2 == 0) return {};
  return base::fail("it has " + std::to_string(text.size()) + " bytes");
}
constexpr ops::TextForm kEven{"an even word", "even words", checkEven};
constexpr std::string_view kWords[] = {"sqlite", "memory"};
constexpr ops::KeyRow kColumns[] = {
    {"name", ops::text(), std::nullopt, true, "Its name."},
    {"weight", ops::integer(0, 9), "5", true, "Its weight."},
};
constexpr std::string_view kFirst[] = {"alpha", "1"};
constexpr std::span<const std::string_view> kPreset[] = {kFirst};
constexpr ops::RecordRow kRecords[] = {{"member", kColumns, 2, true, "Members.", kPreset}};
constexpr ops::KeyRow kKeys[] = {
    {"listen.port", ops::integer(1, 65535), "3205", false, "The port."},
    {"listen.udp", ops::boolean(), "true", false, "UDP too."},
    {"listen.names", ops::list(&kEven, 1, 3), "aa, bbbb", false, "Names."},
    {"store.kind", ops::choice(kWords), "memory", false, "Which store."},
    {"store.path", ops::optionalText(&kEven, 8), "", false, "Where."},
    {"limits.size", ops::bytes(1024, 1 << 20), "64KiB", true, "How much."},
    {"limits.wait", ops::duration(0s, 24h), "15m", true, "How long."},
};
constexpr ops::Schema kSchema{kKeys, kRecords};

ops::RawEntry entry(std::string name, decltype(ops::RawValue::data) data) {
  return {std::move(name), {"f", 1, 2}, {std::move(data), {"f", 1, 9}}};
}

struct Outcome {
  ops::ConfigValues values;
  std::vector<std::string> errors;
};
Outcome validate(ops::RawConfig raw) {
  std::vector<ops::ConfigError> errors;
  Outcome outcome{ops::validate(kSchema, raw, errors), {}};
  for (const ops::ConfigError& error : errors) outcome.errors.push_back(toText(error));
  return outcome;
}
std::vector<std::string> errorsOf(std::string name, decltype(ops::RawValue::data) data) {
  return validate({{entry(std::move(name), std::move(data))}, {}}).errors;
}
ops::Value valueOf(std::string_view name, decltype(ops::RawValue::data) data) {
  const Outcome outcome = validate({{entry(std::string(name), std::move(data))}, {}});
  EXPECT_THAT(outcome.errors, IsEmpty());
  return outcome.values.keys[*ops::findKey(kKeys, name)].value;
}

TEST(ConfigValidate, TakesDefaultsWhereNothingIsGiven) {
  const Outcome outcome = validate({});
  EXPECT_THAT(outcome.errors, IsEmpty());
  EXPECT_EQ(outcome.values.keys[0].value, ops::Value(std::int64_t{3205}));
  EXPECT_EQ(outcome.values.keys[1].value, ops::Value(true));
  EXPECT_EQ(outcome.values.keys[2].value, ops::Value(std::vector<std::string>{"aa", "bbbb"}));
  EXPECT_EQ(outcome.values.keys[3].value, ops::Value(std::int64_t{1}));
  EXPECT_EQ(outcome.values.keys[4].value, ops::Value(std::string()));
  EXPECT_EQ(outcome.values.keys[5].value, ops::Value(std::int64_t{65536}));
  EXPECT_EQ(outcome.values.keys[6].value, ops::Value(std::int64_t{900}));
  EXPECT_EQ(toText(outcome.values.keys[6].at), "default");
  ASSERT_EQ(outcome.values.records[0].size(), 1U);
  EXPECT_EQ(outcome.values.records[0][0][0].value, ops::Value(std::string("alpha")));
}

TEST(ConfigValidate, TakesTypedValuesAndTheirPositions) {
  EXPECT_EQ(valueOf("listen.port", std::int64_t{1}), ops::Value(std::int64_t{1}));
  EXPECT_EQ(valueOf("listen.udp", false), ops::Value(false));
  EXPECT_EQ(valueOf("store.kind", std::string("sqlite")), ops::Value(std::int64_t{0}));
  EXPECT_EQ(valueOf("limits.size", std::int64_t{2048}), ops::Value(std::int64_t{2048}));
  EXPECT_EQ(valueOf("limits.size", std::string("1MiB")), ops::Value(std::int64_t{1 << 20}));
  EXPECT_EQ(valueOf("limits.wait", std::int64_t{7}), ops::Value(std::int64_t{7}));
  EXPECT_EQ(valueOf("limits.wait", std::string("2h")), ops::Value(std::int64_t{7200}));
  EXPECT_EQ(toText(validate({{entry("listen.port", std::int64_t{1})}, {}}).values.keys[0].at), "f:1:9");
}

TEST(ConfigValidate, LetsTheLaterEntryHold) {
  const Outcome outcome =
      validate({{entry("listen.port", std::int64_t{1}), entry("listen.port", std::int64_t{2})}, {}});
  EXPECT_EQ(outcome.values.keys[0].value, ops::Value(std::int64_t{2}));
}

TEST(ConfigValidate, SuggestsTheNearestKey) {
  EXPECT_THAT(errorsOf("listen.prot", std::int64_t{1}),
              ElementsAre("f:1:2: unknown key 'listen.prot'; did you mean 'listen.port'?"));
  EXPECT_THAT(errorsOf("colour", true), ElementsAre("f:1:2: unknown key 'colour'"));
  EXPECT_THAT(errorsOf("lisen", ops::Unsupported{"a table", true}),
              ElementsAre("f:1:2: unknown key 'lisen'; did you mean 'listen'?"));
}

TEST(ConfigValidate, SaysTheRangeOfAValueOutsideIt) {
  EXPECT_THAT(errorsOf("listen.port", std::int64_t{0}),
              ElementsAre("f:1:9: 'listen.port' expects an integer from 1 to 65535, not the integer 0"));
  EXPECT_THAT(errorsOf("listen.port", std::int64_t{65536}),
              ElementsAre("f:1:9: 'listen.port' expects an integer from 1 to 65535, not the integer 65536"));
  EXPECT_THAT(errorsOf("limits.size", std::string("2MiB")),
              ElementsAre("f:1:9: 'limits.size' expects a number of bytes from 1KiB to 1MiB, not the text '2MiB'"));
  EXPECT_THAT(errorsOf("limits.wait", std::string("25h")),
              ElementsAre("f:1:9: 'limits.wait' expects a duration from 0 to 1d, not the text '25h'"));
  EXPECT_THAT(errorsOf("store.path", std::string("0123456789")),
              ElementsAre("f:1:9: 'store.path' is longer than 8 bytes"));
}

TEST(ConfigValidate, SaysWhatAWrongTypeShouldBe) {
  EXPECT_THAT(errorsOf("listen.port", std::string("3205")),
              ElementsAre("f:1:9: 'listen.port' expects an integer from 1 to 65535, not the text '3205'"));
  EXPECT_THAT(errorsOf("listen.port", 3.5),
              ElementsAre("f:1:9: 'listen.port' expects an integer from 1 to 65535, not the number 3.5"));
  EXPECT_THAT(errorsOf("listen.udp", std::int64_t{1}),
              ElementsAre("f:1:9: 'listen.udp' expects true or false, not the integer 1"));
  EXPECT_THAT(errorsOf("store.path", true),
              ElementsAre("f:1:9: 'store.path' expects an even word, or empty, not true"));
  EXPECT_THAT(errorsOf("limits.wait", std::string("soon")),
              ElementsAre("f:1:9: 'limits.wait' expects a duration from 0 to 1d, not the text 'soon'"));
  EXPECT_THAT(errorsOf("listen.names", std::string("aa")),
              ElementsAre("f:1:9: 'listen.names' expects a list of 1 to 3 even words, not the text 'aa'"));
  EXPECT_THAT(errorsOf("listen.udp", ops::Unsupported{"a date", false}),
              ElementsAre("f:1:9: 'listen.udp' expects true or false, not a date"));
}

TEST(ConfigValidate, SaysTheWordsOfAChoice) {
  EXPECT_THAT(errorsOf("store.kind", std::string("sqlit")),
              ElementsAre("f:1:9: 'store.kind' expects one of sqlite, memory, not the text 'sqlit'; did you mean "
                          "'sqlite'?"));
}

TEST(ConfigValidate, ChecksTextsAndListItemsByTheirForm) {
  EXPECT_THAT(errorsOf("store.path", std::string("abc")),
              ElementsAre("f:1:9: 'store.path' expects an even word, not 'abc': it has 3 bytes"));
  using List = std::vector<ops::RawValue>;
  const ops::Position second{"f", 2, 3};
  EXPECT_THAT(errorsOf("listen.names", List{{std::string("aa"), {"f", 2, 1}}, {std::string("b\n\n"), second}}),
              ElementsAre("f:2:3: 'listen.names' expects even words, not 'b\\n\\n': it has 3 bytes"));
  EXPECT_THAT(errorsOf("listen.names", List{{std::int64_t{4}, second}}),
              ElementsAre("f:2:3: 'listen.names' expects texts in its list, not the integer 4"));
  EXPECT_THAT(errorsOf("listen.names", List{{std::string(), second}}),
              ElementsAre("f:2:3: 'listen.names' holds an empty text"));
  EXPECT_THAT(errorsOf("listen.names", List{}),
              ElementsAre("f:1:9: 'listen.names' expects a list of 1 to 3 even words, not 0"));
}

TEST(ConfigValidate, CollectsEveryError) {
  EXPECT_EQ(validate({{entry("listen.port", true), entry("x", true), entry("store.kind", true)}, {}}).errors.size(),
            3U);
}

TEST(ConfigValidate, TellsGroupsAndRecordsFromKeys) {
  EXPECT_THAT(errorsOf("listen", std::int64_t{5}), ElementsAre("f:1:2: 'listen' is a group of keys, not a key"));
  EXPECT_THAT(errorsOf("listen", ops::Unsupported{"a date", false}),
              ElementsAre("f:1:2: 'listen' is a group of keys, not a key"));
  EXPECT_THAT(errorsOf("listen", ops::Unsupported{"a table", true}), IsEmpty());
  EXPECT_THAT(errorsOf("member.name", std::string("x")),
              ElementsAre("f:1:2: 'member' is a list of records: write [[member]]"));
  EXPECT_THAT(errorsOf("member", std::string("x")),
              ElementsAre("f:1:2: 'member' is a list of records: write [[member]]"));
}

TEST(ConfigValidate, ReadsRecordsInPlaceOfTheirPreset) {
  const ops::Position at{"f", 4, 1};
  const Outcome outcome = validate({{}, {{"member", at, {entry("name", std::string("beta"))}}}});
  EXPECT_THAT(outcome.errors, IsEmpty());
  ASSERT_EQ(outcome.values.records[0].size(), 1U);
  EXPECT_EQ(outcome.values.records[0][0][0].value, ops::Value(std::string("beta")));
  EXPECT_EQ(outcome.values.records[0][0][1].value, ops::Value(std::int64_t{5}));
}

TEST(ConfigValidate, TakesAnEmptyListForNoRecords) {
  const Outcome outcome = validate({{entry("member", std::vector<ops::RawValue>{})}, {}});
  EXPECT_THAT(outcome.errors, IsEmpty());
  EXPECT_TRUE(outcome.values.records[0].empty());
}

TEST(ConfigValidate, FindsMistakesInRecords) {
  const ops::Position at{"f", 4, 1};
  const auto errors = [&](std::string name, std::vector<ops::RawEntry> entries, std::size_t count = 1) {
    return validate({{}, {count, ops::RawRecord{std::move(name), at, std::move(entries)}}}).errors;
  };
  EXPECT_THAT(errors("member", {}), ElementsAre("f:4:1: 'name' is missing"));
  EXPECT_THAT(errors("member", {entry("name", std::string("a")), entry("wieght", std::int64_t{1})}),
              ElementsAre("f:1:2: unknown key 'wieght' in [[member]]; did you mean 'weight'?"));
  EXPECT_THAT(errors("member", {entry("name", std::string("a"))}, 3), ElementsAre("f:4:1: more than 2 of [[member]]"));
  EXPECT_THAT(errors("memebr", {}), ElementsAre("f:4:1: unknown list of records 'memebr'; did you mean 'member'?"));
  EXPECT_THAT(errors("listen", {}), ElementsAre("f:4:1: 'listen' is a group of keys: write [listen]"));
}

TEST(ConfigOverride, ReadsTextsByTheTypeOfTheirKey) {
  const auto overridden = [](std::string_view text, std::string_view name) {
    auto parsed = ops::parseOverride(kSchema, text);
    EXPECT_TRUE(parsed.ok()) << text;
    return validate({{*parsed}, {}}).values.keys[*ops::findKey(kKeys, name)];
  };
  EXPECT_EQ(overridden("listen.port=12", "listen.port").value, ops::Value(std::int64_t{12}));
  EXPECT_EQ(overridden("listen.udp=false", "listen.udp").value, ops::Value(false));
  EXPECT_EQ(overridden("listen.names= ab , cd ", "listen.names").value,
            ops::Value(std::vector<std::string>{"ab", "cd"}));
  EXPECT_EQ(overridden("listen.names=[\"ab\", \"cd\"]", "listen.names").value,
            ops::Value(std::vector<std::string>{"ab", "cd"}));
  EXPECT_EQ(overridden("listen.names=[ef]", "listen.names").value, ops::Value(std::vector<std::string>{"ef"}));
  EXPECT_EQ(overridden("store.kind=memory", "store.kind").value, ops::Value(std::int64_t{1}));
  EXPECT_EQ(overridden("store.path=a=bc", "store.path").value, ops::Value(std::string("a=bc")));
  EXPECT_EQ(overridden("limits.wait=90", "limits.wait").value, ops::Value(std::int64_t{90}));
  EXPECT_EQ(toText(overridden("limits.wait=90", "limits.wait").at), "--set 'limits.wait=90'");
}

TEST(ConfigOverride, SaysWhatIsWrongWithIt) {
  const auto error = [](std::string_view text) {
    auto parsed = ops::parseOverride(kSchema, text);
    return parsed ? validate({{*parsed}, {}}).errors : std::vector<std::string>{toText(parsed.error())};
  };
  EXPECT_THAT(error("listen.port"), ElementsAre("--set 'listen.port': expects key=value"));
  EXPECT_THAT(error("listen.prot=1"),
              ElementsAre("--set 'listen.prot=1': unknown key 'listen.prot'; did you mean 'listen.port'?"));
  EXPECT_THAT(error("listen.port=x"),
              ElementsAre("--set 'listen.port=x': 'listen.port' expects an integer from 1 to 65535, not the text 'x'"));
  EXPECT_THAT(error("listen.udp=yes"),
              ElementsAre("--set 'listen.udp=yes': 'listen.udp' expects true or false, not the text 'yes'"));
  EXPECT_THAT(error("store.path=/\xff"), ElementsAre("--set 'store.path=/\\xff': is not UTF-8"));
  EXPECT_THAT(error("member=x"), ElementsAre("--set 'member=x': 'member' is a list of records: write [[member]]"));
}

TEST(ConfigText, ReadsAndWritesAmounts) {
  using ops::KeyKind;
  EXPECT_EQ(ops::parseAmount(KeyKind::Duration, "90"), 90);
  EXPECT_EQ(ops::parseAmount(KeyKind::Duration, "2 w"), 1'209'600);
  EXPECT_EQ(ops::parseAmount(KeyKind::Bytes, "3GiB"), std::int64_t{3} << 30);
  for (const std::string_view bad : {"", "s", "-1s", "1.5h", "99999999999999999999", "9223372036854775807w", "1m1s"}) {
    EXPECT_EQ(ops::parseAmount(KeyKind::Duration, bad), std::nullopt) << bad;
  }
  const auto toml = [](std::string_view name, std::int64_t value) {
    return ops::toToml(kKeys[*ops::findKey(kKeys, name)].type, value);
  };
  EXPECT_EQ(toml("limits.wait", 900), "\"15m\"");
  EXPECT_EQ(toml("limits.wait", 901), "\"901s\"");
  EXPECT_EQ(toml("limits.wait", 0), "0");
  EXPECT_EQ(toml("limits.size", 1025), "1025");
  EXPECT_EQ(toml("limits.size", 65536), "\"64KiB\"");
  EXPECT_EQ(toml("store.kind", 1), "\"memory\"");
}

TEST(ConfigText, WritesTextsAsToml) {
  EXPECT_EQ(ops::toToml(ops::text(), std::string("a\"b\\c\n\x7f")), R"("a\"b\\c\u000a\u007f")");
  EXPECT_EQ(ops::toToml(ops::list(nullptr, 0, 3), std::vector<std::string>{"a", "b"}), R"(["a", "b"])");
  EXPECT_EQ(ops::toToml(ops::list(nullptr, 0, 3), std::vector<std::string>{}), "[]");
}

}  // namespace
