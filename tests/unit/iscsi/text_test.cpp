#include "agent/iscsi/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/text_testing.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;
using testing::ElementsAre;

TEST(TextReader, GivesKeysAndValuesInOrder) {
  const base::Bytes text = textOf({"InitiatorName=iqn.2001-04.com.example:a=b", "TargetAlias=", "X-com.example.x=1"});
  EXPECT_THAT(pairsOf(text),
              ElementsAre("InitiatorName=iqn.2001-04.com.example:a=b", "TargetAlias=", "X-com.example.x=1"));
  TextReader reader(text);
  TextPair pair;
  ASSERT_TRUE(reader.next(pair));
  EXPECT_EQ(pair.row, &rowOf(Key::InitiatorName));
  EXPECT_EQ(pair.value, "iqn.2001-04.com.example:a=b") << "a value may hold '='";
  ASSERT_TRUE(reader.next(pair));
  ASSERT_TRUE(reader.next(pair));
  EXPECT_EQ(pair.row, nullptr);
  EXPECT_FALSE(reader.next(pair));
  EXPECT_EQ(reader.fault(), TextFault::None);
}

TEST(TextReader, SkipsEmptyPairs) {
  base::Bytes text = textOf({"", "A=1", "", "", "B=2", ""});
  EXPECT_THAT(pairsOf(text), ElementsAre("A=1", "B=2"));
  EXPECT_THAT(pairsOf({}), ElementsAre());
}

TEST(TextReader, IsCaseSensitive) {
  TextReader reader(base::asBytes(std::string_view("Maxburstlength=1\0", 17)));
  TextPair pair;
  ASSERT_TRUE(reader.next(pair));
  EXPECT_EQ(pair.row, nullptr);
}

struct BrokenText {
  const char* name;
  std::string text;
  TextFault fault;
};
class TextReaderFault : public testing::TestWithParam<BrokenText> {};
TEST_P(TextReaderFault, EndsTheText) {
  const std::string text = std::string("A=1") + '\0' + GetParam().text;
  TextReader reader(base::asBytes(text));
  TextPair pair;
  ASSERT_TRUE(reader.next(pair));
  EXPECT_FALSE(reader.next(pair));
  EXPECT_EQ(reader.fault(), GetParam().fault);
  EXPECT_FALSE(reader.next(pair)) << "and stays ended";
}
std::string ended(const std::string& text) { return text + '\0'; }
INSTANTIATE_TEST_SUITE_P(
    All, TextReaderFault,
    testing::Values(BrokenText{"NoNul", "B=2", TextFault::NotTerminated},
                    BrokenText{"NoEquals", ended("Bad"), TextFault::NoEquals},
                    BrokenText{"NoKey", ended("=2"), TextFault::BadKeyName},
                    BrokenText{"SmallLetter", ended("key=2"), TextFault::BadKeyName},
                    BrokenText{"Digit", ended("1A=2"), TextFault::BadKeyName},
                    BrokenText{"Space", ended("A B=2"), TextFault::BadKeyName},
                    BrokenText{"Key64", ended(std::string(64, 'K') + "=2"), TextFault::BadKeyName},
                    BrokenText{"Value256", ended("TargetAlias=" + std::string(256, 'v')), TextFault::ValueTooLong},
                    BrokenText{"Binary1025", ended("CHAP_C=0x" + std::string(2049, '0')), TextFault::ValueTooLong},
                    BrokenText{"NotUtf8", ended("TargetAlias=\xff"), TextFault::NotUtf8}),
    [](const auto& row) { return row.param.name; });

TEST(TextReader, TakesTheLongestKeysAndValues) {
  const std::string key = "K" + std::string(62, 'k') + "=1";
  const std::string alias = "TargetAlias=" + std::string(255, 'v');
  const std::string binary = "CHAP_C=0x" + std::string(2048, '0');
  EXPECT_THAT(pairsOf(textOf({key, alias, binary, "iSCSIProtocolLevel=1", "X#NodeArchitecture=a,b"})),
              ElementsAre(key, alias, binary, "iSCSIProtocolLevel=1", "X#NodeArchitecture=a,b"));
}

TEST(TextCollector, JoinsWhatTheContinueBitTies) {
  const base::Bytes text = textOf({"MaxBurstLength=4096", "InitialR2T=No"});
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); second += 3) {
      const base::ByteView all(text);
      TextCollector collector;
      ASSERT_EQ(collector.add(all.first(first), true), TextFault::None);
      EXPECT_FALSE(collector.whole());
      ASSERT_EQ(collector.add(all.subspan(first, second - first), true), TextFault::None);
      ASSERT_EQ(collector.add(all.subspan(second), false), TextFault::None);
      EXPECT_TRUE(collector.whole());
      EXPECT_TRUE(base::equal(collector.text(), text)) << first << ' ' << second;
    }
  }
}

