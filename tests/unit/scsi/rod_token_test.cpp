// ROD tokens (ODX): what they stand for, who may use them, until when; VPD page 8fh.
#include <gtest/gtest.h>

#include "tests/unit/scsi/copy_world.h"

namespace {

using scsi::IoResult;
using scsi_test::blocks;
using scsi_test::CopyWorld;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::text;

struct Range {
  std::uint64_t lba;
  std::uint32_t blocks;
};

base::Bytes rangeBytes(const std::vector<Range>& ranges) {
  base::Bytes out;
  base::ByteWriter w(out);
  for (const Range& r : ranges) {
    w.u64(r.lba);
    w.u32(r.blocks);
    w.u32(0);
  }
  return out;
}
base::Bytes populateList(const std::vector<Range>& ranges, std::uint32_t timeout = 0, std::uint8_t flags = 0,
                         std::uint32_t type = 0) {
  const base::Bytes descriptors = rangeBytes(ranges);
  base::Bytes out;
  base::ByteWriter w(out);
  w.u16(static_cast<std::uint16_t>(14 + descriptors.size()));
  w.u8(flags);
  w.u8(0);
  w.u32(timeout);
  w.u32(type);
  w.u16(0);
  w.u16(static_cast<std::uint16_t>(descriptors.size()));
  w.bytes(descriptors);
  return out;
}
base::Bytes writeList(base::ByteView token, const std::vector<Range>& ranges, std::uint64_t offset = 0,
                      std::uint8_t flags = 0) {
  const base::Bytes descriptors = rangeBytes(ranges);
  base::Bytes out;
  base::ByteWriter w(out);
  w.u16(static_cast<std::uint16_t>(534 + descriptors.size()));
  w.u8(flags);
  w.zeros(5);
  w.u64(offset);
  w.bytes(token);
  w.zeros(6);
  w.u16(static_cast<std::uint16_t>(descriptors.size()));
  w.bytes(descriptors);
  return out;
}
base::Bytes zeroToken() {
  base::Bytes token(512);
  base::storeU32(token.data(), 0xffff0001);
  base::storeU16(&token[6], 0x01f8);
  return token;
}

struct TokenWorld : CopyWorld {
  using CopyWorld::CopyWorld;
  std::unique_ptr<scsi_test::TestCommand> populate(base::Bytes list, std::uint8_t who = 0) {
    return send(first, a[who], "83 10 00000000 00000005 00000000 00 00", std::move(list));
  }
  // What RECEIVE ROD TOKEN INFORMATION gives for identifier 5, without AVAILABLE DATA.
  base::Bytes information(std::uint8_t who = 0) {
    return run(first, a[who], "84 07 00000005 00000000 00000400 00 00")->received();
  }
  base::Bytes token(const std::vector<Range>& ranges, std::uint32_t timeout = 0) {
    EXPECT_EQ(populate(populateList(ranges, timeout))->outcome(), "GOOD");
    const base::Bytes data = information();
    EXPECT_EQ(data.size(), 38U + 512U);
    return {data.end() - 512, data.end()};
  }
  std::unique_ptr<scsi_test::TestCommand> write(base::Bytes list, std::uint8_t who = 0) {
    return send(second, b[who], "83 11 00000000 00000006 00000000 00 00", std::move(list));
  }
};

TEST(RodToken, IsMadeForRangesAndSaysWhat) {
  TokenWorld world;
  EXPECT_EQ(world.populate(populateList({{8, 4}, {100, 2}}))->outcome(), "GOOD");
  EXPECT_EQ(world.firstDevice->requests, 0) << "nothing is read";
  EXPECT_EQ(world.run(world.first, world.a[1], "84 07 00000005 00000000 00000400 00 00")->outcome(), "05 2400")
      << "another initiator";
  EXPECT_EQ(world.run(world.first, world.a[0], "84 07 00000005 00000000 00000020 00 00")->dataInLength(), 32U)
      << "cut short: it stays";
  const base::Bytes data = world.information();
  ASSERT_EQ(data.size(), 550U);
  EXPECT_EQ(text(base::ByteView(data).first(38)),
            "00000222" "10" "01" "0000" "fffffffe" "00" "00" "00" "f1" "0000000000000006" "0000" "000000000000"
            "00000202" "0000");
  const base::ByteView token = base::ByteView(data).subspan(38);
  EXPECT_EQ(text(token.first(8)), "00800001" "0000" "01f8");
  EXPECT_EQ(text(token.subspan(16, 32)),
            "e4000000" "01030010" "60014050000000000000000000000001" "00000000" "00000200");
  EXPECT_EQ(text(token.subspan(48, 16)), "00000000000000000000000000000c00");
  EXPECT_EQ(text(token.subspan(256, 2)), "090a") << "random bytes, after the eight of the identifier";
  EXPECT_EQ(world.run(world.first, world.a[0], "84 07 00000005 00000000 00000400 00 00")->outcome(), "05 2400");
}

TEST(RodToken, NamesTheTargetThroughWhichItWasMadeAndNoOther) {
  TokenWorld world;
  scsi::TargetPorts ports;
  ports.deviceName = "iqn.a:first";
  ports.ports = {{7, 1, "iqn.a:first,t,0x0001", "iqn.a:first"},
                 {world.a[0]->identity().relativeTargetPort, 1, "iqn.a:asked,t,0x0001", "iqn.a:asked"}};
  world.first.setPorts(ports);
  const base::Bytes token = world.token({{8, 4}});
  const std::string_view named = base::asText(base::ByteView(token).subspan(128, 128));
  EXPECT_NE(named.find("iqn.a:asked"), std::string_view::npos);
  EXPECT_EQ(named.find("iqn.a:first"), std::string_view::npos);
}

TEST(RodToken, IsThereAfterItsStatusWasAskedFor) {
  TokenWorld world;
  world.populate(populateList({{8, 4}}));
  EXPECT_EQ(world.dataOf(world.first, world.a[0], "84 05 00000005 00000000 00000400 00 00").substr(8, 4), "1001");
  EXPECT_EQ(world.information().size(), 550U);
}

TEST(RodToken, WritesItsDataToAnotherUnit) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}, {100, 3}, {50, 2}});
  base::Bytes expected = blocks(*world.firstDevice, 8, 4);
  base::append(expected, blocks(*world.firstDevice, 100, 3));
  base::append(expected, blocks(*world.firstDevice, 50, 2));
  const auto write = world.write(writeList(token, {{1000, 5}, {10, 4}}));
  EXPECT_EQ(write->outcome(), "GOOD");
  base::Bytes written = blocks(*world.secondDevice, 1000, 5);
  base::append(written, blocks(*world.secondDevice, 10, 4));
  EXPECT_EQ(written, expected);
  const base::Bytes information =
      world.run(world.second, world.b[0], "84 07 00000006 00000000 00000400 00 00")->received();
  EXPECT_EQ(text(base::ByteView(information).subspan(0, 36)),
            "00000020" "11" "01" "0008" "fffffffe" "00" "00" "00" "f1" "0000000000000009" "0004" "000000000000"
            "00000000");
  // Again, from an offset, by another initiator that sees both units.
  EXPECT_EQ(world.write(writeList(token, {{2000, 3}}, 3), 1)->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.secondDevice, 2000, 3),
            base::Bytes(expected.begin() + 3 * 512, expected.begin() + 6 * 512));
  EXPECT_EQ(world.write(writeList(token, {{2000, 1}}, 9))->outcome(), "05 2600") << "nothing is left";
  EXPECT_EQ(world.write(writeList(token, {{2000, 8}}, 2))->outcome(), "05 2600") << "less is left";
}

