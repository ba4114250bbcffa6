#include "agent/app/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "shared/net/secret_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/agent_testing.h"

namespace {

using agent_test::kHost;
using agent_test::kTarget;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Receiver final : iscsi::CredentialsReceiver {
  void onCredentials(std::optional<iscsi::ChapCredentials> credentials, base::TimePoint) override {
    answer = std::move(credentials);
    ++answers;
  }
  void onCredentialsFailed(base::TimePoint) override { ++answers; }
  std::optional<iscsi::ChapCredentials> answer;
  int answers = 0;
};

class Secrets : public ::testing::Test {
 protected:
  void file(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::ofstream(folder_.file(name), std::ios::trunc) << text;
    ASSERT_EQ(::chmod(folder_.file(name).c_str(), mode), 0);
  }
  base::Result<agent::Credentials, agent::ConfigErrors> load(const std::string& toml) {
    const agent::Config config = agent_test::parsed(toml, {"secrets.folder=" + folder_.path().string()});
    return agent::Credentials::load(config.chap, config.runtime.secrets);
  }
  std::vector<std::string> errors(const std::string& toml) {
    const auto loaded = load(toml);
    std::vector<std::string> texts;
    if (!loaded) {
      for (const ops::ConfigError& error : loaded.error()) texts.push_back(ops::toText(error));
    }
    return texts;
  }
  support::ScratchFolder folder_;
};

std::string nameFor(agent::Credentials& credentials, std::string_view initiator, std::string_view target,
                    bool discovery = false, std::string_view chapName = "") {
  Receiver receiver;
  credentials.ask({initiator, target, discovery, chapName}, receiver, {});
  EXPECT_EQ(receiver.answers, 1);
  if (!receiver.answer) return "none";
  return receiver.answer->initiator.name + (receiver.answer->target.usable() ? "/" + receiver.answer->target.name : "");
}

TEST_F(Secrets, AreFoundByThePairAndDiscoveryApart) {
  file("one", "a secret of one\n");
  file("two", "a secret of two");
  file("three", "0x000102030405060708090a0b0c");
  auto loaded = load(R"(
[[chap]]
initiator = "iqn.2024-01.org.example:Host1"
target = "iqn.2024-01.org.example:store"
name = "host1"
secret = "one"
next_secret = "three"
mutual_name = "store"
mutual_secret = "two"
[[chap]]
name = "anybody"
secret = "two"
[[chap]]
discovery = true
name = "finder"
secret = "one"
)");
  ASSERT_TRUE(loaded) << ops::toText(loaded.error()[0]);
  EXPECT_EQ(nameFor(*loaded, kHost, kTarget), "host1/store");
  EXPECT_EQ(nameFor(*loaded, kHost, kTarget, false, "anybody"), "anybody");
  EXPECT_EQ(nameFor(*loaded, kHost, "iqn.2024-01.org.example:other"), "anybody");
  EXPECT_EQ(nameFor(*loaded, kHost, "", true), "finder");
  Receiver receiver;
  loaded->ask({kHost, kTarget, false, "host1"}, receiver, {});
  EXPECT_EQ(base::asText(receiver.answer->initiator.current.reveal()), "a secret of one");
  EXPECT_EQ(receiver.answer->initiator.next.size(), 13U);
  EXPECT_EQ(receiver.answer->initiator.next.reveal()[12], 12);
}

TEST_F(Secrets, ThatNobodyHasAreNoAnswer) {
  agent::Credentials none;
  EXPECT_EQ(nameFor(none, kHost, kTarget), "none");
}

TEST_F(Secrets, InFilesThatOthersMayReadAreRefused) {
  file("open", "a secret of one", 0640);
  const auto texts = errors("[[chap]]\nname = \"a\"\nsecret = \"open\"\n");
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_THAT(texts[0], HasSubstr("f.toml:3:10: "));
  EXPECT_THAT(texts[0], HasSubstr("chmod 600"));
}

TEST_F(Secrets, ThatAreTooShortOrTheSameBothWaysAreRefusedWithoutBeingShown) {
  file("short", "abc");
  file("long", "a secret of one");
  EXPECT_THAT(errors("[[chap]]\nname = \"a\"\nsecret = \"short\"\n"), ElementsAre(HasSubstr("less than 12 bytes")));
  const auto same =
      errors("[[chap]]\nname = \"a\"\nsecret = \"long\"\nmutual_name = \"t\"\nmutual_secret = \"long\"\n");
  ASSERT_EQ(same.size(), 1U);
  EXPECT_THAT(same[0], HasSubstr("the same CHAP secret"));
  EXPECT_EQ(same[0].find("a secret"), std::string::npos);
  EXPECT_TRUE(load("[secrets]\nallow_short = true\n[[chap]]\nname = \"a\"\nsecret = \"short\"\n"));
  EXPECT_THAT(errors("[[chap]]\nname = \"a\"\nsecret = \"missing\"\n"), ElementsAre(HasSubstr("No such file")));
}

TEST(SecretText, IsTheFirstLineOrHexadecimal) {
  const auto parse = [](std::string_view text) {
    const auto bytes = base::asBytes(text);
    auto secret = net::parseSecret(base::Bytes(bytes.begin(), bytes.end()));
    return secret ? std::string(base::asText(secret->reveal())) : "error";
  };
  EXPECT_EQ(parse("abc"), "abc");
  EXPECT_EQ(parse("abc \n"), "abc ");
  EXPECT_EQ(parse("0x4142"), "AB");
  EXPECT_EQ(parse("0X4142\n"), "AB");
  for (const char* bad : {"", "\n", "a\nb", "a\n\n", "0x", "0x4", "0x4g"}) EXPECT_EQ(parse(bad), "error") << bad;
  EXPECT_EQ(parse(std::string(255, 'x')), std::string(255, 'x'));
  EXPECT_EQ(parse(std::string(256, 'x')), "error");
}

}  // namespace