TEST(TextCollector, BeginsAnotherTextBehindAWholeOne) {
  TextCollector collector;
  ASSERT_EQ(collector.add(textOf({"A=1"}), false), TextFault::None);
  ASSERT_EQ(collector.add(textOf({"B=2"}), false), TextFault::None);
  EXPECT_THAT(pairsOf(collector.text()), ElementsAre("B=2"));
}

TEST(TextCollector, TakesNoMoreThanItsBoundOverAllTexts) {
  TextCollector collector(100);
  EXPECT_EQ(collector.add(base::Bytes(60), true), TextFault::None);
  EXPECT_EQ(collector.add(base::Bytes(41), true), TextFault::TooLong);
  EXPECT_EQ(collector.add(base::Bytes(40), false), TextFault::None);
  EXPECT_EQ(collector.add(base::Bytes(1), false), TextFault::TooLong);
  EXPECT_EQ(TextCollector().add(base::Bytes(65537), false), TextFault::TooLong);
  EXPECT_EQ(TextCollector().add(base::Bytes(65536), false), TextFault::None);
}

TEST(KeysSeen, RefusesAKeyThatComesAgain) {
  KeysSeen seen;
  const TextPair known{"CHAP_A", "5", &rowOf(Key::ChapA)};
  const TextPair unknown{"X-a", "5", nullptr};
  EXPECT_EQ(seen.add(known), TextFault::None);
  EXPECT_EQ(seen.add(unknown), TextFault::None);
  EXPECT_EQ(seen.add(known), TextFault::Repeated);
  EXPECT_EQ(seen.add(unknown), TextFault::Repeated);
  EXPECT_TRUE(seen.contains(Key::ChapA));
  EXPECT_FALSE(seen.contains(Key::ChapI));
}

TEST(KeysSeen, LetsAddressesRepeat) {
  KeysSeen seen;
  const TextPair address{"TargetAddress", "10.0.0.1", &rowOf(Key::TargetAddress)};
  EXPECT_EQ(seen.add(address), TextFault::None);
  EXPECT_EQ(seen.add(address), TextFault::None);
}

TEST(KeysSeen, BoundsUnknownKeys) {
  KeysSeen seen;
  for (std::size_t i = 0; i < KeysSeen::kMaxUnknown; ++i) {
    EXPECT_EQ(seen.add({"X-" + std::to_string(i), "", nullptr}), TextFault::None);
  }
  EXPECT_EQ(seen.add({"X-more", "", nullptr}), TextFault::TooManyKeys);
}

TEST(TextWriter, WritesWhatTheReaderReads) {
  base::Bytes out;
  TextWriter writer(out);
  writer.pair("X-a", "b");
  writer.number(Key::MaxBurstLength, 262144);
  writer.boolean(Key::InitialR2T, false);
  writer.hex(Key::ChapC, base::Bytes{0x00, 0xaf});
  EXPECT_EQ(out, textOf({"X-a=b", "MaxBurstLength=262144", "InitialR2T=No", "CHAP_C=0x00af"}));
}

TEST(TextSender, CutsLongTextAndSetsContinue) {
  TextSender sender;
  EXPECT_FALSE(sender.pending());
  const TextSender::Segment nothing = sender.take(10);
  EXPECT_TRUE(nothing.bytes.empty() && !nothing.continues);
  sender.buffer() = base::Bytes(25, 'x');
  std::vector<std::pair<std::size_t, bool>> segments;
  while (sender.pending()) {
    const auto segment = sender.take(10);
    segments.emplace_back(segment.bytes.size(), segment.continues);
  }
  EXPECT_THAT(segments, ElementsAre(testing::Pair(10, true), testing::Pair(10, true), testing::Pair(5, false)));
  sender.buffer() = base::Bytes(10, 'y');
  EXPECT_FALSE(sender.take(10).continues) << "a text that just fits is whole";
}

