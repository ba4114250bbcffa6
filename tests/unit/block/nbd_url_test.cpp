// NBD URLs: forms, decoding, and what is refused with which words.
#include "agent/block/nbd_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace block {
namespace {

TEST(NbdUrl, givesHostPortAndExport) {
  struct Row {
    const char* url;
    const char* host;
    const char* name;
  };
  const Row rows[] = {
      {"nbd://store.example", "store.example:10809", ""},        {"nbd://store.example/", "store.example:10809", ""},
      {"nbd://10.0.0.1:7/disk", "10.0.0.1:7", "disk"},           {"nbd://a-b_c//disk", "a-b_c:10809", "/disk"},
      {"nbd://a/hello%20world%2c", "a:10809", "hello world,"},   {"nbd://[::1]/x", "[::1]:10809", "x"},
      {"nbd://[2001:db8::1]:99/x/y", "[2001:db8::1]:99", "x/y"},
  };
  for (const Row& row : rows) {
    const auto target = parseNbdUrl(row.url);
    ASSERT_TRUE(target) << row.url << ": " << target.error().text;
    EXPECT_EQ(target->host, row.host) << row.url;
    EXPECT_EQ(target->exportName, row.name) << row.url;
    EXPECT_FALSE(target->isLocal());
    const auto again = parseNbdUrl(target->text());
    ASSERT_TRUE(again) << target->text();
    EXPECT_EQ(*again, *target) << target->text();
  }
}

TEST(NbdUrl, givesSocketAndExport) {
  const auto plain = parseNbdUrl("nbd+unix:///disk?socket=/run/nbd%20here");
  ASSERT_TRUE(plain) << plain.error().text;
  EXPECT_EQ(plain->socketPath, "/run/nbd here");
  EXPECT_EQ(plain->exportName, "disk");
  EXPECT_EQ(plain->text(), "nbd+unix:///disk?socket=/run/nbd%20here");
  const auto abstract = parseNbdUrl("nbd+unix:///?socket=%00/abstract");
  ASSERT_TRUE(abstract) << abstract.error().text;
  EXPECT_EQ(abstract->socketPath, std::string("\0/abstract", 10));
  EXPECT_EQ(*parseNbdUrl(abstract->text()), *abstract);
}

TEST(NbdUrl, refusesWithASentence) {
  struct Row {
    std::string url;
    const char* words;
  };
  const Row rows[] = {
      {"http://a/b", "begins with nbd://"},
      {"nbds://a/b", "TLS is not supported"},
      {"nbds+unix:///b?socket=/s", "TLS is not supported"},
      {"nbd://user@a/b", "TLS is not supported"},
      {"nbd+unix:///b?socket=/s&tls-type=x509", "TLS is not supported"},
      {"nbd:///b", "the host is missing"},
      {"nbd://a:0/b", "no port"},
      {"nbd://a:65536/b", "no port"},
      {"nbd://a:/b", "no port"},
      {"nbd://::1/b", "no port"},
      {"nbd://[::1/b", "the ]"},
      {"nbd://[::1]x/b", "neither a port nor a path"},
      {"nbd://[localhost]/b", "no IPv6 address"},
      {"nbd://a b/c", "no name of a host"},
      {"nbd://a/b%2", "hexadecimal"},
      {"nbd://a/b%g0", "hexadecimal"},
      {"nbd://a/b%00c", "NUL"},
      {"nbd://a/" + std::string(4097, 'x'), "4096"},
      {"nbd://a/b?socket=/s", "nothing behind a ?"},
      {"nbd://a/b#c", "%23"},
      {"nbd+unix://a/b?socket=/s", "no host"},
      {"nbd+unix:///b", "needs ?socket="},
      {"nbd+unix:///b?socket", "no value"},
      {"nbd+unix:///b?socket=", "begins with a /"},
      {"nbd+unix:///b?socket=relative", "begins with a /"},
      {"nbd+unix:///b?socket=/s&socket=/t", "twice"},
      {"nbd+unix:///b?socket=/s&x=1", "and not \"x\""},
      {"nbd+unix:///b?socket=/" + std::string(107, 'x'), "107"},
  };
  for (const Row& row : rows) {
    const auto target = parseNbdUrl(row.url);
    ASSERT_FALSE(target) << row.url;
    EXPECT_THAT(target.error().text, testing::HasSubstr(row.words)) << row.url;
  }
}

}  // namespace
}  // namespace block
