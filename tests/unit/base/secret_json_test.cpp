// Secrets in answers: in their places, escaped, and in no value of JSON.
#include "shared/base/secret_json.h"

#include <gtest/gtest.h>

#include "shared/base/json_reader.h"
#include "tests/support/random_bytes.h"

namespace {

using base::Json;

TEST(SecretJson, PutsEachSecretWhereItsMarkStands) {
  base::SecretJson secrets(support::knownBytes());
  EXPECT_TRUE(secrets.empty());
  Json::Array list;
  for (int i = 0; i < 12; ++i) list.push_back(secrets.mark(*base::Secret::from("secret" + std::to_string(i))));
  const Json json = Json::Object{{"name", "x"}, {"list", std::move(list)}, {"last", 7U}};
  std::string marked;
  json.writeCompact(marked);
  EXPECT_EQ(marked.find("secret1\""), std::string::npos);
  const auto read = base::parseJson(secrets.text(json));
  ASSERT_TRUE(read);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(*(*read->find("list")->array())[i].text(), "secret" + std::to_string(i));
  }
  EXPECT_EQ(*read->find("last")->number(), 7U);
}

TEST(SecretJson, EscapesWhatJsonWants) {
  base::SecretJson secrets(support::knownBytes());
  const std::string odd = "a\"b\\c\n\x01 \xc3\xa9";
  const Json json = Json::Object{{"secret", secrets.mark(*base::Secret::from(odd))}};
  const auto read = base::parseJson(secrets.text(json));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read->find("secret")->text(), odd);
}

TEST(SecretJson, TextThatLooksLikeAMarkIsLeftAlone) {
  base::SecretJson secrets(support::knownBytes());
  const Json json = Json::Object{{"name", "secret-00-0"}, {"secret", secrets.mark(*base::Secret::from("s"))}};
  const auto read = base::parseJson(secrets.text(json));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read->find("name")->text(), "secret-00-0");
}

}  // namespace