TEST(RodToken, OfZeroesIsKnownToEverybody) {
  TokenWorld world;
  world.secondDevice->shape.thin = true;
  EXPECT_EQ(world.write(writeList(zeroToken(), {{1000, 5}, {10, 4}}))->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.secondDevice, 1000, 5), filled(5 * 512, 0));
  EXPECT_FALSE(world.secondDevice->mapped[1004]);
  EXPECT_TRUE(world.secondDevice->mapped[1005]);
  base::Bytes wrong = zeroToken();
  wrong[7] = 0;
  EXPECT_EQ(world.write(writeList(wrong, {{1000, 5}}))->outcome(), "05 230a");
}

TEST(RodToken, IsRevokedByTheFirstWriteToItsRanges) {
  struct Row {
    const char* what;
    const char* cdb;
    base::Bytes data;
    bool revokes;
  };
  const base::Bytes block = filled(512, 7);
  const Row rows[] = {
      {"write below", "2a 00 00000007 00 0001 00", block, false},
      {"write at its start", "2a 00 00000008 00 0001 00", block, true},
      {"write at its end", "2a 00 00000065 00 0001 00", block, true},
      {"write between its ranges", "2a 00 00000032 00 0001 00", block, false},
      {"write above", "2a 00 00000066 00 0001 00", block, false},
      {"read", "28 00 00000008 00 0001 00", {}, false},
      {"write same", "41 00 00000000 00 0009 00", block, true},
      {"write same of zeroes", "93 01 0000000000000000 00000009 00 00", {}, true},
      {"unmap around it", "42 00 00000000 00 0028 00",
       hex("0026 0020 00000000 0000000000000000 00000008 00000000 0000000000000070 00000008 00000000"), false},
      {"unmap", "42 00 00000000 00 0018 00", hex("0016 0010 00000000 0000000000000000 00000009 00000000"), true},
      {"format", "04 00 00 00 00 00", {}, true},
      {"flush", "35 00 00000000 00 0000 00", {}, false},
  };
  for (const Row& row : rows) {
    TokenWorld world;
    world.firstDevice->shape.thin = true;
    const base::Bytes token = world.token({{8, 4}, {100, 2}});
    const auto change = world.run(world.first, world.a[1], row.cdb, row.data);
    world.runTimers();
    EXPECT_EQ(change->outcome(), "GOOD") << row.what;
    EXPECT_EQ(world.write(writeList(token, {{1000, 5}}))->outcome(), row.revokes ? "05 2306" : "GOOD") << row.what;
    EXPECT_EQ(world.first.tokens, row.revokes ? 0U : 1U) << row.what;
  }
}

