#include "agent/block/store_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace block {
namespace {

StoreSpec parsed(std::string_view text) {
  const auto spec = parseStoreSpec(text);
  EXPECT_TRUE(spec) << text << ": " << spec.error().text;
  return spec ? *spec : StoreSpec{};
}
std::string refusal(std::string_view text) {
  const auto spec = parseStoreSpec(text);
  EXPECT_FALSE(spec) << text;
  return spec ? std::string() : spec.error().text;
}

TEST(StoreSpec, readsSizes) {
  struct Row {
    const char* text;
    std::uint64_t bytes;
  };
  for (const Row& row :
       {Row{"512", 512}, Row{"4K", 4096}, Row{"64M", 67'108'864}, Row{"64MiB", 67'108'864}, Row{"3G", 3'221'225'472},
        Row{"1T", 1'099'511'627'776}, Row{"8191P", 9'222'246'136'947'933'184},
        Row{"9223372036854775807", 9'223'372'036'854'775'807}}) {
    const auto size = parseSize(row.text);
    ASSERT_TRUE(size) << row.text;
    EXPECT_EQ(*size, row.bytes) << row.text;
  }
}

TEST(StoreSpec, refusesWhatIsNoSize) {
  for (const char* text :
       {"", "M", "64MB", "64m", "64 M", "-1", "+1", "0x10", "1.5G", "64MM", "64iB", "64Mi", "1E", "٣"}) {
    EXPECT_FALSE(parseSize(text)) << text;
  }
  EXPECT_EQ(parseSize("9223372036854775808").error().text, "the size \"9223372036854775808\" is too large");
  EXPECT_EQ(parseSize("8192P").error().text, "the size \"8192P\" is too large");
  EXPECT_EQ(parseSize("99999999999999999999999").error().text, "the size \"99999999999999999999999\" is too large");
  EXPECT_EQ(parseSize("0G").error().text, "the size \"0G\" is nothing");
  EXPECT_EQ(parseSize("64MB").error().text,
            "\"64MB\" is not a size: write bytes, or a number with K, M, G, T or P, as 64M");
}

TEST(StoreSpec, isInOnePlaceWhateverItsOtherWords) {
  struct {
    const char* text;
    const char* place;
  } const rows[] = {
      {"memory:1M", ""},
      {"null:1M", ""},
      {"file:/a", "/a"},
      {"file:/a,readonly,thin", "/a"},
      {"/dev/a,buffered", "/dev/a"},
      {"iscsi://h/iqn.2024-01.org.example:t/1", "iscsi://iqn.2024-01.org.example:t/1"},
      {"iscsi://i:3261/IQN.2024-01.org.example:t/1?data_digest=crc32c,user=u,secret=/s",
       "iscsi://iqn.2024-01.org.example:t/1"},
      {"iscsi://h/iqn.2024-01.org.example:t/2", "iscsi://iqn.2024-01.org.example:t/2"},
      {"nbd://h/a", "nbd://h:10809/a"},
      {"nbd://h:10809/%61,writethrough", "nbd://h:10809/a"},
      {"nbd+unix:///a?socket=/s", "nbd+unix:///a?socket=/s"},
  };
  for (const auto& [text, place] : rows) EXPECT_EQ(placeOf(parsed(text)), place) << text;
}

TEST(StoreSpec, readsMemoryAndNull) {
  StoreSpec spec = parsed("memory:64M");
  EXPECT_EQ(spec.kind, StoreKind::Memory);
  EXPECT_EQ(spec.size, 67'108'864U);
  EXPECT_EQ(spec.file.blockSize, 512U);
  EXPECT_FALSE(spec.file.readOnly);
  spec = parsed("null:1T,readonly,block=4096");
  EXPECT_EQ(spec.kind, StoreKind::Null);
  EXPECT_EQ(spec.file.blockSize, 4096U);
  EXPECT_TRUE(spec.file.readOnly);
}

TEST(StoreSpec, readsFiles) {
  StoreSpec spec = parsed("file:/srv/a.img");
  EXPECT_EQ(spec.kind, StoreKind::File);
  EXPECT_EQ(spec.file.kind, FileKind::Regular);
  EXPECT_EQ(spec.file.path, "/srv/a.img");
  EXPECT_EQ(spec.file.blockSize, 0U);
  EXPECT_EQ(spec.file.direct, std::nullopt);
  EXPECT_EQ(spec.file.thin, std::nullopt);
  EXPECT_FALSE(spec.writeThrough);
  spec = parsed("file:/srv/a.img,direct,thin,writethrough,block=512");
  EXPECT_EQ(spec.file.path, "/srv/a.img");
  EXPECT_EQ(spec.file.direct, true);
  EXPECT_EQ(spec.file.thin, true);
  EXPECT_TRUE(spec.writeThrough);
  EXPECT_EQ(spec.file.blockSize, 512U);
  spec = parsed("file:/srv/a.img,buffered,thick");
  EXPECT_EQ(spec.file.direct, false);
  EXPECT_EQ(spec.file.thin, false);
}

TEST(StoreSpec, readsBlockDevices) {
  const StoreSpec spec = parsed("/dev/vg0/vm,readonly");
  EXPECT_EQ(spec.kind, StoreKind::BlockDevice);
  EXPECT_EQ(spec.file.kind, FileKind::BlockDevice);
  EXPECT_EQ(spec.file.path, "/dev/vg0/vm");
  EXPECT_TRUE(spec.file.readOnly);
}

TEST(StoreSpec, twoCommasAreOneOfThePath) {
  EXPECT_EQ(parsed("file:/srv/a,,b.img,direct").file.path, "/srv/a,b.img");
  EXPECT_EQ(parsed("file:/srv/a,,,,").file.path, "/srv/a,,");
  EXPECT_EQ(parsed("file:/srv/a,,,direct").file.path, "/srv/a,");
  EXPECT_EQ(parsed("file:/srv/a:b=c.img").file.path, "/srv/a:b=c.img");
}

TEST(StoreSpec, refusalsSayWhatIsMeant) {
  struct Row {
    const char* text;
    const char* why;
  };
  const Row rows[] = {
      {"", "write memory:SIZE, null:SIZE, file:/PATH, /dev/NAME, iscsi://HOST/TARGET/LUN or nbd://HOST/EXPORT"},
      {"disk.img",
       "it names no kind: write memory:SIZE, null:SIZE, file:/PATH, /dev/NAME, iscsi://HOST/TARGET/LUN or "
       "nbd://HOST/EXPORT"},
      {"memry:64M", "unknown kind \"memry\"; did you mean \"memory\"?"},
      {"rbd:pool",
       "unknown kind \"rbd\": write memory:SIZE, null:SIZE, file:/PATH, /dev/NAME, iscsi://HOST/TARGET/LUN or "
       "nbd://HOST/EXPORT"},
      {"memory:", "the size is missing: write bytes, or a number with K, M, G, T or P, as 64M"},
      {"memory:1000", "the size is not a multiple of blocks of 512 bytes"},
      {"memory:4608,block=4096", "the size is not a multiple of blocks of 4096 bytes"},
      {"memory:64M,direct", "\"direct\" is for files and block devices"},
      {"memory:64M,thin", "\"thin\" is for files and block devices: memory is thin without it"},
      {"file:", "the path is missing: write file:/PATH"},
      {"file:a.img", "the path \"a.img\" is not absolute: begin it with /"},
      {"file:/a,dierct", "unknown word \"dierct\"; did you mean \"direct\"?"},
      {"file:/a,Direct", "unknown word \"Direct\"; did you mean \"direct\"?"},
      {"file:/a,cache",
       "unknown word \"cache\"; there are block=512, block=4096, readonly, direct, buffered, thin, thick, "
       "writethrough"},
      {"file:/a,block=1024", "\"block=1024\": blocks have 512 or 4096 bytes"},
      {"file:/a,block=", "\"block=\": blocks have 512 or 4096 bytes"},
      {"file:/a,", "there is nothing between two commas, or behind the last one"},
      {"file:/a,direct,direct", "\"direct\" is written twice"},
      {"file:/a,direct,buffered", "\"direct\" and \"buffered\" contradict each other"},
      {"/dev/sda,thick,readonly,thin", "\"thick\" and \"thin\" contradict each other"},
      {"file:/a,block=512,block=4096", "\"block=512\" and \"block=4096\" contradict each other"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(refusal(row.text), "store \"" + std::string(row.text) + "\": " + row.why);
  }
  EXPECT_EQ(refusal(std::string_view("file:/a\0b", 9)), "a store holds no zero byte");
}

constexpr const char* kRemote = "iscsi://host.example:3261/iqn.2001-04.com.example:disk/1";

TEST(StoreSpec, logicalUnitOfAnotherTargetIsItsUrlAndWhoLogsIn) {
  const auto spec = parseStoreSpec(std::string(kRemote) +
                                   "?data_digest=crc32c,readonly,block=4096,user=me,"
                                   "secret=/etc/s,,1,target-user=it,target-secret=/etc/t");
  ASSERT_TRUE(spec) << spec.error().text;
  EXPECT_EQ(spec->kind, StoreKind::Iscsi);
  EXPECT_TRUE(isRemote(spec->kind));
  EXPECT_EQ(spec->url, std::string(kRemote) + "?data_digest=crc32c");
  EXPECT_TRUE(spec->file.readOnly);
  EXPECT_EQ(spec->file.blockSize, 4096U);
  EXPECT_EQ(spec->credential.user, "me");
  EXPECT_EQ(spec->credential.secretFile, "/etc/s,1");
  EXPECT_EQ(spec->target.user, "it");
  EXPECT_EQ(spec->target.secretFile, "/etc/t");
}

TEST(StoreSpec, readsExportsOfNbdServers) {
  const auto spec = parseStoreSpec("nbd+unix:///disk?socket=/run/a,,b.sock,readonly,writethrough,block=4096");
  ASSERT_TRUE(spec) << spec.error().text;
  EXPECT_EQ(spec->kind, StoreKind::Nbd);
  EXPECT_EQ(spec->url, "nbd+unix:///disk?socket=/run/a,b.sock");
  EXPECT_TRUE(spec->file.readOnly);
  EXPECT_TRUE(spec->writeThrough);
  EXPECT_EQ(spec->file.blockSize, 4096U);
  EXPECT_TRUE(isRemoteStore("nbd://host/disk"));
  EXPECT_FALSE(parseStoreSpec("nbd://"));
  EXPECT_FALSE(parseStoreSpec("nbd://host/disk,direct"));
  EXPECT_FALSE(parseStoreSpec("nbd://host/disk,user=me,secret=/etc/secret"));
}

TEST(StoreSpec, remoteStoreRefusesWhatItCannotBe) {
  const auto why = [](const std::string& text) {
    const auto spec = parseStoreSpec(text);
    return spec ? "taken" : spec.error().text;
  };
  const std::string url(kRemote);
  EXPECT_THAT(why(url + ",direct"), testing::HasSubstr("is for files and block devices"));
  EXPECT_THAT(why(url + ",writethrough"), testing::HasSubstr("is for files and block devices"));
  EXPECT_THAT(why(url + ",user=me"), testing::HasSubstr("go together"));
  EXPECT_THAT(why(url + ",secret=/a"), testing::HasSubstr("go together"));
  EXPECT_THAT(why(url + ",target-user=it,target-secret=/a"), testing::HasSubstr("needs \"user=\" too"));
  EXPECT_THAT(why(url + ",user=a,user=b"), testing::HasSubstr("twice"));
  EXPECT_THAT(why("iscsi://host/iqn.2001-04.com.example:disk"), testing::HasSubstr("/TARGET/LUN"));
  EXPECT_THAT(why("iscsi://host"), testing::HasSubstr("/TARGET/LUN"));
  EXPECT_THAT(why(url + "00000"), testing::HasSubstr("below 16384"));
  EXPECT_THAT(why("memory:1M,user=me"), testing::HasSubstr("is for iscsi://"));
}

TEST(StoreSpec, noRefusalRepeatsASecret) {
  const std::string name = "/iqn.2001-04.com.example:disk/1";
  for (const std::string& text :
       {"iscsi://me%hush-hush@host" + name, "iscsi://host" + name + "?target_password=hush-hush",
        "iscsi://host" + name + ",user=me,secret=hush-hush", "iscsi://host" + name + ",password=hush-hush"}) {
    const auto spec = parseStoreSpec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_THAT(spec.error().text, testing::Not(testing::HasSubstr("hush"))) << text;
  }
}

}  // namespace
}  // namespace block
