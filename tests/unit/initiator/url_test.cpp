#include "agent/initiator/url.h"

#include <gtest/gtest.h>

namespace {

using initiator::parseUrl;

std::string text(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

TEST(Url, HasPortalTargetAndLun) {
  const auto url = parseUrl("iscsi://10.0.0.1:3261/iqn.2001-04.com.example:disk/7");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->portal, "10.0.0.1:3261");
  EXPECT_EQ(url->target, "iqn.2001-04.com.example:disk");
  EXPECT_EQ(url->lun, 7U);
  EXPECT_TRUE(url->user.empty());
}

TEST(Url, MayEndAtThePortalOrTheTarget) {
  for (const char* text : {"iscsi://host", "iscsi://host/"}) {
    const auto url = parseUrl(text);
    ASSERT_TRUE(url.ok()) << text;
    EXPECT_EQ(url->portal, "host");
    EXPECT_TRUE(url->target.empty());
  }
  const auto url = parseUrl("iscsi://[2001:db8::1]:3260/iqn.2001-04.com.example:disk");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->portal, "[2001:db8::1]:3260");
  EXPECT_FALSE(url->lun);
}

TEST(Url, HasUsersAndSecretsOfBothSides) {
  const auto url = parseUrl(
      "iscsi://alice%p@ss%word@host/iqn.2001-04.com.example:disk/"
      "1?target_user=disk&target_password=other&header_digest="
      "crc32c&data_digest=none");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->user, "alice");
  EXPECT_EQ(text(url->password), "p@ss%word");
  EXPECT_EQ(url->targetUser, "disk");
  EXPECT_EQ(text(url->targetPassword), "other");
  EXPECT_EQ(url->headerDigest, true);
  EXPECT_EQ(url->dataDigest, false);
}

TEST(Url, ShowsNoSecretAndNoUser) {
  const auto url =
      parseUrl("iscsi://alice%secret@host/iqn.2001-04.com.example:disk/1?target_user=u&target_password=hidden");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->text(), "iscsi://host/iqn.2001-04.com.example:disk/1");
}

TEST(Url, NamesAreInTheirNormalSpelling) {
  const auto url = parseUrl("iscsi://host/IQN.2001-04.com.Example:Disk");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->target, "iqn.2001-04.com.example:disk");
}

TEST(Url, FaultsHoldNoByteOfASecret) {
  for (const char* wrong :
       {"http://host", "iscsi://", "iscsi://%hidden@host/x", "iscsi:///iqn.2001-04.com.example:disk",
        "iscsi://a%hidden@host/not-a-name", "iscsi://a%hidden@host/iqn.2001-04.com.example:disk/x",
        "iscsi://a%hidden@host/iqn.2001-04.com.example:disk/1/2",
        "iscsi://host/iqn.2001-04.com.example:disk/1?target_password=a&hidden",
        "iscsi://host/iqn.2001-04.com.example:disk/1?header_digest=hidden"}) {
    const auto url = parseUrl(wrong);
    ASSERT_FALSE(url.ok()) << wrong;
    EXPECT_EQ(url.error().text.find("hidden"), std::string::npos) << url.error().text;
  }
  EXPECT_FALSE(parseUrl("iscsi://a%" + std::string(256, 'x') + "@host").ok());
}

}  // namespace