TEST(Number, IsDecimalOrHexadecimal) {
  EXPECT_EQ(parseNumber("0"), 0U);
  EXPECT_EQ(parseNumber("8192"), 8192U);
  EXPECT_EQ(parseNumber("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parseNumber("0x2000"), 8192U);
  EXPECT_EQ(parseNumber("0X00fF"), 255U);
  for (const std::string_view bad : {"", "-1", "+1", " 1", "1 ", "08192", "18446744073709551616", "0x", "0xg", "1.5",
                                     "0x-1", "0x10000000000000000", "Yes", "0b01"}) {
    EXPECT_EQ(parseNumber(bad), std::nullopt) << bad;
  }
}

TEST(Boolean, IsYesOrNo) {
  EXPECT_EQ(parseBoolean("Yes"), true);
  EXPECT_EQ(parseBoolean("No"), false);
  for (const std::string_view bad : {"yes", "NO", "", "1", "Yes "}) EXPECT_EQ(parseBoolean(bad), std::nullopt) << bad;
}

TEST(Binary, IsReadFromHexadecimal) {
  EXPECT_EQ(parseBinary("0x00ff", 2), (base::Bytes{0x00, 0xff}));
  EXPECT_EQ(parseBinary("0XaBc", 2), (base::Bytes{0x0a, 0xbc})) << "n digits make (n+1)/2 bytes";
  EXPECT_EQ(parseBinary("0x7", 1), base::Bytes{0x07});
  for (const std::string_view bad : {"0x", "0xg0", "00ff", "0x00 ", "x00", "", "12"}) {
    EXPECT_EQ(parseBinary(bad, 16), std::nullopt) << bad;
  }
  EXPECT_EQ(parseBinary("0x000102", 2), std::nullopt);
  EXPECT_EQ(parseBinary("0x00102", 2), std::nullopt);
}

// RFC 4648 section 10, and bytes that use the last two signs of the alphabet.
TEST(Binary, IsReadFromBase64) {
  const auto bytes = [](std::string_view text) {
    const base::ByteView view = base::asBytes(text);
    return base::Bytes(view.begin(), view.end());
  };
  EXPECT_EQ(parseBinary("0bZg==", 16), bytes("f"));
  EXPECT_EQ(parseBinary("0bZm8=", 16), bytes("fo"));
  EXPECT_EQ(parseBinary("0BZm9v", 16), bytes("foo"));
  EXPECT_EQ(parseBinary("0bZm9vYg==", 16), bytes("foob"));
  EXPECT_EQ(parseBinary("0bZm9vYmE=", 16), bytes("fooba"));
  EXPECT_EQ(parseBinary("0bZm9vYmFy", 6), bytes("foobar"));
  EXPECT_EQ(parseBinary("0b+//+", 16), (base::Bytes{0xfb, 0xff, 0xfe}));
  for (const std::string_view bad : {"0b", "0bZ", "0bZg", "0bZg=", "0bZg===", "0bZ===", "0b====", "0bZh==", "0bZm9=",
                                     "0bZm9v\n", "0bZm 9v", "0bZm9vZg==Zm9v", "0b-__-", "0b=Zg="}) {
    EXPECT_EQ(parseBinary(bad, 16), std::nullopt) << bad;
  }
  EXPECT_EQ(parseBinary("0bZm9vYmFy", 5), std::nullopt);
}

TEST(Binary, ComesBackFromBothForms) {
  base::Bytes bytes;
  for (std::size_t size = 1; size < 70; ++size) {
    bytes.push_back(static_cast<std::uint8_t>(size * 37));
    EXPECT_EQ(parseBinary(toHex(bytes), 70), bytes);
    EXPECT_EQ(parseBinary(toBase64(bytes), 70), bytes);
  }
  EXPECT_EQ(toBase64(base::Bytes{'f', 'o', 'o', 'b'}), "0bZm9vYg==");
  EXPECT_EQ(toHex(base::Bytes{0x0f, 0xa0}), "0x0fa0");
}

TEST(Binary, IsTakenUpTo1024Bytes) {
  const base::Bytes longest(1024, 0xa5);
  EXPECT_EQ(parseBinary(toHex(longest), 1024), longest);
  EXPECT_EQ(parseBinary(toBase64(longest), 1024), longest);
  const base::Bytes longer(1025, 0xa5);
  EXPECT_EQ(parseBinary(toHex(longer), 1024), std::nullopt);
  EXPECT_EQ(parseBinary(toBase64(longer), 1024), std::nullopt);
}

TEST(List, IsReadWordByWord) {
  const auto words = [](std::string_view list) {
    std::vector<std::string> out;
    for (std::string_view word; nextWord(list, word);) out.emplace_back(word);
    return out;
  };
  EXPECT_THAT(words("CRC32C,None"), ElementsAre("CRC32C", "None"));
  EXPECT_THAT(words("5"), ElementsAre("5"));
  EXPECT_THAT(words(""), ElementsAre(""));
  EXPECT_THAT(words(",a,"), ElementsAre("", "a", ""));
}

}  // namespace