TEST(RodToken, IsRevokedByACopyOntoItsRangesAndByEjecting) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  EXPECT_EQ(world.copy(scsi_test::copyList({{1, 0, 1, 0, 9}}))->outcome(), "GOOD");
  EXPECT_EQ(world.write(writeList(token, {{1000, 1}}))->outcome(), "05 2306");
  const base::Bytes next = world.token({{8, 4}});
  world.first.ejectMedium();
  EXPECT_EQ(world.write(writeList(next, {{1000, 1}}))->outcome(), "05 2306");
}

// What comes back behind the old end is not what it was.
TEST(RodToken, IsRevokedWhenTheUnitBecomesSmaller) {
  TokenWorld world;
  const std::uint64_t blocks = world.firstDevice->shape.blocks;
  const base::Bytes token = world.token({{blocks - 8, 4}});
  const auto sized = [&](std::uint64_t now) {
    world.firstDevice->shape.blocks = now;
    world.first.capacityChanged();
    for (scsi::Nexus* const nexus : {world.a[0], world.a[1]}) nexus->attentions.take();
  };
  sized(blocks + 8);
  EXPECT_EQ(world.first.tokens, 1U);
  sized(blocks);
  EXPECT_EQ(world.first.tokens, 0U);
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "05 2306");
}

TEST(RodToken, IsMadeAfterWritesThatWereUnderWay) {
  TokenWorld world;
  world.firstDevice->later = true;
  const auto before = world.run(world.first, world.a[1], "2a 00 00000008 00 0001 00", filled(512, 7));
  const auto populate = world.populate(populateList({{8, 4}}));
  EXPECT_EQ(populate->ends, 0);
  world.firstDevice->answer();
  EXPECT_EQ(populate->outcome(), "GOOD");
  EXPECT_EQ(world.first.tokens, 1U);
}

// The write comes while the copy reads: what was read is not trusted.
TEST(RodToken, ThatIsRevokedWhileItIsUsedEndsTheCopy) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  world.firstDevice->later = true;
  const base::Bytes before = world.secondDevice->bytes;
  const auto write = world.write(writeList(token, {{1000, 4}}));
  const auto change = world.run(world.first, world.a[1], "2a 00 0000000b 00 0001 00", filled(512, 7));
  world.firstDevice->answerAll();
  EXPECT_EQ(write->outcome(), "0a 2306");
  EXPECT_EQ(world.secondDevice->bytes, before);
}

TEST(RodToken, ExpiresWithoutUse) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}}, 30);
  world.now.mono += std::chrono::seconds(30);
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "GOOD");
  world.now.mono += std::chrono::seconds(30);
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "GOOD") << "use counts";
  world.now.mono += std::chrono::seconds(31);
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "05 2307");
  const base::Bytes standard = world.token({{8, 4}});
  world.now.mono += std::chrono::seconds(61);
  EXPECT_EQ(world.write(writeList(standard, {{1000, 4}}))->outcome(), "05 2307") << "60 seconds by default";
  EXPECT_EQ(world.populate(populateList({{8, 4}}, 601))->outcome(), "05 2600");
}

TEST(RodToken, DoesNotExpireWhileItIsUsed) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}}, 30);
  world.firstDevice->later = true;
  const auto slow = world.write(writeList(token, {{1000, 4}}));
  world.now.mono += std::chrono::seconds(100);
  world.run(world.second, world.b[0], "84 08 0000000000000000 00000400 00 00");
  world.firstDevice->answer();
  EXPECT_EQ(slow->outcome(), "GOOD");
}

TEST(RodToken, IsDeletedByItsUserIfHeSaysSo) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}, 0, 2))->outcome(), "GOOD");
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "05 2309");
}

TEST(RodToken, CannotBeGuessedOrBent) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  for (const std::size_t at : {std::size_t{8}, std::size_t{63}, std::size_t{256}, std::size_t{287}, std::size_t{511}}) {
    base::Bytes bent = token;
    bent[at] ^= 1;
    EXPECT_EQ(world.write(writeList(bent, {{1000, 4}}))->outcome(), "05 2304") << at;
  }
  base::Bytes type = token;
  type[3] = 2;
  EXPECT_EQ(world.write(writeList(type, {{1000, 4}}))->outcome(), "05 2301");
  EXPECT_EQ(world.secondDevice->requests, 0);
}

TEST(RodToken, ServesOnlyWhoSeesItsUnit) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  world.map(1, {{&world.second, world.b[1]}});
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}), 1)->outcome(), "05 2304");
  const char* all = "84 08 0000000000000000 00000400 00 00";
  EXPECT_EQ(world.dataOf(world.second, world.b[1], all), "00000004" "00000000");
  const std::string listed = world.dataOf(world.second, world.b[0], all);
  EXPECT_EQ(listed, "00000064" "00000000" + text(base::ByteView(token).first(96)));
}

TEST(RodToken, WritesNothingThroughAReadOnlyMapOrAReservation) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  const base::Bytes before = world.secondDevice->bytes;
  world.b[1]->readOnly = true;
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}), 1)->outcome(), "07 2700");
  EXPECT_EQ(world.write(writeList(zeroToken(), {{1000, 4}}), 1)->outcome(), "07 2700");
  world.run(world.second, world.b[1], "16 00 00 00 00 00");
  world.b[1]->readOnly = false;
  world.run(world.second, world.b[1], "16 00 00 00 00 00");
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "CONFLICT");
  EXPECT_EQ(world.secondDevice->bytes, before);
}

TEST(RodToken, GivesTheErrorsOfTheUnitThatWasAskedAsTheyAre) {
  TokenWorld world;
  const base::Bytes token = world.token({{8, 4}});
  world.secondDevice->failWith = IoResult::NoSpace;
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "07 2707");
  world.secondDevice->failWith = IoResult::Ok;
  world.firstDevice->failWith = IoResult::MediumError;
  const auto source = world.write(writeList(token, {{1000, 4}}));
  EXPECT_EQ(source->outcome(), "0a 0d01");
}

TEST(RodToken, ListsThatAreWrongAreRefused) {
  struct Row {
    const char* what;
    base::Bytes list;
    const char* outcome;
  };
  const auto with = [](std::size_t at, std::uint8_t value) {
    base::Bytes list = populateList({{8, 4}});
    list[at] = value;
    return list;
  };
  std::vector<Range> many(65, Range{0, 0});
  base::Bytes cut = populateList({{8, 4}});
  cut.pop_back();
  const Row rows[] = {
      {"header cut short", base::Bytes(15), "05 1a00"},
      {"descriptor cut short", cut, "05 1a00"},
      {"data length too small", with(1, 29), "05 2600"},
      {"half a descriptor", with(15, 8), "05 2600"},
      {"no descriptor", with(15, 0), "05 2600"},
      {"behind the end", populateList({{4095, 2}}), "05 2100"},
      {"no sum", populateList({{~std::uint64_t{0}, 2}}), "05 2100"},
      {"overlap", populateList({{8, 4}, {20, 4}, {11, 2}}), "05 2600"},
      {"too many", populateList(many), "05 2608"},
      {"another type", populateList({{8, 4}}, 0, 2, 0x00010000), "05 2600"},
      {"its type", populateList({{8, 4}}, 0, 2, 0x00800001), "GOOD"},
      {"any point in time", populateList({{8, 4}}, 0, 2, 0x0080ffff), "GOOD"},
  };
  for (const Row& row : rows) {
    TokenWorld world;
    EXPECT_EQ(world.populate(row.list)->outcome(), row.outcome) << row.what;
    EXPECT_EQ(world.first.tokens, row.outcome == std::string("GOOD") ? 1U : 0U) << row.what;
  }
  TokenWorld world;
  EXPECT_EQ(world.write(base::Bytes(535))->outcome(), "05 1a00");
  EXPECT_EQ(world.write(writeList(zeroToken(), {{4095, 2}}))->outcome(), "05 2100");
}

TEST(RodToken, HaveABoundAndTheDeadMakeRoom) {
  TokenWorld world;
  for (int i = 0; i < 256; ++i) world.token({{static_cast<std::uint64_t>(i), 1}});
  EXPECT_EQ(world.populate(populateList({{1000, 1}}))->outcome(), "05 550d");
  world.run(world.first, world.a[0], "2a 00 00000010 00 0001 00", filled(512, 7));
  EXPECT_EQ(world.populate(populateList({{1000, 1}}))->outcome(), "GOOD");
  EXPECT_EQ(world.first.tokens, 256U);
}

TEST(RodToken, IsNotMadeWithoutRandomBytes) {
  TokenWorld world;
  world.noRandom = true;
  EXPECT_EQ(world.populate(populateList({{8, 4}}))->outcome(), "05 550d");
  EXPECT_EQ(world.first.tokens, 0U);
}

TEST(RodToken, GoesWithItsUnit) {
  TokenWorld world;
  base::Bytes token;
  {
    scsi_test::MemoryDevice device(64);
    scsi::Disk third(device, world.pool, scsi_test::named(3));
    third.setCopyDomain(&world.domain);
    scsi::Nexus* nexus = third.attach(scsi_test::initiator(0));
    nexus->attentions.take();
    world.directory.maps[nexus] = {{&third, nexus}};
    world.send(third, nexus, "83 10 00000000 00000005 00000000 00 00", populateList({{8, 4}}));
    const base::Bytes data = world.run(third, nexus, "84 07 00000005 00000000 00000400 00 00")->received();
    ASSERT_EQ(data.size(), 550U);
    token.assign(data.end() - 512, data.end());
  }
  EXPECT_EQ(world.write(writeList(token, {{1000, 4}}))->outcome(), "05 2306");
}

TEST(RodToken, InTheBackgroundTellsHowFarItIs) {
  TokenWorld world(512, 65536);
  const base::Bytes token = world.token({{0, 20000}});
  EXPECT_EQ(world.write(writeList(token, {{0, 20000}}, 0, 1))->outcome(), "GOOD") << "IMMED";
  world.second.onTimer(world.now);
  const char* information = "84 07 00000006 00000000 00000400 00 00";
  EXPECT_EQ(world.dataOf(world.second, world.b[0], information).substr(8, 40),
            "11" "12" "0008" "00000064" "00" "00" "00" "f1" "0000000000002000");
  world.runTimers();
  EXPECT_EQ(world.dataOf(world.second, world.b[0], information).substr(8, 40),
            "11" "01" "0014" "fffffffe" "00" "00" "00" "f1" "0000000000004e20");
  EXPECT_EQ(blocks(*world.secondDevice, 0, 20000), blocks(*world.firstDevice, 0, 20000));
}

TEST(Vpd, ThirdPartyCopySaysCommandsAndLimits) {
  CopyWorld world;
  const std::string page = world.dataOf(world.first, world.a[0], "12 01 8f 04 00 00");
  EXPECT_EQ(page,
            "008f0178"
            "00000020" "000000000000" "0040" "00000258" "0000003c" "0000000000800000" "0000000000000800"
            "00010014" "11" "83" "05" "000110111c" "84" "08" "0001030405060708" "0000"
            "0004001c" "00000000" "0040" "0040" "00000f00" "00000000" "000000000000000000000000"
            "00080004" "02" "02e4" "00"
            "000c0004" "0002" "ffff"
            "0106005c" "00" "0000000000000000000000" "00000001" "00000258" "00000258" +
                std::string(36, '0') + "0030" "0000" "002c" "0000" "0000" "0000000100000000" "0000000000100000"
            "0000000100000000" "0000000000100000" "0000000000000000"
            "01080084" "0000" "0080" "00800001" "03" "00" "0000" + std::string(112, '0') +
            "ffff0001" "02" "00" "0000" + std::string(112, '0') +
            "80010020" "00000010" "00000010" "10000000" "0000" + std::string(36, '0'));
  const std::string list = world.dataOf(world.first, world.a[0], "12 01 00 00 ff 00");
  EXPECT_EQ(list, "0000000b" "008083858687888fb0b1b2");
}

}  // namespace
